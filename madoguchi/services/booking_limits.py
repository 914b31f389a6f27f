"""How many visits one person may have booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..store.booking import Visit
from ..store.tables import Service

STANDING: Final = (ReservationState.BOOKED, ReservationState.CHECKED_IN)
VISITS: Final = (*STANDING, ReservationState.DONE, ReservationState.MISSED)
"""The states that count for the limits."""


def refuse_more_than(visits: Iterable[Visit], service: Service, day: date, today: date) -> None:
    """Raise what the service's limits say of one more on `day` beside a person's `visits`.

    Raises `Refusal`: already_booked(number), too_many_bookings(most), too_many_visits(most, days).
    """
    there = list(visits)
    for visit in there:
        if visit.day == day:
            raise Refusal("already_booked", number=visit.code)
    standing = [visit for visit in there if visit.state in STANDING and visit.day >= today]
    if service.max_open and len(standing) >= service.max_open:
        raise Refusal("too_many_bookings", most=service.max_open)
    if service.max_in_period and _most_near(there, day, service.period_days) >= service.max_in_period:
        raise Refusal("too_many_visits", most=service.max_in_period, days=service.period_days)


def _most_near(visits: Iterable[Visit], day: date, days: int) -> int:
    """How many visits lie within so many days in a row that hold `day`, at most."""
    near = [visit.day for visit in visits if abs((visit.day - day).days) < days]
    # The days in a row that hold most begin with a visit.
    firsts = [one for one in (*near, day) if one <= day]
    return max(sum(0 <= (one - first).days < days for one in near) for first in firsts)
