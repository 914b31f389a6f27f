"""What a spreadsheet makes of a text in a file."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula, wide signs too; see OWASP on CSV injection."""
    return _FORMULA.match(text) is not None


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if is_formula(text) else text


def plain(text: str) -> str:
    """The text of which `harmless` made this."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
