"""A booking as people and messages see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..domain.booking import ReservationState
from ..store.tables import Desk, Reservation, Service
from . import outbox
from .office import Unit

TELL_WITHIN = timedelta(hours=24)
"""A push about a booking that could not be sent by then is dropped."""


@dataclass(frozen=True, slots=True)
class BookingView:
    """予約. Holds neither name nor phone number."""

    id: int
    code: str
    starts_at: datetime
    day: date
    service: Mapping[str, str]
    desk: Mapping[str, str]
    place: Mapping[str, str]
    items: Mapping[str, str]
    state: ReservationState
    changeable_until: datetime
    desk_phone: str
    minutes: int
    """How long a visit takes, about."""


def view(unit: Unit, reservation: Reservation) -> BookingView:
    """The reservation with its service and desk."""
    service = unit.session.get_one(Service, reservation.service_id)
    desk = unit.session.get_one(Desk, reservation.desk_id)
    return BookingView(
        id=reservation.id or 0,
        code=reservation.code,
        starts_at=reservation.starts_at,
        day=reservation.day,
        service=service.names,
        desk=desk.names,
        place=desk.places,
        items=service.items,
        state=ReservationState(reservation.state),
        changeable_until=reservation.starts_at - timedelta(minutes=service.closes_minutes_before),
        desk_phone=desk.phone,
        minutes=max(5, round(service.estimated_minutes)),
    )


def tell(
    unit: Unit, reservation: Reservation, kind: str, cause: str, within: timedelta = TELL_WITHIN
) -> None:
    """Write a push about the booking to the one who made it in LINE; for others nothing."""
    if reservation.line_user_id is None:
        return
    booking = view(unit, reservation)
    outbox.enqueue(
        unit,
        cause=cause,
        kind=kind,
        line_user_id=reservation.line_user_id,
        facts={
            "code": booking.code,
            "starts_at": booking.starts_at.isoformat(),
            "desk": dict(booking.desk),
            "place": dict(booking.place),
            "service": dict(booking.service),
            "items": dict(booking.items),
            "desk_phone": booking.desk_phone,
        },
        expires_in=within,
        reservation_id=reservation.id,
    )
