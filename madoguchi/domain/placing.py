"""Who would have come when under a plan of places: past visits put into its times, by chance of a seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .past_visits import PastVisit, waiting_from

Places = Mapping[int, int]
"""Start in minutes after local midnight → how many visits may book it."""


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A plan of places and who would use it. Raises `ValueError` for a share outside 0 to 1."""

    by_weekday: Mapping[int, Places]
    """0 is Monday; a weekday that is left out has no places."""
    by_day: Mapping[date, Places] = field(default_factory=dict)
    """Days that differ from their weekday."""
    booked_share: float = 0.0
    """The share of those who came without a booking that would book. Who had booked then, books now."""
    furthest: float | None = None
    """Nobody takes a place further than these minutes from the time they wanted; None: any of that day."""

    def __post_init__(self) -> None:
        if not 0 <= self.booked_share <= 1:
            raise ValueError(f"not a share: {self.booked_share}")

    def places_on(self, day: date) -> Places:
        """The places of `day`."""
        return self.by_day.get(day, self.by_weekday.get(day.weekday(), {}))


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Somebody who books for the first time comes between so many minutes early and late, evenly.

    Who had booked in the past keeps the minutes by which they were early or late then.
    """

    early: float = 10.0
    late: float = 5.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visit in the replay, with the times it has there."""

    visit: PastVisit
    arrives: float
    appointment: float | None

    @property
    def waits_from(self) -> float:
        """When its waiting begins."""
        return waiting_from(self.arrives, self.appointment)


@dataclass(frozen=True, slots=True)
class Placed:
    """A day under a plan."""

    arrivals: tuple[Arrival, ...]
    placed: int
    """How many have a place of the plan, those who never came too."""
    unplaced: int
    """How many wanted one and found none; they come without a booking, at the time they came then."""
    shifted: float
    """Minutes between the time wanted and the place got, of all who have one together."""


class _Asking(NamedTuple):
    """Somebody who books; in this order, as the order of booking has nothing to do with that of coming."""

    turn: float
    visit_id: int
    shift: float
    """Minutes from the appointment to the arrival."""
    visit: PastVisit


def as_it_was(visits: Iterable[PastVisit]) -> Placed:
    """The day without a plan: everybody at the time they came, with the appointment they had."""
    came = tuple(
        Arrival(visit, visit.arrives, visit.appointment) for visit in visits if visit.arrives is not None
    )
    return Placed(came, 0, 0, 0.0)


def place(visits: Sequence[PastVisit], day: date, plan: SlotPlan, habits: Punctuality, seed: int) -> Placed:
    """The day under `plan`: one after the other takes the free place nearest to the time they wanted.

    Chance is drawn for each visit from `seed` and its id alone: the order of `visits` changes nothing,
    and with a higher `booked_share` the same people book and some more.
    """
    asking = sorted(
        found for visit in visits if visit.in_plan and (found := _asks(visit, plan, habits, seed))
    )
    left = {start: capacity for start, capacity in plan.places_on(day).items() if capacity > 0}
    starts: dict[int, Arrival | None] = {}
    unplaced, shifted = 0, 0.0
    for one in asking:
        start = _nearest(left, one.visit.wanted, plan.furthest)
        if start is None:
            unplaced += 1
            starts[one.visit_id] = _without_place(one.visit)
            continue
        shifted += abs(start - one.visit.wanted)
        left[start] -= 1
        if left[start] == 0:
            del left[start]
        absent = one.visit.arrives is None
        starts[one.visit_id] = None if absent else Arrival(one.visit, max(0.0, start + one.shift), start)
    others = as_it_was(visit for visit in visits if visit.id not in starts).arrivals
    moved = tuple(arrival for arrival in starts.values() if arrival)
    return Placed(others + moved, len(starts) - unplaced, unplaced, shifted)


def _asks(visit: PastVisit, plan: SlotPlan, habits: Punctuality, seed: int) -> _Asking | None:
    chance = random.Random(f"{seed}:{visit.id}")  # noqa: S311  no secret
    books, turn = chance.random(), chance.random()
    shift = chance.uniform(-habits.early, habits.late)
    if visit.appointment is None:
        return _Asking(turn, visit.id, shift, visit) if books < plan.booked_share else None
    own = 0.0 if visit.arrives is None else visit.arrives - visit.appointment
    return _Asking(turn, visit.id, own, visit)


def _nearest(left: Iterable[int], wanted: float, furthest: float | None) -> int | None:
    """The start nearest to `wanted`, the earlier of two as near."""
    start = min(left, key=lambda one: (abs(one - wanted), one), default=None)
    if start is None or (furthest is not None and abs(start - wanted) > furthest):
        return None
    return start


def _without_place(visit: PastVisit) -> Arrival | None:
    return None if visit.arrives is None else Arrival(visit, visit.arrives, None)
