"""What a person at the keyboard reads."""

import sys
from pathlib import Path


class Stop(Exception):
    """Cannot go on. The message says what is wrong and what to do, the first line being enough."""


def step(text: str) -> None:
    """Say what happens now, before it takes its time."""
    sys.stdout.write(f"- {text}\n")
    sys.stdout.flush()


def last_lines(path: Path, count: int = 15) -> str:
    """Give the end of a log, indented; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:])
