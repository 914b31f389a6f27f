"""One queue, played to its end by chance: visits, absences, pauses, appointments, counters that open."""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from .habits import Habits, Pace
from .order import Waiting
from .past_days import BIN, Day
from .queue_line import Line

if TYPE_CHECKING:
    from .forecast import Situation

NEWEST: Final = 2**31 - 100
"""Ids from here on are of people who may come next."""
LOOK_AHEAD: Final = 240
"""Minutes for which counters are expected to open and close as on past days."""
_SAME_NUMBER: Final = 4.0
"""A past day with as many open counters at this time counts so many times as much as another."""

_Counter = tuple[float, int]
"""When it is free, in minutes from now, and its place among the open ones."""


class Play:
    """A situation made ready to be played many times."""

    def __init__(self, situation: Situation, habits: Habits, pace: Pace, line: Sequence[Waiting]) -> None:
        self._situation = situation
        self._habits = habits
        self._pace = pace
        self._wanted = len(line)
        self._by_service = any(one.services is not None for one in situation.counters)
        self._line = Line(situation.policy, situation.turn, by_service=self._by_service)
        for entry in line:
            self._line.add(entry, situation.now)
        self._plain = all(
            one.appointment_at is None and one.priority == 0 and one.not_before is None for one in line
        )
        self._order = list(self._settled_order())
        self._steps, self._step_sums = self._staffing()
        self._minutes = [habits.minutes.get(one.service_id, habits.mixed) for one in self._order]
        self._tables: dict[int, list[float]] = {}

    def _settled_order(self) -> Iterator[Waiting]:
        """Who goes when, as long as no one else comes: plain walk-ins never pass each other."""
        if self._plain and not self._by_service:
            line = self._line.copy()
            while (entry := line.take(self._situation.now)) is not None:
                yield entry

    def once(self, chance: random.Random) -> Iterator[tuple[int, float]]:
        """Ticket ids with the minutes until they were called, everybody of the line once."""
        pace = max(0.4, self._pace.factor + self._pace.spread * chance.gauss(0.0, 1.0))
        free, steps = self._counters(chance, pace)
        coming = self._coming(chance)
        if self._order and not coming:
            return self._in_order(chance, pace, free, steps)
        return self._by_line(chance, pace, free, steps, coming)

    def _in_order(
        self, chance: random.Random, pace: float, free: list[_Counter], steps: list[tuple[float, int]]
    ) -> Iterator[tuple[int, float]]:
        """The same as `_by_line` where the order cannot change: the usual case, and four times as fast."""
        counter = _Counters(free, steps, self._situation.seats)
        for entry, minutes in zip(self._order, self._minutes, strict=True):
            at, place = counter.next()
            at += self._pause(chance)
            yield entry.ticket_id, at
            heapq.heappush(free, (at + self._visit(chance, minutes, at, pace, counter.open, entry), place))

    def _by_line(
        self,
        chance: random.Random,
        pace: float,
        free: list[_Counter],
        steps: list[tuple[float, int]],
        coming: list[tuple[float, int, Waiting]],
    ) -> Iterator[tuple[int, float]]:
        now, line, left = self._situation.now, self._line.copy(), self._wanted
        counter = _Counters(free, steps, self._situation.seats)
        takes = [one.services for one in self._situation.counters]
        idle: list[int] = []
        at = 0.0
        while left:
            if idle:
                wake = self._next_event(line, coming)
                if wake is None and not free:
                    # Nobody here takes what is left: it is called when somebody decides so.
                    takes, wake = [], at
                if wake is not None and (not free or wake <= free[0][0]):
                    for place in idle:
                        heapq.heappush(free, (max(at, wake), place))
                    idle.clear()
            at, place = counter.next()
            moment = now + timedelta(minutes=at)
            while coming and coming[0][0] <= at:
                line.add(heapq.heappop(coming)[2], moment)
            entry = line.take(moment, takes[place] if place < len(takes) else None)
            if entry is None:
                idle.append(place)
                continue
            called = at + self._pause(chance)
            if entry.ticket_id >= 0:
                left -= 1
                yield entry.ticket_id, called
            minutes = self._habits.minutes.get(entry.service_id, self._habits.mixed)
            busy = self._visit(chance, minutes, called, pace, counter.open, entry)
            heapq.heappush(free, (called + busy, place))

    def _next_event(self, line: Line, coming: Sequence[tuple[float, int, Waiting]]) -> float | None:
        """When somebody comes or the order changes by itself; None: never."""
        moments = [coming[0][0]] if coming else []
        if (change := line.next_change()) is not None:
            moments.append(_between(self._situation.now, change) + 1 / 60)
        return min(moments, default=None)

    def _pause(self, chance: random.Random) -> float:
        pauses = self._habits.pauses
        return pauses[int(chance.random() * len(pauses))]

    def _visit(
        self,
        chance: random.Random,
        minutes: Sequence[float],
        at: float,
        pace: float,
        counters: int,
        entry: Waiting,
    ) -> float:
        """How long the counter is busy with `entry`, called at `at`."""
        habits, luck = self._habits, chance.random()
        # Who gave up meanwhile costs nothing; the chance is asked for always, so that each one's share stays.
        gone = chance.random() < min(0.9, habits.leaving * at)
        if gone and entry.appointment_at is None:
            return 0.0
        if luck < habits.absent:
            return habits.absent_minutes[int(luck / habits.absent * len(habits.absent_minutes))]
        luck = (luck - habits.absent) / (1.0 - habits.absent)
        table = self._tables.get(counters)
        if table is None:
            table = self._tables[counters] = [habits.factor(hour, counters) for hour in range(24)]
        hour = int((self._situation.minute + at) / 60) % 24
        return minutes[int(luck * len(minutes))] * table[hour] * pace

    def _counters(self, chance: random.Random, pace: float) -> tuple[list[_Counter], list[tuple[float, int]]]:
        """When each open counter is free, and how many open or close when."""
        free = []
        for place, counter in enumerate(self._situation.counters):
            luck = chance.random()
            free.append((0.0 if counter.visit is None else self._rest(place, luck, pace), place))
        steps: list[tuple[float, int]] = []
        if self._steps:
            place = bisect_right(self._step_sums, chance.random() * self._step_sums[-1])
            steps = self._steps[min(place, len(self._steps) - 1)]
        heapq.heapify(free)
        return free, list(steps)

    def _rest(self, place: int, luck: float, pace: float) -> float:
        """Minutes until the visit at a counter ends: of visits that took longer than it has by now."""
        visit = self._situation.counters[place].visit
        assert visit is not None
        habits = self._habits
        absent = habits.absent_minutes[len(habits.absent_minutes) // 2]
        if not visit.arrived and visit.since < absent:
            if luck < habits.absent:
                return absent - visit.since
            luck = (luck - habits.absent) / (1.0 - habits.absent)
        minutes = habits.minutes.get(visit.service_id, habits.mixed)
        hour = int((self._situation.minute - visit.since) // 60)
        factor = habits.factor(hour, len(self._situation.counters)) * pace
        shortest = bisect_right(minutes, visit.since / factor)
        if shortest >= len(minutes):
            # Longer than any: it may end at any time, or have been forgotten.
            return -math.log(1.0 - luck) * minutes[len(minutes) // 2] * 0.5
        return minutes[shortest + int(luck * (len(minutes) - shortest))] * factor - visit.since

    def _coming(self, chance: random.Random) -> list[tuple[float, int, Waiting]]:
        """Who checks in for an appointment, and when."""
        found = []
        shifts = self._habits.shifts
        for place, one in enumerate(self._situation.booked, start=1):
            comes, luck = chance.random() < self._situation.coming, chance.random()
            shift = shifts[int(luck * len(shifts))]
            if not comes or shift < one.late:
                # Of those who are late already, the share that still comes is the share of such shifts.
                continue
            arrives = shift - one.late
            queued = self._situation.now + timedelta(minutes=arrives)
            entry = Waiting(-place, queued, appointment_at=one.at, service_id=one.service_id)
            found.append((arrives, place, entry))
        heapq.heapify(found)
        return found

    def _staffing(self) -> tuple[list[list[tuple[float, int]]], list[float]]:
        """How the number of open counters changes from now on, for each past day, and their weights."""
        situation = self._situation
        found, sums, total = [], [], 0.0
        open_now = len(situation.counters)
        for day, usual in self._habits.days:
            then = day.counters_at(situation.minute)
            if not then and open_now:
                continue
            weight = usual * (_SAME_NUMBER if then == open_now else 1.0)
            weight *= 2.0 if day.day.weekday() == situation.weekday else 1.0
            steps = _changes(day, situation.minute)
            if not open_now:
                steps = [(0.0, then), *steps] if then or not steps else steps
                steps = steps if any(change > 0 for _, change in steps) else [(0.0, 1)]
            total += weight
            found.append(steps)
            sums.append(total)
        if not found and not open_now:
            return [[(0.0, 1)]], [1.0]
        return found, sums


class _Counters:
    """Open counters by when they are free, with those that open and close meanwhile."""

    def __init__(self, free: list[_Counter], steps: list[tuple[float, int]], seats: int) -> None:
        self._free = free
        self._steps = steps[::-1]
        self._seats = max(seats, len(free), 1)
        self.open = len(free)
        self._newest = len(free)

    def next(self) -> _Counter:
        """The counter that is free first; it is taken out. One is always left."""
        free, steps = self._free, self._steps
        while steps and (not free or steps[-1][0] <= free[0][0]):
            at, change = steps.pop()
            while change > 0 and self.open < self._seats:
                heapq.heappush(free, (at, self._newest))
                self._newest += 1
                self.open += 1
                change -= 1
            if change < 0:
                self._close(-change)
        if not free:
            self.open += 1
            return 0.0, self._newest
        return heapq.heappop(free)

    def _close(self, number: int) -> None:
        """Whoever is free next goes first."""
        while number and self.open > 1:
            heapq.heappop(self._free)
            self.open -= 1
            number -= 1


def _changes(day: Day, minute: float) -> list[tuple[float, int]]:
    """Minutes after `minute` with by how many the number of open counters changed then on a past day."""
    bins = [place * BIN for place in range(int(minute // BIN), int((minute + LOOK_AHEAD) // BIN) + 1)]
    counters = [day.counters_at(start) for start in bins]
    return [
        (start - minute, after - before)
        for start, (before, after) in zip(bins[1:], pairwise(counters), strict=True)
        if after != before
    ]


def _between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
