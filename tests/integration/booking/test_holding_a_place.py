"""A place is held from the tap, and comes back when it is not booked."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from madoguchi.domain.booking import HOLD_FOR
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds
from tests.integration.booking.booking_city import MONDAY, NINE, TUESDAY, City

KANA, PHONE = "ヤマダ タロウ", "090-1234-5678"


def test_holding_takes_one_place_for_ten_minutes(city: City) -> None:
    slot = city.slot()
    held = holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    assert city.taken(slot) == 1
    assert held.until == NINE + HOLD_FOR


def test_another_choice_gives_the_former_place_back(city: City) -> None:
    first, second, user = city.slot(at=time(10)), city.slot(at=time(11)), city.citizen()
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=first)
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=second)
    assert (city.taken(first), city.taken(second)) == (0, 1)


def test_places_of_two_services_are_held_side_by_side(city: City) -> None:
    first, second, user = city.slot(), city.slot(service=city.permit), city.citizen()
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=first)
    holds.hold(city.office, Citizen.in_line(user), service_id=city.permit, slot_id=second)
    assert (city.taken(first), city.taken(second)) == (1, 1)


def test_tapping_the_held_place_again_changes_nothing(city: City) -> None:
    slot, user = city.slot(), city.citizen()
    first = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=3)
    assert holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot) == first
    assert city.taken(slot) == 1


def test_a_full_place_is_refused_and_the_former_one_kept(city: City) -> None:
    full, other, user = city.slot(at=time(10), capacity=1), city.slot(at=time(11)), city.citizen()
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=full)
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=other)
    with pytest.raises(Refusal, match="sold_out"):
        holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=full)
    assert (city.taken(full), city.taken(other)) == (1, 1)
    assert holds.held_at(city.office, Citizen.in_line(user), city.desk) is not None


def test_a_lapsed_place_goes_to_the_next_who_asks_at_once(city: City) -> None:
    slot = city.slot(capacity=1)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    city.clock.advance(seconds=HOLD_FOR.total_seconds())
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    assert city.taken(slot) == 1


def test_one_who_comes_back_to_the_own_lapsed_place_gets_it_anew(city: City) -> None:
    slot, user = city.slot(capacity=1), city.citizen()
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=11)
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    assert held.until == city.clock.now() + HOLD_FOR
    assert city.taken(slot) == 1


def test_lapsing_gives_every_overdue_place_back_once(city: City) -> None:
    early, late = city.slot(at=time(10)), city.slot(at=time(11))
    for _ in range(2):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=early)
    city.clock.advance(minutes=5)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=late)
    city.clock.advance(minutes=5)
    assert holds.lapse_holds(city.office) == 2
    assert holds.lapse_holds(city.office) == 0
    assert (city.taken(early), city.taken(late)) == (0, 1)


def test_releasing_works_for_the_own_held_place_only(city: City) -> None:
    slot, user = city.slot(), city.citizen()
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    holds.release(city.office, Citizen.in_line(city.citizen()), held.reservation_id)
    assert city.taken(slot) == 1
    for _ in range(2):
        holds.release(city.office, Citizen.in_line(user), held.reservation_id)
    assert city.taken(slot) == 0


def test_a_booked_place_is_not_released(city: City) -> None:
    slot, user = city.slot(), city.citizen()
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    made = booking.book(
        city.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana=KANA,
        phone=PHONE,
        language="ja",
    )
    holds.release(city.office, Citizen.in_line(user), made.id)
    assert city.taken(slot) == 1


@pytest.mark.parametrize("minutes", [0, 59])
def test_a_place_closes_its_service_minutes_before(city: City, minutes: int) -> None:
    slot = city.slot(MONDAY, time(10))
    city.clock.put(NINE + timedelta(hours=1) - timedelta(minutes=minutes))
    with pytest.raises(Refusal, match="slot_closed"):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)


def test_a_place_may_be_held_until_its_deadline_to_the_minute(city: City) -> None:
    slot = city.slot(MONDAY, time(10))
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    assert city.taken(slot) == 1


def test_a_day_opens_at_midnight_its_days_before(city: City) -> None:
    slot = city.slot(MONDAY + timedelta(days=31), time(16))
    city.clock.put(NINE + timedelta(hours=14, minutes=59, seconds=59))
    with pytest.raises(Refusal, match="not_open_yet"):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    city.clock.put(NINE + timedelta(hours=15))
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)


@pytest.mark.parametrize("slot_id", [0, -1, 10**9])
def test_a_place_that_is_not_there_is_refused(city: City, slot_id: int) -> None:
    with pytest.raises(Refusal, match="unknown_place"):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot_id)


def test_somebody_unknown_holds_nothing(city: City) -> None:
    with pytest.raises(Refusal, match="link_invalid"):
        holds.hold(city.office, Citizen.in_line(999), service_id=city.nursery, slot_id=city.slot(TUESDAY))
