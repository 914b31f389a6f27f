"""Bookings for tests, made as their citizens make them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, contacts, holds
from madoguchi.services.booking_views import BookingView
from madoguchi.store.tables import Reservation, Service
from tests.integration.booking.booking_city import TUESDAY, City

GIVEN = {"kana": "ヤマダ タロウ", "phone": "090-1234-5678", "language": "ja"}


def booked(
    city: City, citizen: Citizen, slot: int = 0, *, day: date = TUESDAY, at: time = time(10), **given: Any
) -> BookingView:
    """A booking of the nursery service at `slot`, else at `day` and `at`."""
    place = slot or city.slot(day, at)
    held = holds.hold(city.office, citizen, service_id=city.nursery, slot_id=place)
    return booking.book(city.office, citizen, reservation_id=held.reservation_id, **{**GIVEN, **given})


def by_phone(city: City, slot: int, form: str, **given: Any) -> BookingView:
    """A booking that the clerk takes down."""
    values = {"kana": "スズキ", "phone": "03-1234-5678", "service_id": city.nursery, **given}
    return booking.book_at_desk(city.office, city.clerk, slot_id=slot, form=form, **values)


def set_rules(city: City, **values: Any) -> None:
    """Give the nursery service other rules."""
    with city.office.change() as unit:
        service = unit.session.get_one(Service, city.nursery)
        for name, value in values.items():
            setattr(service, name, value)


def reservation(city: City, reservation_id: int) -> Reservation:
    """A reservation as it stands now."""
    with city.office.look() as unit:
        return unit.session.get_one(Reservation, reservation_id)


def known_contact(city: City, user: int) -> tuple[str, str] | None:
    """What the form of a LINE user starts with."""
    with city.office.look() as unit:
        return contacts.prefill(unit, Citizen.in_line(user))
