"""One day at a desk as a simulation of events: who comes, who is called when, in the real calling order."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .order import Policy, Waiting
from .past_visits import waiting_from
from .placing import Arrival
from .queue_line import Line
from .staffing import Staffing

_MIDNIGHT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Of any day: the calling order wants moments, and no day is compared with another."""


@dataclass(frozen=True, slots=True)
class Served:
    """A visit that was called. Times are minutes after local midnight of `day`."""

    visit_id: int
    day: date
    arrives: float
    appointment: float | None
    called: float
    finished: float
    missed: bool

    @property
    def waits_from(self) -> float:
        """When its waiting begins."""
        return waiting_from(self.arrives, self.appointment)

    @property
    def waited(self) -> float:
        """Minutes; 0 for an appointment called before its time."""
        return max(0.0, self.called - self.waits_from)


def serve(
    day: date, arrivals: Iterable[Arrival], staffing: Staffing, policy: Policy, missed_minutes: float
) -> Iterator[Served]:
    """The calls of a day, in time. A free counter calls at once whoever is next.

    A counter that closes finishes its visit first. Who still waits after the last counter closed is
    served by as many as were open last. Who is left when none was ever open, is not among the calls.
    """
    coming = sorted(arrivals, key=lambda one: (one.arrives, one.visit.id), reverse=True)
    changes = list(reversed(staffing.open_steps))
    busy: list[float] = []
    queue = Line(policy)
    came: dict[int, Arrival] = {}
    counters = 0
    while coming or busy or (changes and queue):
        now = min(
            coming[-1].arrives if coming else math.inf,
            busy[0] if busy else math.inf,
            changes[-1][0] if changes else math.inf,
        )
        moment = _moment(now)
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        while changes and changes[-1][0] <= now:
            counters = changes.pop()[1]
        while coming and coming[-1].arrives <= now:
            arrival = coming.pop()
            came[arrival.visit.id] = arrival
            queue.add(_entry(arrival), moment)
        while len(busy) < counters and (entry := queue.take(moment)):
            arrival = came[entry.ticket_id]
            minutes = missed_minutes if arrival.visit.missed else arrival.visit.minutes
            heapq.heappush(busy, now + minutes)
            yield Served(
                visit_id=arrival.visit.id,
                day=day,
                arrives=arrival.arrives,
                appointment=arrival.appointment,
                called=now,
                finished=now + minutes,
                missed=arrival.visit.missed,
            )


def _entry(arrival: Arrival) -> Waiting:
    return Waiting(
        ticket_id=arrival.visit.id,
        queued_at=_moment(arrival.arrives),
        priority=arrival.visit.priority,
        appointment_at=None if arrival.appointment is None else _moment(arrival.appointment),
    )


def _moment(minutes: float) -> datetime:
    return _MIDNIGHT + timedelta(minutes=minutes)
