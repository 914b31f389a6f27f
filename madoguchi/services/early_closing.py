"""Bookings that are still to come when staff close the desk for today: who made them in LINE is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..store import booking as rows
from ..store.tables import Desk, Reservation, Service
from . import outbox
from .booking_rules import arrival_rules, rules_of
from .booking_views import facts_of, view_of
from .office import Unit
from .steps import UNDO_FOR

KIND: Final = "booking_desk_closed"
_SHOWN: Final = ("id", "code", "starts_at", "desk", "place", "service", "desk_phone")
_AT_LEAST: Final = timedelta(minutes=10)
"""Whoever is late by now may be on the way all the same."""


def tell(unit: Unit, desk: Desk) -> list[str]:
    """Write to everybody in LINE who is still to come today, once per booking and day; the causes written.

    Held for an undo. The desk is locked. Whoever should have come before and did not is not told.
    """
    awaited = rows.awaited(unit.session, desk.id or 0, unit.today)
    messages = [
        _message(unit, desk, reservation, service, reservation.line_user_id)
        for reservation, service in awaited
        if reservation.line_user_id is not None
        and unit.now <= arrival_rules(service).late_from(reservation.starts_at)
    ]
    outbox.enqueue_all(unit, messages)
    return [message.cause for message in messages]


def _message(
    unit: Unit, desk: Desk, reservation: Reservation, service: Service, line_user_id: int
) -> outbox.Message:
    booking = view_of(reservation, service, desk, rules_of(unit, service, desk))
    return outbox.Message(
        # Moved to another day that is closed too, it is news again.
        cause=f"{KIND}:{booking.id}:{booking.day.isoformat()}",
        kind=KIND,
        line_user_id=line_user_id,
        language=outbox.language_of(unit, line_user_id),
        facts={name: value for name, value in facts_of(booking).items() if name in _SHOWN},
        expires_in=max(booking.late_from - unit.now, _AT_LEAST),
        hold_for=UNDO_FOR,
        reservation_id=booking.id,
    )
