"""``python3 -m tools COMMAND``: what the Makefile calls. Must be readable by any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an old Python is what this is for
    sys.exit(
        "Python 3.11 or newer is needed; this is %d.%d. Name another one: make run PYTHON=python3.11"  # noqa: UP031
        % sys.version_info[:2]
    )

from tools.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
