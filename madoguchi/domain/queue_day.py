"""One day at a desk as a simulation of events: who comes, who is called when, in the real calling order."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .order import OrderKey, Policy, Waiting, key_changes, order_key
from .past_visits import waiting_from
from .placing import Arrival
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


class _Queue:
    """Who waits, in calling order, without sorting everybody again at each call.

    A key changes at moments known beforehand, and then moves forward: such an entry is pushed again with
    its new key, and the copy that is left behind is passed over.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._ordered: list[tuple[OrderKey, Waiting]] = []
        self._changing: list[tuple[datetime, int, Waiting]] = []
        self._waiting: dict[int, Arrival] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, arrival: Arrival, now: datetime) -> None:
        visit, appointment = arrival.visit, arrival.appointment
        entry = Waiting(
            ticket_id=visit.id,
            queued_at=_moment(arrival.arrives),
            priority=visit.priority,
            appointment_at=None if appointment is None else _moment(appointment),
        )
        self._waiting[visit.id] = arrival
        heapq.heappush(self._ordered, (order_key(entry, self._policy, now), entry))
        for moment in key_changes(entry, self._policy):
            if moment > now:
                heapq.heappush(self._changing, (moment, visit.id, entry))

    def take(self, now: datetime) -> Arrival:
        """The next by `order.calling_order`, who leaves the queue. Not for an empty one."""
        while self._changing and self._changing[0][0] <= now:
            entry = heapq.heappop(self._changing)[2]
            if entry.ticket_id in self._waiting:
                heapq.heappush(self._ordered, (order_key(entry, self._policy, now), entry))
        while True:
            entry = heapq.heappop(self._ordered)[1]
            if entry.ticket_id in self._waiting:
                return self._waiting.pop(entry.ticket_id)


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
    queue = _Queue(policy)
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
            queue.add(coming.pop(), moment)
        while len(busy) < counters and queue:
            arrival = queue.take(moment)
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


def _moment(minutes: float) -> datetime:
    return _MIDNIGHT + timedelta(minutes=minutes)
