"""What the written pages say, read as a stranger would."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READMES = (ROOT / "README.md", ROOT / "README.ja.md")
PAGES = (
    *READMES,
    ROOT / "CHANGELOG.md",
    ROOT / "sandbox" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)

_FENCED = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(^|\s+)#.*$")


def text(page: Path) -> str:
    """The page's text."""
    return page.read_text("utf-8")


def shell_lines(page: Path) -> list[str]:
    """The lines to type, without their comments."""
    lines = (line for block in _FENCED.findall(text(page)) for line in block.splitlines())
    return [bare for line in lines if (bare := _COMMENT.sub("", line).strip())]


def in_backticks(words: str) -> list[str]:
    """Everything that stands in backticks in some lines."""
    return re.findall(r"`([^`\n]+)`", words)


def rows(page: Path) -> list[list[str]]:
    """The cells of every table row."""
    lines = [line for line in text(page).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def section(page: Path, heading: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text(page), re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no section {heading!r}"
    return found.group(1)
