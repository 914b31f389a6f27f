"""What a person at the keyboard reads."""

import sys
from pathlib import Path

_CHATTER = ("npm silly", "npm verbose", "npm timing", "npm http", "npm info")


class Stop(Exception):
    """Cannot go on. The message says what is wrong and what to do, the first line being enough."""


def step(text: str) -> None:
    """Say what happens now, before it takes its time."""
    sys.stdout.write(f"- {text}\n")
    sys.stdout.flush()


def last_lines(path: Path, count: int = 15) -> str:
    """Give the end of a log, indented; empty when there is none. npm's own chatter is left out."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    telling = [line for line in lines if line.strip() and not line.startswith(_CHATTER)]
    return "\n".join(f"    {line}" for line in telling[-count:])
