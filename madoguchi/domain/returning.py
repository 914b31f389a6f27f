"""Where an absent one waits who comes back after all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .order import DAY_BEGINS, OrderKind, Policy, Turn, Waiting, calling_order

_TICK: Final = timedelta(microseconds=1)


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


def queued_behind(
    entry: Waiting,
    others: Sequence[Waiting],
    behind: int | None,
    policy: Policy,
    now: datetime,
    turn: Turn = DAY_BEGINS,
) -> datetime:
    """The `queued_at` with which `entry` stands behind `behind` of the others (None: all) in calling order.

    Never earlier than its own: nobody wins a place by being absent. Where its priority, or a later time that
    others asked for, keeps it before them, it stands as far back as that lets it.
    """
    moments = sorted({entry.queued_at, *_later_moments(entry, others, policy, now)})

    def place(moment: datetime) -> int:
        queued = replace(entry, queued_at=moment)
        return calling_order([*others, queued], policy, now, turn).index(queued)

    wanted = len(others) if behind is None else min(behind, len(others))
    return moments[min(bisect_left(moments, wanted, key=place), len(moments) - 1)]


def _later_moments(
    entry: Waiting, others: Sequence[Waiting], policy: Policy, now: datetime
) -> Iterator[datetime]:
    """Later moments of queuing that put the entry behind one more of the others."""
    moments = [one.queued_at for one in others]
    if policy.kind is OrderKind.APPOINTMENTS_FIRST and policy.patience is not None:
        # Whoever has waited for the desk's whole patience may stand before an appointment that is due.
        due = [one.appointment_at for one in others if one.appointment_at is not None]
        moments += [min(moment, now) - policy.patience for moment in due]
    return (moment + _TICK for moment in moments if moment >= entry.queued_at)
