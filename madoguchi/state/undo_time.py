"""How long a click can be taken back, as pages count it."""

from __future__ import annotations

from typing import Final

from ..services import running
from ..services.steps import UNDO_FOR
from .today_view import milliseconds

UNDO_SECONDS: Final = int(UNDO_FOR.total_seconds())
_GRACE_MS: Final = 2_000
"""A press in the last moment is still on its way."""


def undo_until() -> int:
    """When a click of this moment can no longer be taken back, in milliseconds since 1970."""
    return milliseconds(running.office().clock.now() + UNDO_FOR)


def in_time(until: int) -> bool:
    """Whether a press that arrives now was made before `until`."""
    return milliseconds(running.office().clock.now()) <= until + _GRACE_MS
