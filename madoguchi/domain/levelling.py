"""How many places each time should have, so that arrivals spread over what the counters can do.

From past visits come, for each weekday: how many want a place (on nine of ten such days no more), how
many come without one and when, and how long a visit takes. A time's places and its expected visits
without a booking together stay below the target share of its counters' minutes; within that, places
are given one by one to the time that is then least loaded.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from .past_visits import PastVisit, learned_minutes, took_a_counter, waiting_from
from .placing import SlotPlan
from .staffing import Staffing

TARGET: Final = 0.85
"""Above this share of busy minutes the waiting grows steeply."""
_ROUNDING: Final = 1e-9


class Bound(StrEnum):
    """Why a time has no more places."""

    CLOSED = "closed"
    """No counter is open."""
    WALK_INS = "walk_ins"
    """Those who come without a booking leave room for none."""
    LOAD = "load"
    """One more would pass the target."""
    DEMAND = "demand"
    """More would fit; nobody is expected to need them."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The times that a plan may offer. Raises `ValueError` when they are closer than the interval."""

    starts: Mapping[int, Sequence[int]]
    """Weekday (0 is Monday) → starts in minutes after local midnight."""
    interval: int
    """Minutes from one start to the next."""

    def __post_init__(self) -> None:
        for starts in self.starts.values():
            if any(after - before < self.interval for before, after in pairwise(sorted(starts))):
                raise ValueError("times of a pattern are closer than its interval")


@dataclass(frozen=True, slots=True)
class Handling:
    """Minutes a visit takes, as the service is set, for when there is little past to learn from.

    Raises `ValueError` for minutes that are not above zero.
    """

    planned: float
    """Of the visits that the plan places."""
    others: float
    """Of other services at the same desk."""

    def __post_init__(self) -> None:
        if min(self.planned, self.others) <= 0:
            raise ValueError("a visit takes some minutes")


@dataclass(frozen=True, slots=True)
class BandSuggestion:
    """One time of one weekday, with the figures that explain it."""

    weekday: int
    start: int
    """Minutes after local midnight."""
    capacity: int
    most: int
    """Places that fit below the target; `capacity` is less when fewer are wanted."""
    bound: Bound
    counters: float
    """Open on average during the interval."""
    walk_ins: float
    """Expected visits of a day that the plan does not place, appointments of other services too."""
    walk_in_minutes: float
    """The work they bring."""
    queued_minutes: float
    """Work left over from before, because more came than the counters could do."""
    visit_minutes: float
    """How long a visit with a place takes."""
    load: float | None
    """Busy share of the counters when every place is used; None while closed."""


@dataclass(frozen=True, slots=True)
class DaySuggestion:
    """One weekday."""

    weekday: int
    bands: tuple[BandSuggestion, ...]
    wanted: int
    """Places that are needed: enough on nine of ten past days."""
    days: int
    """How many past days it was learned from; 0 means nothing was, and nothing is suggested."""

    @property
    def total(self) -> int:
        """All places of the day."""
        return sum(band.capacity for band in self.bands)

    @property
    def short(self) -> int:
        """How many wanted places do not fit below the target."""
        return max(0, self.wanted - self.total)


def suggest(
    past: Iterable[PastVisit],
    staffing: Mapping[int, Staffing],
    pattern: Pattern,
    handling: Handling,
    booked_share: float = 0.0,
    target: float = TARGET,
) -> tuple[DaySuggestion, ...]:
    """Places for each weekday of `pattern`, from Monday on.

    `staffing` by weekday (see `staffing.staffing_seen`); a weekday that is left out is closed.
    `booked_share` is the share of those who came without a booking that would book, as in `SlotPlan`.
    A place is never above what keeps its interval at `target`; only where a single visit does not fit
    below the target of one interval (long visits, short intervals), what one interval leaves unused is
    kept for the next. Raises `ValueError` for shares that are not between 0 and 1.
    """
    if not (0 < target <= 1 and 0 <= booked_share <= 1):
        raise ValueError(f"not shares: {target}, {booked_share}")
    visits = sorted(past, key=lambda one: (one.day, one.id))
    minutes = Handling(
        planned=learned_minutes(_samples(visits, in_plan=True), handling.planned),
        others=learned_minutes(_samples(visits, in_plan=False), handling.others),
    )
    by_weekday: dict[int, dict[date, list[PastVisit]]] = defaultdict(lambda: defaultdict(list))
    for visit in visits:
        by_weekday[visit.day.weekday()][visit.day].append(visit)
    suggestions = []
    for weekday, starts in sorted(pattern.starts.items()):
        days = list(by_weekday[weekday].values())
        desk = _Desk(
            staffing=staffing.get(weekday, Staffing(())),
            walk_ins=_walk_ins(days, minutes, booked_share),
            days=len(days),
            visit_minutes=minutes.planned,
            target=target,
            interval=pattern.interval,
        )
        rooms = desk.rooms(starts)
        wanted = _wanted(days, booked_share)
        places = _levelled(rooms, wanted)
        bands = tuple(_band(weekday, room, places[room.start], pattern.interval) for room in rooms)
        suggestions.append(DaySuggestion(weekday, bands, wanted, len(days)))
    return tuple(suggestions)


