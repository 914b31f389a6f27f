"""``python -m madoguchi COMMAND``."""

import sys

from madoguchi.cli.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
