"""How many counters are open through a day, given or read off past visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median_low
from typing import Final

from .past_visits import PastVisit, waiting_from

Span = tuple[float, float]
IDLE_WHILE_WAITED: Final = 10.0
"""A counter without a visit for as long as somebody waited these minutes was not open."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """Open counters of one day: from each minute after local midnight on, how many.

    ``((540, 3), (720, 2), (780, 3), (1020, 0))`` is three from nine to five, two over noon. Before the
    first step nothing is open. Raises `ValueError` for steps out of order or a negative number.
    """

    steps: tuple[tuple[float, int], ...]

    def __post_init__(self) -> None:
        if any(before >= after for (before, _), (after, _) in pairwise(self.steps)):
            raise ValueError("steps of a staffing go forward in time")
        if any(counters < 0 for _, counters in self.steps):
            raise ValueError("a staffing has no negative counters")

    @classmethod
    def steady(cls, opens: float, closes: float, counters: int) -> Staffing:
        """The same number from `opens` to `closes`."""
        return cls(((opens, counters), (closes, 0)))

    @property
    def open_steps(self) -> tuple[tuple[float, int], ...]:
        """The steps without closing: the last of them has counters."""
        last = max((place for place, (_, counters) in enumerate(self.steps) if counters), default=-1)
        return self.steps[: last + 1]

    @property
    def closes_at(self) -> float | None:
        """When the last counter closes; None when that is not said, or none ever opens."""
        opened = len(self.open_steps)
        return self.steps[opened][0] if 0 < opened < len(self.steps) else None

    def counters_at(self, minute: float) -> int:
        """How many are open at `minute`; a step counts from its own minute on."""
        return next((counters for since, counters in reversed(self.steps) if since <= minute), 0)

    def counter_minutes(self, start: float, end: float) -> float:
        """Minutes of all open counters together between `start` and `end`."""
        ends = [since for since, _ in self.steps[1:]] + [end]
        return sum(
            counters * max(0.0, min(until, end) - max(since, start))
            for (since, counters), until in zip(self.steps, ends, strict=False)
        )


def staffing_seen(past: Iterable[PastVisit], opens: int, closes: int, band: int = 30) -> dict[int, Staffing]:
    """Open counters per weekday (0 is Monday) between `opens` and `closes`, as past visits show them.

    A counter that had a visit that day was open all day, but for the times it stood idle while somebody
    waited for ten minutes: then it was at lunch. Per band of minutes the median over the days. Visits
    need `called` and `counter_id`; a weekday without any is left out.
    """
    days: dict[date, list[PastVisit]] = defaultdict(list)
    for visit in past:
        if visit.called is not None and visit.counter_id is not None:
            days[visit.day].append(visit)
    starts = range(opens, closes, band)
    seen: dict[int, list[list[int]]] = defaultdict(list)
    for day in sorted(days):
        spans = open_spans(days[day], (opens, closes))
        seen[day.weekday()].append([_open_in(spans, start, min(start + band, closes)) for start in starts])
    usual = {
        weekday: [median_low(column) for column in zip(*rows, strict=True)]
        for weekday, rows in sorted(seen.items())
    }
    return {
        weekday: Staffing((*_steps(starts, counters), (closes, 0))) for weekday, counters in usual.items()
    }


def open_spans(visits: Sequence[PastVisit], hours: Span) -> list[list[Span]]:
    """For each counter of a day the spans in which it was open."""
    waits = [
        (waiting_from(visit.arrives, visit.appointment), visit.called)
        for visit in visits
        if visit.arrives is not None and visit.called is not None
    ]
    busy: dict[int, list[Span]] = defaultdict(list)
    for visit in visits:
        if visit.called is not None and visit.counter_id is not None:
            busy[visit.counter_id].append((visit.called, visit.called + visit.minutes))
    return [list(_without_breaks(sorted(spans), waits, hours)) for spans in busy.values()]


def _without_breaks(busy: Sequence[Span], waits: Sequence[Span], hours: Span) -> Iterator[Span]:
    yield from busy
    reached = hours[0]
    for begins, ends in [*busy, (hours[1], hours[1])]:
        gap = (reached, begins)
        if begins > reached and not any(_shared(gap, wait) >= IDLE_WHILE_WAITED for wait in waits):
            yield gap
        reached = max(reached, ends)


def _open_in(counters: Iterable[Sequence[Span]], start: float, end: float) -> int:
    """How many counters were open for at least half of the band."""
    return sum(2 * sum(_shared(span, (start, end)) for span in spans) >= end - start for spans in counters)


def _shared(one: Span, other: Span) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))


def _steps(starts: Iterable[int], counters: Iterable[int]) -> Iterator[tuple[float, int]]:
    """Only the bands that differ from the one before."""
    last = None
    for start, number in zip(starts, counters, strict=True):
        if number != last:
            yield start, number
        last = number
