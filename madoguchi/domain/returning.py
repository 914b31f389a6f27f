"""Where an absent one waits who comes back after all."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class ReturnRule(StrEnum):
    """The desk's rule for those who come back in time."""

    NEXT = "next"
    AFTER_THREE = "after_three"
    BACK = "back"


def passes(
    rule: ReturnRule, called_at: datetime | None, within: timedelta | None, now: datetime
) -> int | None:
    """Behind how many of those waiting the place is; None: behind everybody.

    Who comes back later than `within` after the call (None: no such limit) has missed the rule's kindness.
    """
    too_late = within is not None and called_at is not None and now - called_at > within
    if too_late or rule is ReturnRule.BACK:
        return None
    return 0 if rule is ReturnRule.NEXT else 3
