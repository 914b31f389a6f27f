"""Counting turns by the hundred thousand: equal ones first, as the interpreter does it fastest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from ..tickets import Channel
from .turns import (
    CHANNEL,
    CHANNEL_AT,
    CHANNELS,
    COUNTER,
    FIRST,
    HANDLING,
    NONE,
    OUTCOME,
    QUARTERS,
    SERVICE,
    UNFINISHED,
    WAIT,
    WAIT_AT,
    Outcome,
    counter_of,
    handling_of,
    outcome_of,
    quarter_of,
    wait_of,
)

_VISITS: Final = SERVICE | QUARTERS | OUTCOME | CHANNEL | FIRST
_WAITS: Final = SERVICE | WAIT | CHANNEL
_WAITS_BY_TIME: Final = QUARTERS | WAIT
_HANDLED: Final = SERVICE | COUNTER | HANDLING | CHANNEL
_BOOKED: Final = CHANNELS.index(Channel.RESERVATION) << CHANNEL_AT

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Minutes:
    """Turns of one kind, being counted."""

    visitors: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    waiting: dict[int, int] = field(default_factory=dict)
    handling: dict[int, int] = field(default_factory=dict)
    unfinished: int = 0

    def visit(self, key: int, count: int) -> None:
        """So many turns with this outcome."""
        self.outcomes[outcome_of(key)] += count
        if key & FIRST:
            self.visitors += count

    def wait(self, key: int, count: int) -> None:
        """So many waits."""
        minutes = wait_of(key)
        self.waiting[minutes] = self.waiting.get(minutes, 0) + count

    def handle(self, key: int, count: int) -> None:
        """So many times at a counter."""
        minutes = handling_of(key)
        if minutes == UNFINISHED:
            self.unfinished += count
        else:
            self.handling[minutes] = self.handling.get(minutes, 0) + count


@dataclass(frozen=True, slots=True)
class Counted:
    """Equal turns with how often each came, in the ways that figures ask for: few enough to go through."""

    visits: dict[int, int]
    waits: dict[int, int]
    waits_by_time: dict[int, int]
    handled: dict[int, int]
    by_weekday: tuple[dict[int, int], ...]
    """Visits, Monday first."""
    weekdays: tuple[int, ...]
    course: list[tuple[date, int, int, dict[int, int]]]
    """First day, visitors, those with a booking, and their waits."""

    def all(self) -> Minutes:
        """All turns."""
        return self.by(lambda _key: 0).get(0, Minutes())

    def by(self, kind: Callable[[int], K]) -> dict[K, Minutes]:
        """Turns by a kind that service and channel decide."""
        found: dict[K, Minutes] = defaultdict(Minutes)
        for key, count in self.visits.items():
            found[kind(key)].visit(key, count)
        for key, count in self.waits.items():
            found[kind(key)].wait(key, count)
        for key, count in self.handled.items():
            found[kind(key)].handle(key, count)
        return found

    def by_counter(self) -> dict[int, Minutes]:
        """Done turns by counter."""
        found: dict[int, Minutes] = defaultdict(Minutes)
        for key, count in self.handled.items():
            group = found[counter_of(key)]
            group.outcomes[Outcome.DONE] += count
            group.handle(key, count)
        return found

    def by_band(self, minutes: int) -> list[tuple[int, Minutes]]:
        """Visitors and waits by bands of the day, from the first with anybody to the last, none left out."""
        found: dict[int, Minutes] = defaultdict(Minutes)
        for key, count in self.visits.items():
            if key & FIRST:
                found[quarter_of(key) * 15 // minutes].visit(key, count)
        for key, count in self.waits_by_time.items():
            found[quarter_of(key) * 15 // minutes].wait(key, count)
        if not found:
            return []
        return [(band * minutes, found[band]) for band in range(min(found), max(found) + 1)]

    def heat(self) -> tuple[tuple[int, int, int], ...]:
        """Weekday, hour, visitors."""
        found: dict[tuple[int, int], int] = defaultdict(int)
        for weekday, visits in enumerate(self.by_weekday):
            for key, count in visits.items():
                if key & FIRST:
                    found[weekday, quarter_of(key) // 4] += count
        return tuple((weekday, hour, found[weekday, hour]) for weekday, hour in sorted(found))


def counted(days: Iterable[tuple[date, Sequence[int]]], by_day: bool) -> Counted:
    """Count the turns of days."""
    weekdays: list[list[int]] = [[] for _ in range(7)]
    course: dict[date, list[int]] = defaultdict(list)
    came: set[date] = set()
    for day, words in days:
        if not words:
            continue
        came.add(day)
        weekdays[day.weekday()].extend(words)
        course[day if by_day else day.replace(day=1)].extend(words)
    by_weekday = tuple(Counter([one & _VISITS for one in words]) for words in weekdays)
    every = [one for words in weekdays for one in words]
    waited = [one for one in every if one >> WAIT_AT & NONE != NONE]
    handled = [one & _HANDLED for one in every if one & HANDLING != HANDLING]
    return Counted(
        visits=_together(by_weekday),
        waits=Counter([one & _WAITS for one in waited]),
        waits_by_time=Counter([one & _WAITS_BY_TIME for one in waited]),
        handled=Counter(handled),
        by_weekday=by_weekday,
        weekdays=tuple(sum(day.weekday() == weekday for day in came) for weekday in range(7)),
        course=[(first, *_point(course[first])) for first in sorted(course)],
    )


def _together(counts: Iterable[dict[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in counts:
        for key, count in one.items():
            found[key] = found.get(key, 0) + count
    return found


def _point(words: Sequence[int]) -> tuple[int, int, dict[int, int]]:
    visits = [one & CHANNEL for one in words if one & FIRST]
    waits = Counter([one >> WAIT_AT & NONE for one in words])
    waits.pop(NONE, None)
    return len(visits), visits.count(_BOOKED), waits
