"""What the calendar shows, and making the places it shows."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from madoguchi.domain.booking import Mark
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import holds, slots
from madoguchi.services.slots import make_slots
from madoguchi.store.tables import Service
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City


def _marks(city: City) -> dict[date, Mark]:
    return {one.day: one.mark for one in slots.calendar(city.office, city.nursery)}


def test_every_day_from_today_to_the_last_is_there(city: City) -> None:
    days = [one.day for one in slots.calendar(city.office, city.nursery)]
    assert days == [MONDAY + timedelta(days=ahead) for ahead in range(31)]


def test_marks_follow_what_is_free(city: City) -> None:
    slot = city.slot(capacity=4)
    seen = [_marks(city)[TUESDAY]]
    for _ in range(4):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
        seen.append(_marks(city)[TUESDAY])
    assert "".join(seen) == "○○○△×"
    assert _marks(city)[TUESDAY + timedelta(days=1)] is Mark.CLOSED


def test_today_closes_when_its_last_place_does(city: City) -> None:
    city.slot(MONDAY, time(10))
    assert _marks(city)[MONDAY] is Mark.FREE
    city.clock.advance(seconds=1)
    assert _marks(city)[MONDAY] is Mark.CLOSED
    assert slots.places(city.office, city.nursery, MONDAY) == []


def test_places_of_a_day_stand_in_order_with_full_ones(city: City) -> None:
    for at in (time(11), time(9, 30), time(10)):
        city.slot(at=at, capacity=1)
    holds.hold(
        city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=city.slot(at=time(10))
    )
    found = [(one.time, one.free) for one in slots.places(city.office, city.nursery, TUESDAY)]
    assert found == [("09:30", 1), ("10:00", 0), ("11:00", 1)]


def test_a_service_that_is_not_bookable_has_no_calendar(city: City) -> None:
    with city.office.change() as unit:
        unit.session.get_one(Service, city.nursery).bookable = False
    for ask in (
        lambda: slots.calendar(city.office, city.nursery),
        lambda: slots.places(city.office, 10**6, TUESDAY),
    ):
        with pytest.raises(Refusal, match="unknown_service"):
            ask()


def test_making_places_again_adds_only_what_is_missing(city: City) -> None:
    times = [time(9), time(10)]
    with city.office.change() as unit:
        service = unit.session.get_one(Service, city.nursery)
        assert make_slots(unit, service, [MONDAY, TUESDAY], times, 3) == 4
        assert make_slots(unit, service, [TUESDAY, TUESDAY + timedelta(days=1)], times, 5) == 2
        assert make_slots(unit, service, [], times, 5) == 0
    found = [(one.time, one.free) for one in slots.places(city.office, city.nursery, TUESDAY)]
    assert found == [("09:00", 3), ("10:00", 3)]
