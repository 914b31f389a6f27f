"""What awaits an absent one who comes back now: one answer for clerk, phone and page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ..domain.returning import ReturnRule, too_late
from ..store import queue
from .office import Unit


@dataclass(frozen=True, slots=True)
class ComingBack:
    """`rule` is the desk's, or the back of the queue for whoever comes too late."""

    rule: ReturnRule
    too_late: bool


def coming_back(unit: Unit, ticket_id: int, rule: str, within: int) -> ComingBack:
    """By the desk's `rule` and its minutes `within` which one returns in time (0: no limit).

    They count from the last call, so that nobody is too late who was called again a moment ago.
    """
    limit = timedelta(minutes=within) if within else None
    late = too_late(queue.last_called_at(unit.session, ticket_id), limit, unit.now)
    return ComingBack(ReturnRule.BACK if late else ReturnRule(rule), late)
