"""`doctor` finds each way in which bookings could be wrong, and nothing in an office at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, holds, waiting_list
from madoguchi.services.checkup import findings
from madoguchi.store.tables import Contact, Reservation, Slot, WaitingListEntry
from tests.integration.booking.booking_city import TUESDAY, City

CODES = ("A" * 12, "B" * 12)


def _booked(city: City, citizen: Citizen, slot: int) -> int:
    held = holds.hold(city.office, citizen, service_id=city.nursery, slot_id=slot)
    made = booking.book(
        city.office,
        citizen,
        reservation_id=held.reservation_id,
        kana="ヤマダ",
        phone="03-1234-5678",
        language="ja",
    )
    return made.id


def _change(city: City, table: Any, number: int, **values: object) -> None:
    with city.office.change() as unit:
        unit.session.execute(update(table).where(col(table.id) == number).values(**values))


@pytest.fixture
def user(city: City) -> Citizen:
    """Somebody in LINE."""
    return Citizen.in_line(city.citizen())


def test_nothing_while_people_hold_book_cancel_and_wait(city: City, user: Citizen) -> None:
    slot, other = city.slot(capacity=2), Citizen.with_code("ABCD-EFGH-JKLM")
    _booked(city, other, slot)
    given_up = _booked(city, user, slot)
    waiting = city.citizen()
    waiting_list.ask(city.office, line_user_id=waiting, service_id=city.nursery, day=TUESDAY)
    booking.cancel_booking_own(city.office, user, given_up)
    assert [one.state for one in city.reservations()] == ["booked", "cancelled", "held"]
    assert findings(city.office) == []


def test_a_place_counted_wrongly(city: City, user: Citizen) -> None:
    slot = city.slot()
    _booked(city, user, slot)
    _change(city, Slot, slot, taken=2)
    assert findings(city.office) == [f"slot {slot}: 2 places counted, 1 reservations there"]


def test_a_hold_that_ran_out_and_was_never_given_back(city: City, user: Citizen) -> None:
    slot = city.slot()
    holds.hold(city.office, user, service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=15)
    assert findings(city.office) == []
    city.clock.advance(minutes=6)
    assert findings(city.office) == [f"slot {slot}: 1 holds ran out long ago and still take a place"]


def test_a_booking_without_a_contact_and_the_contact_left_over(city: City, user: Citizen) -> None:
    made = _booked(city, user, city.slot())
    _change(city, Reservation, made, contact_id=None)
    assert findings(city.office) == [
        f"reservation {made} stands without a contact",
        "contact 1 belongs to no reservation",
    ]


def test_a_contact_of_somebody_who_never_booked(city: City, user: Citizen) -> None:
    held = holds.hold(city.office, user, service_id=city.nursery, slot_id=city.slot())
    with city.office.change() as unit:
        contact = Contact(
            kana="ヤマダ", kana_key="ヤマダ", phone="+81312345678", created_at=unit.now, visit_day=TUESDAY
        )
        unit.session.add(contact)
        unit.session.flush()
        number = contact.id
    _change(city, Reservation, held.reservation_id, contact_id=number)
    assert findings(city.office) == [f"reservation {held.reservation_id} has a contact and was never booked"]


def test_an_offer_without_a_held_place(city: City, user: Citizen) -> None:
    given_up = _booked(city, user, city.slot(capacity=1))
    waiting_list.ask(city.office, line_user_id=city.citizen(), service_id=city.nursery, day=TUESDAY)
    booking.cancel_booking_own(city.office, user, given_up)
    assert findings(city.office) == []
    _change(city, WaitingListEntry, 1, reservation_id=given_up)
    assert findings(city.office) == ["waiting list entry 1 is offered a place that nobody holds for it"]
    _change(city, WaitingListEntry, 1, reservation_id=None)
    assert findings(city.office) == ["waiting list entry 1 is offered a place that nobody holds for it"]


@pytest.mark.parametrize("guest", [False, True])
def test_two_bookings_of_one_person_on_one_day(city: City, guest: bool) -> None:
    people = [
        Citizen.with_code(code) if guest else Citizen.in_line(city.citizen()) for code in ("A" * 12, "B" * 12)
    ]
    slot = city.slot(capacity=2)
    first, second = (_booked(city, one, slot) for one in people)
    _change(city, Reservation, second, line_user_id=people[0].line_user_id, guest=people[0].guest)
    who = "guest" if guest else "LINE user"
    assert findings(city.office) == [f"reservations {first} and {second} are of one {who}, service and day"]


def test_the_same_person_on_other_days_and_services_is_fine(city: City, user: Citizen) -> None:
    for day in (TUESDAY, TUESDAY + timedelta(days=1)):
        _booked(city, user, city.slot(day))
    assert findings(city.office) == []
