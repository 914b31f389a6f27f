"""What single past days at a desk show: minutes at the counter, who was absent, who left, open counters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import pairwise
from typing import Final, NamedTuple

from .past_visits import FORGOTTEN, PastVisit, local_minutes
from .staffing import open_spans
from .tickets import TicketState

BIN: Final = 15
"""Minutes of one step of `Day.counters`."""
LONGEST_PAUSE: Final = 10.0
"""A counter that calls nobody for longer while somebody waits has not paused: it is closed."""


class Seen(NamedTuple):
    """One past ticket. Times are minutes after local midnight of its day."""

    service_id: int
    state: TicketState
    queued: float
    called: float | None
    finished: float | None
    counter_id: int | None
    appointment: float | None = None


class Handled(NamedTuple):
    """One visit at a counter."""

    service_id: int
    minutes: float
    hour: int
    """Of the local day, when it was called."""
    counters: int
    """How many were open then."""


@dataclass(frozen=True, slots=True)
class Day:
    """A past day in figures."""

    day: date
    handled: tuple[Handled, ...]
    came: int
    """How many were called and there."""
    absent_minutes: tuple[float, ...]
    """How long each absent one held a counter up, as far as it can be seen."""
    absent: int
    left: int
    """How many did not wait for their turn."""
    waited: float
    """Minutes that those who did, waited together."""
    pauses: tuple[float, ...]
    """Minutes from the end of a visit to the next call while somebody waited."""
    shifts: tuple[float, ...]
    """Minutes by which holders of appointments were late; early is negative."""
    opens: int
    """The bin in which the day begins."""
    counters: tuple[int, ...]
    """Open counters from bin to bin."""

    def counters_at(self, minute: float) -> int:
        """How many were open; after the day as many as at its end, for whoever still waits."""
        place = int(minute // BIN) - self.opens
        if place < 0 or not self.counters:
            return 0
        return self.counters[min(place, len(self.counters) - 1)]


def seen(
    service_id: int,
    state: str,
    day: date,
    zone: tzinfo,
    *,
    queued_at: datetime,
    called_at: datetime | None,
    finished_at: datetime | None,
    counter_id: int | None,
    appointment_at: datetime | None,
) -> Seen:
    """A ticket's row, aware moments in minutes of `day` in the office's zone."""

    def minutes(moment: datetime | None) -> float | None:
        return None if moment is None else local_minutes(moment, day, zone)

    return Seen(
        service_id,
        TicketState(state),
        local_minutes(queued_at, day, zone),
        minutes(called_at),
        minutes(finished_at),
        counter_id,
        minutes(appointment_at),
    )


def day_of(day: date, tickets: Iterable[Seen]) -> Day:
    """The day's figures; the order of `tickets` changes nothing."""
    rows = sorted(
        tickets, key=lambda one: (one.queued, one.service_id, one.called or 0.0, one.finished or 0.0)
    )
    called = [one for one in rows if one.called is not None and one.counter_id is not None]
    opens, counters = _profile(day, rows)
    by_counter = _by_counter(called)
    empty = Day(day, (), 0, (), 0, 0, 0.0, (), (), opens, counters)
    missed = [one for one in called if one.state is TicketState.MISSED]
    left = sum(one.state is TicketState.CANCELLED and one.called is None for one in rows)
    return Day(
        day=day,
        handled=tuple(_handled(called, empty)),
        came=len(called) - len(missed),
        absent_minutes=tuple(_absent_minutes(by_counter)),
        absent=len(missed),
        left=left,
        waited=sum(max(0.0, (one.called or 0.0) - one.queued) for one in called),
        pauses=tuple(_pauses(by_counter)),
        shifts=tuple(one.queued - one.appointment for one in rows if one.appointment is not None),
        opens=opens,
        counters=counters,
    )


def _handled(called: Iterable[Seen], day: Day) -> Iterator[Handled]:
    for one in called:
        if one.state is not TicketState.DONE or one.called is None or one.finished is None:
            continue
        if 0 <= one.finished - one.called <= FORGOTTEN:
            open_then = max(1, day.counters_at(one.called))
            yield Handled(one.service_id, one.finished - one.called, int(one.called // 60) % 24, open_then)


def _by_counter(called: Iterable[Seen]) -> list[list[Seen]]:
    found: dict[int, list[Seen]] = defaultdict(list)
    for one in called:
        found[one.counter_id or 0].append(one)
    return [sorted(found[one], key=lambda row: row.called or 0.0) for one in sorted(found)]


def _absent_minutes(by_counter: Iterable[Sequence[Seen]]) -> Iterator[float]:
    for row in by_counter:
        for one, following in pairwise(row):
            if one.state is TicketState.MISSED and one.called is not None and following.called is not None:
                gap = following.called - one.called
                if following.queued <= one.called and gap <= LONGEST_PAUSE:
                    yield gap


def _pauses(by_counter: Iterable[Sequence[Seen]]) -> Iterator[float]:
    for row in by_counter:
        for one, following in pairwise(row):
            if one.finished is None or following.called is None or one.state is not TicketState.DONE:
                continue
            gap = following.called - one.finished
            if following.queued <= one.finished and 0 <= gap <= LONGEST_PAUSE:
                yield gap


def _profile(day: date, rows: Sequence[Seen]) -> tuple[int, tuple[int, ...]]:
    visits = [
        PastVisit(
            id=place,
            day=day,
            arrives=one.queued,
            minutes=min(FORGOTTEN, max(0.0, (one.finished or one.called) - one.called)),
            appointment=one.appointment,
            called=one.called,
            counter_id=one.counter_id,
        )
        for place, one in enumerate(rows)
        if one.called is not None and one.counter_id is not None
    ]
    if not visits:
        return 0, ()
    first = min(one.called or 0.0 for one in visits)
    last = max((one.called or 0.0) + one.minutes for one in visits)
    opens, closes = int(first // BIN), int(last // BIN) + 1
    spans = open_spans(visits, (opens * BIN, closes * BIN))
    return opens, tuple(
        max(1, sum(any(begin <= middle < end for begin, end in one) for one in spans))
        for middle in ((place + 0.5) * BIN for place in range(opens, closes))
    )
