"""Which function each command is, and how every failure becomes one line."""

import sys
from collections.abc import Callable, Sequence

from tools import checks, city, dist, lock, packages, pages
from tools.signals import Signals
from tools.talk import Stop

_INTERRUPTED = 130


def build(_signals: Signals) -> int:
    """Install what is needed and build the pages."""
    packages.ensure_runtime()
    pages.ensure_built()
    return 0


def make_dist(_signals: Signals) -> int:
    """Build the pages and pack everything that a server needs."""
    packages.ensure_runtime()
    pages.ensure_built()
    dist.pack()
    return 0


COMMANDS: dict[str, Callable[[Signals], int]] = {
    "run": city.run,
    "build": build,
    "dist": make_dist,
    "test": checks.test,
    "lint": checks.lint,
    "bench": checks.bench,
    "lock": lambda _signals: lock.main(),
    "clean": checks.clean,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; the process's exit code."""
    command = COMMANDS.get(arguments[0]) if len(arguments) == 1 else None
    if command is None:
        sys.stderr.write(f"usage: python3 -m tools {{{'|'.join(COMMANDS)}}}\n")
        return 2
    signals = Signals()
    signals.install()
    try:
        return command(signals)
    except Stop as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
