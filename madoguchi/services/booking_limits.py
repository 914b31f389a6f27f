"""How many visits one person may have booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..store.tables import Service

STANDING: Final = (ReservationState.BOOKED, ReservationState.CHECKED_IN)
VISITS: Final = (*STANDING, ReservationState.DONE, ReservationState.MISSED)
"""The states that count for the limits."""


def refuse_more_than(visits: Iterable[tuple[date, str]], service: Service, day: date, today: date) -> None:
    """Raise what the service's limits say of one more on `day` beside a person's `visits` (day and code).

    Raises `Refusal`: already_booked(number), too_many_bookings(most), too_many_visits(most, days).
    """
    there = list(visits)
    for other, code in there:
        if other == day:
            raise Refusal("already_booked", number=code)
    ahead = [other for other, _ in there if other >= today]
    if service.max_open and len(ahead) >= service.max_open:
        raise Refusal("too_many_bookings", most=service.max_open)
    near = [other for other, _ in there if abs((other - day).days) < service.period_days]
    if service.max_in_period and len(near) >= service.max_in_period:
        raise Refusal("too_many_visits", most=service.max_in_period, days=service.period_days)
