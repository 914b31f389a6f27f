"""How long everybody at a desk will wait: the queue of this moment, played many times in the real order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .habits import Habits, Pace
from .order import DAY_BEGINS, Policy, Turn, Waiting, callable_at, calling_order
from .play import NEWEST, Play
from .ranges import Curve, Range, range_of, rising

BUDGET: Final = 3000
"""Calls that one forecast plays, more or less: some 20 ms."""
FEWEST, MOST = 40, 150
"""How often the queue is played, however long or short it is."""
FRONT: Final = 60
"""So many of those who wait are played; the others wait at the pace that these show."""
NEWCOMERS: Final = 5
"""So many who may come next are played behind them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a counter now."""

    service_id: int
    since: float
    """Minutes since the call."""
    arrived: bool = True
    """False: called, and not known to be there."""


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """A counter that calls."""

    services: frozenset[int] | None = None
    """What it takes; None: everything."""
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that has not checked in."""

    service_id: int
    late: float
    """Minutes since its time; negative before."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """A desk at this moment."""

    now: datetime
    minute: float
    """Of the local day."""
    weekday: int
    services: Sequence[int]
    waiting: Sequence[Waiting]
    """At least the first `FRONT` in calling order."""
    counters: Sequence[OpenCounter]
    seats: int
    """How many counters the desk has."""
    more: int = 0
    """Plain walk-ins behind `waiting`."""
    booked: Sequence[Booked] = ()
    coming: float = 0.9
    """Share of the booked who come."""
    policy: Policy = field(default_factory=Policy)
    turn: Turn = DAY_BEGINS


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting ticket's place and range; how many are before it as things stand."""

    ahead: int
    range: Range


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a desk can tell about waiting. Minutes from `at`."""

    at: datetime
    counters: int
    """How many counters call now; 0: the ranges assume those that usually do."""
    tickets: Mapping[int, Place]
    curves: Mapping[int, Curve]
    """Of somebody who comes now, by service id."""
    anybody: Curve

    def of(self, ahead: int, *, service_id: int = 0, ticket_id: int = 0) -> Range:
        """Of a waiting ticket by its id, else of somebody of that service with so many before."""
        found = self.tickets.get(ticket_id)
        if found is not None and found.ahead == ahead:
            return found.range
        return self.curves.get(service_id, self.anybody).at(ahead)


def forecast(
    situation: Situation,
    habits: Habits,
    pace: Pace,
    stretch: tuple[float, float] = (1.0, 1.0),
    *,
    seed: int = 1,
    budget: int = BUDGET,
) -> Forecast:
    """The ranges of everybody who waits and of who may come. The same input and seed give the same.

    `stretch` is what past promises teach about the two sides of a range (`promises.stretch_of`).
    """
    ordered = list(calling_order(situation.waiting, situation.policy, situation.now, situation.turn))
    front = ordered[:FRONT]
    groups = _groups(situation)
    waits: dict[int, list[float]] = {one.ticket_id: [] for one in front}
    behind = sum(callable_at(one, situation.now) for one in ordered) + situation.more
    fits = behind <= FRONT
    curves: dict[frozenset[int], Curve] = {}
    for group in groups:
        newcomers = _newcomers(situation, group, groups) if fits else []
        found = _played(situation, habits, pace, front, newcomers, seed, budget // len(groups))
        for entry in front:
            waits[entry.ticket_id] += found[entry.ticket_id]
        theirs = [one for one in front if callable_at(one, situation.now)]
        ranges = [
            range_of(found[one.ticket_id]).stretched(*stretch)
            if len(groups) == 1 or one.service_id in group or one.ticket_id >= NEWEST
            else None
            for one in (*theirs, *newcomers)
        ]
        curves[group] = _curve(ranges)
    return Forecast(
        at=situation.now,
        counters=len(situation.counters),
        tickets={
            entry.ticket_id: Place(place, range_of(waits[entry.ticket_id]).stretched(*stretch))
            for place, entry in enumerate(front)
        },
        curves={service: curve for group, curve in curves.items() for service in group},
        anybody=curves[groups[0]],
    )


def _groups(situation: Situation) -> list[frozenset[int]]:
    """Services that the same counters take; the largest group first."""
    found: dict[tuple[bool, ...], set[int]] = {}
    for service in situation.services or (0,):
        takes = tuple(one.services is None or service in one.services for one in situation.counters)
        found.setdefault(takes, set()).add(service)
    return sorted((frozenset(one) for one in found.values()), key=lambda one: (-len(one), sorted(one)))


def _newcomers(
    situation: Situation, group: frozenset[int], groups: Sequence[frozenset[int]]
) -> list[Waiting]:
    # Where all counters take everything it makes no difference for what they come.
    service = min(group) if len(groups) > 1 else 0
    return [Waiting(NEWEST + place, situation.now, service_id=service) for place in range(NEWCOMERS)]


def _played(
    situation: Situation,
    habits: Habits,
    pace: Pace,
    front: Sequence[Waiting],
    newcomers: Sequence[Waiting],
    seed: int,
    budget: int,
) -> dict[int, list[float]]:
    times = max(FEWEST, min(MOST, budget // (len(front) + len(newcomers))) if front or newcomers else 1)
    play = Play(situation, habits, pace, [*front, *newcomers])
    chance = random.Random(seed)  # noqa: S311  no secret
    found: dict[int, list[float]] = {one.ticket_id: [] for one in (*front, *newcomers)}
    for _ in range(times):
        for ticket_id, minutes in play.once(chance):
            found[ticket_id].append(minutes)
    return found


def _curve(ranges: Sequence[Range | None]) -> Curve:
    """Through the places of a queue; None: somebody of whom only other counters take care.

    Such a place counts as the next one behind it that matters.
    """
    points: list[Range] = []
    following = next((one for one in reversed(ranges) if one is not None), Range(0.0, 0.0, 1.0))
    for one in reversed(ranges):
        following = one or following
        points.append(following)
    return rising(points[::-1] or [following])
