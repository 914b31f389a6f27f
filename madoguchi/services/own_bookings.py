"""One booking or offered place of somebody in LINE, as a button finds it that may be old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..store.tables import Desk, Reservation, Service
from .booking_views import BookingView, view
from .holds import still_held
from .office import Office, Unit


@dataclass(frozen=True, slots=True)
class OfferView:
    """A place that was offered to somebody on a waiting list, and what became of it.

    It is held for them `until` then, None when it no longer is; `booked` when they took it.
    """

    desk_id: int
    desk: Mapping[str, str]
    service_id: int
    service: Mapping[str, str]
    day: date
    starts_at: datetime
    until: datetime | None
    booked: bool


def booking_of(office: Office, line_user_id: int, reservation_id: int) -> BookingView:
    """The own booking, whatever became of it. Raises `Refusal("unknown_reservation")`."""
    with office.look() as unit:
        reservation = _own(unit, line_user_id, reservation_id)
        if reservation.booked_at is None:
            raise Refusal("unknown_reservation")
        return view(unit, reservation)


def offer_of(office: Office, line_user_id: int, reservation_id: int) -> OfferView:
    """The place offered to the user. Raises `Refusal("unknown_reservation")`."""
    with office.look() as unit:
        held = _own(unit, line_user_id, reservation_id)
        service = unit.session.get_one(Service, held.service_id)
        desk = unit.session.get_one(Desk, held.desk_id)
        stands = held.state == ReservationState.HELD.value and still_held(held, unit.now)
        return OfferView(
            desk_id=held.desk_id,
            desk=desk.names,
            service_id=held.service_id,
            service=service.names,
            day=held.day,
            starts_at=held.starts_at,
            until=held.hold_until if stands else None,
            booked=held.booked_at is not None,
        )


def _own(unit: Unit, line_user_id: int, reservation_id: int) -> Reservation:
    reservation = unit.session.get(Reservation, reservation_id)
    if reservation is None or reservation.line_user_id != line_user_id:
        raise Refusal("unknown_reservation")
    return reservation
