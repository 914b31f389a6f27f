"""A citizen with a visit, for tests of what becomes of what they told."""

from __future__ import annotations

from datetime import date, time

from office_kit import City

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.roles import Role
from madoguchi.services import booking, holds
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.slots import make_slots
from madoguchi.store.tables import Service

KANA, PHONE = "ヤマダ ハナコ", "090-1234-5678"
DAY = date(2026, 10, 15)


def admin_of(city: City) -> Actor:
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


def book(office: Office, city: City) -> int:
    """The first LINE user books a visit."""
    with office.change() as unit:
        service = unit.session.get_one(Service, city.service_id)
        make_slots(unit, service, [DAY], [time(10)], 3)
    who = Citizen.in_line(city.line_user_ids[0])
    held = holds.hold(office, who, service_id=city.service_id, slot_id=1)
    given = {"kana": KANA, "phone": PHONE, "language": "ja"}
    return booking.book(office, who, reservation_id=held.reservation_id, **given).id


def booked_and_gone(office: Office, city: City) -> int:
    """The same, and cancelled again."""
    reservation_id = book(office, city)
    booking.cancel_booking(office, city.clerk, reservation_id, reason=CancelReason.REQUESTED)
    return reservation_id
