"""Where an absent one waits who comes back after all."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class ReturnRule(StrEnum):
    """The desk's rule for those who come back in time."""

    NEXT = "next"
    AFTER_THREE = "after_three"
    BACK = "back"


def too_late(last_called_at: datetime | None, within: timedelta | None, now: datetime) -> bool:
    """Whether more than `within` has gone by since the last call (None: no such limit)."""
    return within is not None and last_called_at is not None and now - last_called_at > within


def passes(rule: ReturnRule) -> int | None:
    """Behind how many of those waiting the place is; None: behind everybody."""
    return {ReturnRule.NEXT: 0, ReturnRule.AFTER_THREE: 3, ReturnRule.BACK: None}[rule]
