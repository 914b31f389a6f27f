"""When a contact is due for masking, and what is left of it then."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from .workdays import months_after

Policy = Literal["partial", "full"]


class MaskingKind(StrEnum):
    """Why contacts were overwritten: their time was over, or somebody asked for it."""

    DUE = "due"
    REQUEST = "request"


KANA_MARK: Final = "＊"
PHONE_MARK: Final = "*"
_KANA_LETTERS: Final = (0, 2)
"""The first and the third letter, spaces not counted."""
_PHONE_DIGITS: Final = 2
"""The last two."""
_RIDES_ALONG: Final = "\uff9e\uff9f\u200d"
"""Half-width voicing marks and the joiner: no letters of their own, whatever their category says."""
_EXTENSION: Final = re.compile(r"(?:;|,|#|[xX]|ext|内線).*$", re.DOTALL)


def due_on(created_on: date, visit_day: date, months: int) -> date:
    """The day from which a contact is due: months after the later day, clamped to the month's end."""
    return months_after(max(created_on, visit_day), months)


def masked_kana(kana: str, policy: Policy) -> str:
    """The name with letters 1 and 3 overwritten, or every letter under ``full``; spaces stay.

    A letter is what a reader sees as one: marks that combine with it go with it.
    """
    parts = list(_letters(kana))
    letters = [at for at, part in enumerate(parts) if not part.isspace()]
    gone = {letters[at] for at in _KANA_LETTERS if at < len(letters)} if policy == "partial" else set(letters)
    return _overwritten(parts, KANA_MARK, gone.__contains__)


def masked_phone(phone: str, policy: Policy) -> str:
    """The number with its last two digits overwritten, or every digit under ``full``; signs stay.

    Of an extension nothing stays: behind a number of which two digits are gone, it would tell who it is.
    """
    number = _EXTENSION.sub("", phone)
    digits = [at for at, sign in enumerate(phone) if sign.isdigit()]
    own = [at for at in digits if at < len(number)]
    last = {*own[-_PHONE_DIGITS:], *digits[len(own) :]}
    gone = last if policy == "partial" else set(digits)
    return _overwritten(phone, PHONE_MARK, gone.__contains__)


def _letters(text: str) -> Iterator[str]:
    """The text cut into what a reader sees as letters: each sign with the marks that follow it."""
    letter = ""
    for sign in text:
        rides = unicodedata.category(sign)[0] == "M" or sign in _RIDES_ALONG or letter.endswith("\u200d")
        if letter and not rides:
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def _overwritten(parts: Iterable[str], mark: str, gone: Callable[[int], bool]) -> str:
    return "".join(mark if gone(at) else part for at, part in enumerate(parts))
