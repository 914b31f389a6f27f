"""Reservations (予約) and places (予約枠): states, and which places may be booked now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final


class ReservationState(StrEnum):
    """Where a reservation stands."""

    HELD = "held"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    DONE = "done"
    CANCELLED = "cancelled"
    MISSED = "missed"


TAKES_PLACE: Final = (
    ReservationState.HELD,
    ReservationState.BOOKED,
    ReservationState.CHECKED_IN,
    ReservationState.DONE,
    ReservationState.MISSED,
)
HOLD_FOR: Final = timedelta(minutes=10)


class Mark(StrEnum):
    """How full a day is, as citizens read it."""

    FREE = "○"
    FEW = "△"
    FULL = "×"
    CLOSED = "－"


@dataclass(frozen=True, slots=True)
class Window:
    """Between which distances from now a place can be booked."""

    closes_before: timedelta
    opens_from: timedelta

    def allows(self, starts_at: datetime, now: datetime) -> bool:
        """True while `starts_at` may be booked at `now`."""
        return now + self.closes_before <= starts_at <= now + self.opens_from


@dataclass(frozen=True, slots=True)
class Place:
    """One slot as the calendar sees it."""

    starts_at: datetime
    day: date
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """Places left, never below zero."""
        return max(0, self.capacity - self.taken)


def day_marks(places: Iterable[Place], window: Window, now: datetime) -> dict[date, Mark]:
    """A mark for each day that has slots; a day whose every slot is outside the window is closed."""
    totals: dict[date, tuple[int, int]] = {}
    closed: set[date] = set()
    for place in places:
        closed.add(place.day)
        if window.allows(place.starts_at, now):
            free, capacity = totals.get(place.day, (0, 0))
            totals[place.day] = (free + place.free, capacity + place.capacity)
    marks = dict.fromkeys(closed, Mark.CLOSED)
    marks |= {day: day_mark(free, capacity) for day, (free, capacity) in totals.items()}
    return dict(sorted(marks.items()))


def day_mark(free: int, capacity: int) -> Mark:
    """○ above a quarter free, △ below, × none."""
    if free <= 0:
        return Mark.FULL
    return Mark.FEW if free * 4 <= capacity else Mark.FREE
