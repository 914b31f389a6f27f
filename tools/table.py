"""Plain tables that line up, Japanese included."""

import unicodedata
from collections.abc import Sequence

Row = Sequence[str]


def width(text: str) -> int:
    """Count the terminal columns that ``text`` takes: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, columns: int) -> str:
    """Fill ``text`` with spaces up to ``columns`` terminal columns."""
    return text + " " * (columns - width(text))


def render(heads: Row, rows: Sequence[Row]) -> str:
    """Give the rows under their heads, each column as wide as its widest cell."""
    table = [heads, *rows]
    widths = [max(width(row[column]) for row in table) for column in range(len(heads))]
    lines = ["  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)) for row in table]
    rule = "  ".join("-" * size for size in widths)
    return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:]))
