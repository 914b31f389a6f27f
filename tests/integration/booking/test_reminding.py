"""The evening before, each LINE booking of the next working day is reminded of once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, holds, reminders
from madoguchi.services.booking_views import BookingView
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City

TOKYO = ZoneInfo("Asia/Tokyo")


def _booked(city: City, day: date) -> BookingView:
    user = city.citizen()
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot(day))
    return booking.book(
        city.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana="ヤマダ",
        phone="03-1234-5678",
        language="ja",
    )


def _reminded(city: City) -> list[int | None]:
    return [message.reservation_id for message in city.messages("booking_reminder")]


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TOKYO).astimezone(UTC)


def test_visits_of_tomorrow_are_reminded_of_once(city: City) -> None:
    tomorrow = _booked(city, TUESDAY)
    _booked(city, TUESDAY + timedelta(days=1))
    assert (reminders.remind(city.office), reminders.remind(city.office)) == (1, 0)
    assert _reminded(city) == [tomorrow.id]


def test_before_a_weekend_it_is_about_monday_and_what_lies_between(city: City) -> None:
    friday = date(2026, 12, 4)
    saturday, monday, tuesday = (friday + timedelta(days=days) for days in (1, 3, 4))
    expected = [_booked(city, day).id for day in (saturday, monday)]
    _booked(city, tuesday)
    city.clock.put(_at(friday, time(17)))
    assert reminders.remind(city.office) == 2
    assert _reminded(city) == expected


def test_a_holiday_is_no_working_day(city: City) -> None:
    # Monday 11 January 2027 is 成人の日.
    city.clock.put(_at(date(2026, 12, 20), time(9)))
    made = _booked(city, date(2027, 1, 12))
    city.clock.put(_at(date(2027, 1, 8), time(17)))
    assert reminders.remind(city.office) == 1
    assert _reminded(city) == [made.id]


@pytest.mark.parametrize(("at", "count"), [(time(7, 59), 0), (time(8), 1), (time(20, 59), 1), (time(21), 0)])
def test_nobody_is_woken(city: City, at: time, count: int) -> None:
    _booked(city, TUESDAY)
    city.clock.put(_at(MONDAY, at))
    assert reminders.remind(city.office) == count


def test_it_is_dropped_at_nine_in_the_evening(city: City) -> None:
    _booked(city, TUESDAY)
    reminders.remind(city.office)
    (message,) = city.messages("booking_reminder")
    assert message.expires_at == _at(MONDAY, time(21))


def test_cancelled_held_and_telephone_bookings_are_left_alone(city: City) -> None:
    made = _booked(city, TUESDAY)
    booking.cancel_booking(city.office, city.clerk, made.id, reason=CancelReason.OTHER)
    slot = city.slot(TUESDAY)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    booking.book_at_desk(
        city.office,
        city.clerk,
        service_id=city.nursery,
        slot_id=slot,
        kana="ヤマダ",
        phone="03-1234-5678",
        form="f",
    )
    assert reminders.remind(city.office) == 0
