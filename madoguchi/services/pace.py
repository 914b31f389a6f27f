"""How fast a desk moves, learned from its finished visits, and the waiting range that follows."""

from __future__ import annotations

from datetime import timedelta
from statistics import fmean
from typing import Final

from ..domain.waiting import Pace, learned_minutes, wait_range
from ..store import desks, queue
from .office import Office, Unit

LEARN_FROM: Final = timedelta(days=28)
_HOLD_MINUTES_FOR: Final = timedelta(minutes=5)
_HOLD_COUNTERS_FOR: Final = timedelta(seconds=1)


def pace(office: Office, unit: Unit, desk_id: int) -> Pace:
    """The desk's pace; what was learned is held for minutes, who sits at the counters for seconds."""
    minutes = office.memo.recall(
        ("minutes", desk_id), unit.now, _HOLD_MINUTES_FOR, lambda: _minutes(unit, desk_id)
    )
    counters = office.memo.recall(
        ("counters", desk_id),
        unit.now,
        _HOLD_COUNTERS_FOR,
        lambda: desks.staffed_counters(unit.session, desk_id),
    )
    return Pace(minutes, counters)


def wait(
    office: Office, unit: Unit, desk_id: int, ahead: int, *, service_id: int = 0, ticket_id: int = 0
) -> tuple[int, int]:
    """Low and high minutes for somebody with `ahead` people before.

    Of a ticket that waits by its id, of somebody who comes now by the service; with neither, of anybody.
    """
    return wait_range(ahead, pace(office, unit, desk_id))


def _minutes(unit: Unit, desk_id: int) -> float:
    since = unit.now - LEARN_FROM
    learned = [
        learned_minutes(queue.handling_minutes(unit.session, service.id, since), service.estimated_minutes)
        for service in desks.services(unit.session, desk_id)
        if service.id is not None
    ]
    return fmean(learned) if learned else 10.0