def plan_of(
    suggested: Iterable[DaySuggestion], booked_share: float = 0.0, furthest: float | None = None
) -> SlotPlan:
    """The suggestion as a plan that `replay` takes."""
    places = {day.weekday: {band.start: band.capacity for band in day.bands} for day in suggested}
    return SlotPlan(by_weekday=places, booked_share=booked_share, furthest=furthest)


def _samples(visits: Iterable[PastVisit], *, in_plan: bool) -> list[float]:
    return [visit.minutes for visit in visits if took_a_counter(visit) and visit.in_plan is in_plan]


def _wanted(days: Iterable[Iterable[PastVisit]], booked_share: float) -> int:
    """Who books on a day, ranked over the days, at nine of ten."""
    a_day = sorted(
        sum(1.0 if visit.appointment is not None else booked_share for visit in visits if visit.in_plan)
        for visits in days
    )
    return math.ceil(a_day[math.ceil(len(a_day) * 0.9) - 1] - _ROUNDING) if a_day else 0


@dataclass(frozen=True, slots=True)
class _WalkIn:
    """A past visit that comes without a place of the plan."""

    waits_from: float
    share: float
    """The chance that it does."""
    minutes: float


def _walk_ins(
    days: Iterable[Iterable[PastVisit]], handling: Handling, booked_share: float
) -> tuple[_WalkIn, ...]:
    return tuple(
        _WalkIn(
            waiting_from(visit.arrives, visit.appointment),
            1 - booked_share if visit.in_plan else 1.0,
            handling.planned if visit.in_plan else handling.others,
        )
        for visits in days
        for visit in visits
        if visit.arrives is not None
        and not visit.missed
        and not (visit.in_plan and visit.appointment is not None)
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """An interval before places are given out."""

    start: int
    open_minutes: float
    walk_ins: float
    walk_in_minutes: float
    queued: float
    visit_minutes: float
    most: int

    def load(self, places: int) -> float:
        return (self.walk_in_minutes + self.queued + places * self.visit_minutes) / self.open_minutes


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one weekday's room is made from."""

    staffing: Staffing
    walk_ins: tuple[_WalkIn, ...]
    days: int
    visit_minutes: float
    target: float
    interval: int

    def rooms(self, starts: Iterable[int]) -> list[_Room]:
        """The intervals in time; work that the counters cannot do is handed on to the next."""
        rooms: list[_Room] = []
        queued, spare, reached = 0.0, 0.0, 0
        for start in sorted(starts):
            end = start + self.interval
            _, before = self._expected(reached, start)
            queued = max(0.0, queued + before - self.staffing.counter_minutes(reached, start))
            count, work = self._expected(start, end)
            open_minutes = self.staffing.counter_minutes(start, end)
            spare = spare + max(0.0, self.target * open_minutes - work - queued) if open_minutes else 0.0
            most = math.floor(spare / self.visit_minutes + _ROUNDING)
            rooms.append(_Room(start, open_minutes, count, work, queued, self.visit_minutes, most))
            spare = spare - most * self.visit_minutes if self._visit_is_long else 0.0
            queued = max(0.0, queued + work - open_minutes)
            reached = end
        return rooms

    @property
    def _visit_is_long(self) -> bool:
        """Whether one visit alone passes the target of one counter in one interval."""
        return self.visit_minutes > self.target * self.interval

    def _expected(self, start: int, end: int) -> tuple[float, float]:
        """Visits of a day that begin to wait in the time, and the minutes of work they bring."""
        found = [one for one in self.walk_ins if start <= one.waits_from < end]
        if not found:
            return 0.0, 0.0
        shares = sum(one.share for one in found)
        return shares / self.days, sum(one.share * one.minutes for one in found) / self.days


def _levelled(rooms: Iterable[_Room], wanted: int) -> dict[int, int]:
    """Start → places: `wanted` in all, one by one to whoever is then least loaded, within what fits."""
    places = {room.start: 0 for room in rooms}
    loads = [(room.load(1), room.start, room) for room in rooms if room.most]
    heapq.heapify(loads)
    for _ in range(wanted):
        if not loads:
            break
        _, start, room = loads[0]
        places[start] += 1
        if places[start] < room.most:
            heapq.heapreplace(loads, (room.load(places[start] + 1), start, room))
        else:
            heapq.heappop(loads)
    return places


def _band(weekday: int, room: _Room, places: int, interval: int) -> BandSuggestion:
    return BandSuggestion(
        weekday=weekday,
        start=room.start,
        capacity=places,
        most=room.most,
        bound=_bound(room, places),
        counters=room.open_minutes / interval,
        walk_ins=room.walk_ins,
        walk_in_minutes=room.walk_in_minutes,
        queued_minutes=room.queued,
        visit_minutes=room.visit_minutes,
        load=room.load(places) if room.open_minutes else None,
    )


def _bound(room: _Room, places: int) -> Bound:
    if not room.open_minutes:
        return Bound.CLOSED
    if places < room.most:
        return Bound.DEMAND
    return Bound.WALK_INS if not room.most and room.walk_in_minutes + room.queued > 0 else Bound.LOAD
