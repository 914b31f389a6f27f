"""What a browser sent, made into what a handler can work with. Anyone can send anything."""

from __future__ import annotations

from datetime import date
from typing import Final

LONGEST: Final = 200
"""More than anyone types into a field; the domain's own limits are shorter."""

_GREATEST: Final = 2**53
"""What a browser counts up to without leaving numbers out."""


def whole(value: object) -> int:
    """An id as sent by a browser; whatever is none counts as 0, which no row has."""
    try:
        number = int(str(value))
    except ValueError:
        return 0
    return number if 0 < number < 2**31 else 0


def day(value: object) -> date | None:
    """A day as pages send it, None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def field(form_data: object, name: str, longest: int = LONGEST) -> str:
    """A form's field, empty when it is missing or no text.

    A number field sends a whole number as such when it tells of a change; that is read as if typed.
    """
    value = form_data.get(name) if isinstance(form_data, dict) else None
    if type(value) is int and abs(value) <= _GREATEST:
        value = str(value)
    return text(value, longest)


def text(value: object, longest: int = LONGEST) -> str:
    """What was typed, within limits, as a database takes it and an answer can carry it back: half
    characters and NUL are legal JSON only."""
    if not isinstance(value, str):
        return ""
    return value[:longest].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
