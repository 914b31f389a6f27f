"""Last month's visits played again at the desk, as it was or against a plan of places, and the waiting.

A small simulation of events. It has no clock and no chance but the seed's: the same visits, plan and
seed give the same answer, in whatever order the visits are listed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, median

from .order import Policy
from .past_visits import PastVisit, took_a_counter, waiting_from
from .placing import Arrival, Placed, Punctuality, SlotPlan, as_it_was, place
from .queue_day import Served, serve
from .staffing import Staffing


@dataclass(frozen=True, slots=True)
class Rules:
    """How the replayed desk works and what is counted."""

    policy: Policy = field(default_factory=Policy)
    missed_minutes: float = 1.0
    """How long a counter is busy calling somebody who is not there."""
    habits: Punctuality = field(default_factory=Punctuality)
    band: int = 30
    """Minutes of one row of `Replayed.bands`."""
    longer_than: tuple[int, ...] = (15, 30)
    """Waits above these minutes are counted."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting in minutes, over `count` visits; all zero when there was none."""

    count: int
    mean: float
    median: float
    ninetieth: float
    """Nine of ten waited no longer."""
    longest: float
    longer_than: Mapping[int, int]
    """Minutes → how many waited longer."""


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the day, over all days."""

    start: int
    """Minutes after local midnight."""
    visits: float
    """How many begin to wait in it, a day."""
    waits: Waits
    """Of those who begin to wait in it."""
    load: float | None
    """Minutes of work that arrive, by minutes of open counters; above 1 the queue grows. None: closed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay gives."""

    days: int
    waits: Waits
    """Of everybody served; who was missed is left out."""
    bands: tuple[Band, ...]
    placed: int
    """How many had a place of the plan (0 as it was)."""
    unplaced: int
    """How many wanted a place, found none, and came without."""
    shift: float
    """Minutes between the time wanted and the place got, on average of the `placed`: what the plan costs."""
    missed: int
    unserved: int
    """How many were still waiting when no counter would open any more."""
    overtime: float
    """Minutes after closing until the last visit of the worst day ended; 0 when closing is not said."""
    visits: tuple[Served, ...]
    """Each call, by day and time; for cutting it another way with `waits_of`."""


def replay(
    past: Iterable[PastVisit],
    staffing: Callable[[date], Staffing],
    plan: SlotPlan | None = None,
    rules: Rules | None = None,
    seed: int = 0,
) -> Replayed:
    """Play `past` again with the counters of `staffing`; each day begins and ends empty.

    Without `plan` everybody comes as they did: the "before". With one, who had booked and a share of the
    others take its places on the day they came (`placing.place`): the "after". The calling order is
    that of the real queue (`domain/order.py`). Whoever came before closing is served, by the counters
    that were open last. Raises `ValueError` when two visits share an id.
    """
    rules = rules or Rules()
    days = _by_day(past)
    placed = {
        day: place(visits, day, plan, rules.habits, seed) if plan else as_it_was(visits)
        for day, visits in days.items()
    }
    worked = {day: staffing(day) for day in days}
    served = [
        call
        for day, found in placed.items()
        for call in serve(day, found.arrivals, worked[day], rules.policy, rules.missed_minutes)
    ]
    in_places = sum(found.placed for found in placed.values())
    shifted = sum(found.shifted for found in placed.values())
    return Replayed(
        days=len(days),
        waits=waits_of(_waited(served), rules.longer_than),
        bands=_bands(placed, served, worked, rules),
        placed=in_places,
        unplaced=sum(found.unplaced for found in placed.values()),
        shift=shifted / in_places if in_places else 0.0,
        missed=sum(call.missed for call in served),
        unserved=sum(len(found.arrivals) for found in placed.values()) - len(served),
        overtime=max((_overtime(call, worked[call.day]) for call in served), default=0.0),
        visits=tuple(served),
    )


def measured(past: Iterable[PastVisit], longer_than: Sequence[int] = (15, 30)) -> Waits:
    """The waiting that really was, to hold against a replay of the same visits as it was."""
    return waits_of(
        [
            max(0.0, visit.called - waiting_from(visit.arrives, visit.appointment))
            for visit in past
            if took_a_counter(visit) and visit.called is not None and visit.arrives is not None
        ],
        longer_than,
    )


def waits_of(minutes: Sequence[float], longer_than: Sequence[int] = (15, 30)) -> Waits:
    """The figures of these waits, in minutes."""
    if not minutes:
        return Waits(0, 0.0, 0.0, 0.0, 0.0, dict.fromkeys(longer_than, 0))
    ranked = sorted(minutes)
    return Waits(
        count=len(ranked),
        mean=fmean(ranked),
        median=median(ranked),
        ninetieth=ranked[math.ceil(len(ranked) * 0.9) - 1],
        longest=ranked[-1],
        longer_than={limit: sum(wait > limit for wait in ranked) for limit in longer_than},
    )


def _by_day(past: Iterable[PastVisit]) -> dict[date, list[PastVisit]]:
    days: dict[date, list[PastVisit]] = defaultdict(list)
    seen: set[int] = set()
    for visit in sorted(past, key=lambda one: (one.day, one.id)):
        if visit.id in seen:
            raise ValueError(f"two visits with the id {visit.id}")
        seen.add(visit.id)
        days[visit.day].append(visit)
    return dict(days)


def _waited(served: Iterable[Served]) -> list[float]:
    return [call.waited for call in served if not call.missed]


def _overtime(call: Served, staffing: Staffing) -> float:
    return 0.0 if staffing.closes_at is None else max(0.0, call.finished - staffing.closes_at)


def _bands(
    placed: Mapping[date, Placed],
    served: Iterable[Served],
    worked: Mapping[date, Staffing],
    rules: Rules,
) -> tuple[Band, ...]:
    """The bands from the first to the last in which somebody comes."""
    came: dict[int, list[Arrival]] = defaultdict(list)
    for found in placed.values():
        for arrival in found.arrivals:
            came[_band_of(arrival.waits_from, rules.band)].append(arrival)
    calls: dict[int, list[Served]] = defaultdict(list)
    for call in served:
        calls[_band_of(call.waits_from, rules.band)].append(call)
    starts = range(min(came), max(came) + rules.band, rules.band) if came else ()
    return tuple(
        Band(
            start=start,
            visits=len(came[start]) / len(worked),
            waits=waits_of(_waited(calls[start]), rules.longer_than),
            load=_load(came[start], start, worked.values(), rules),
        )
        for start in starts
    )


def _band_of(minute: float, band: int) -> int:
    return math.floor(minute / band) * band


def _load(came: Iterable[Arrival], start: int, days: Iterable[Staffing], rules: Rules) -> float | None:
    open_minutes = sum(staffing.counter_minutes(start, start + rules.band) for staffing in days)
    work = sum(rules.missed_minutes if one.visit.missed else one.visit.minutes for one in came)
    return work / open_minutes if open_minutes else None
