"""When a contact is due for masking, and what is left of it then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, Literal

from .workdays import months_after

Policy = Literal["partial", "full"]

KANA_MARK: Final = "＊"
PHONE_MARK: Final = "*"
_KANA_LETTERS: Final = (0, 2)
"""The first and the third letter, spaces not counted."""
_PHONE_DIGITS: Final = 2
"""The last two."""


def due_on(created_on: date, visit_day: date, months: int) -> date:
    """The day from which a contact is due: months after the later day, clamped to the month's end."""
    return months_after(max(created_on, visit_day), months)


def masked_kana(kana: str, policy: Policy) -> str:
    """The name with letters 1 and 3 overwritten, or every letter under ``full``; spaces stay."""
    letters = [at for at, letter in enumerate(kana) if not letter.isspace()]
    gone = {letters[at] for at in _KANA_LETTERS if at < len(letters)} if policy == "partial" else set(letters)
    return _overwritten(kana, KANA_MARK, gone.__contains__)


def masked_phone(e164: str, policy: Policy) -> str:
    """The number with its last two digits overwritten, or every digit under ``full``; the plus stays."""
    digits = [at for at, letter in enumerate(e164) if letter != "+"]
    gone = set(digits[-_PHONE_DIGITS:] if policy == "partial" else digits)
    return _overwritten(e164, PHONE_MARK, gone.__contains__)


def _overwritten(text: str, mark: str, gone: Callable[[int], bool]) -> str:
    return "".join(mark if gone(at) else letter for at, letter in enumerate(text))
