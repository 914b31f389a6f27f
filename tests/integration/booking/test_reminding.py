"""Reminders: days before the visit at a set hour, again on the day, each once, never at night."""

from __future__ import annotations

import os
import threading
import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, checkin, holds, moving, reminders
from madoguchi.services.booking_views import BookingView
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City
from tests.integration.booking.visits_kit import booked, by_phone, set_rules

TOKYO = ZoneInfo("Asia/Tokyo")
WEDNESDAY = TUESDAY + timedelta(days=1)
FIVE = time(17)


def _booked(city: City, day: date = TUESDAY, at: time = time(10), user: int = 0) -> BookingView:
    citizen = Citizen.in_line(user or city.citizen())
    return booked(city, citizen, city.slot(day, at, 5))


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TOKYO).astimezone(UTC)


def _reminded(city: City) -> list[tuple[int | None, bool]]:
    """Which booking, and whether as the one of the day."""
    return [(one.reservation_id, bool(one.facts["today"])) for one in city.messages("booking_reminder")]


def _written(city: City, day: date, at: time) -> int:
    city.clock.put(_at(day, at))
    return reminders.remind(city.office)


def test_the_day_before_at_five_and_the_day_itself_at_eight(city: City) -> None:
    made = _booked(city)
    assert _written(city, MONDAY, time(16, 59)) == 0
    assert (_written(city, MONDAY, FIVE), reminders.remind(city.office)) == (1, 0)
    assert _written(city, TUESDAY, time(7, 59)) == 0
    assert (_written(city, TUESDAY, time(8)), reminders.remind(city.office)) == (1, 0)
    assert _reminded(city) == [(made.id, False), (made.id, True)]


@pytest.mark.parametrize(("days", "first"), [(1, 6), (3, 4), (7, 0)])
def test_so_many_calendar_days_before_as_the_service_says(city: City, days: int, first: int) -> None:
    # Weekends and holidays count: 7 December is a Monday.
    set_rules(city, remind_days=days, remind_at=time(9, 30), remind_same_day_at=None)
    made = _booked(city, MONDAY + timedelta(days=7))
    counts = [_written(city, MONDAY + timedelta(days=ahead), time(9, 30)) for ahead in range(8)]
    assert counts == [int(ahead == first) for ahead in range(8)]
    assert _reminded(city) == [(made.id, False)]


def test_one_that_could_not_be_written_at_its_hour_comes_later_but_not_on_the_day_itself(city: City) -> None:
    set_rules(city, remind_days=3)
    _booked(city, MONDAY + timedelta(days=4))
    assert _written(city, MONDAY + timedelta(days=2), time(9)) == 1
    set_rules(city, remind_days=1, remind_same_day_at=None)
    _booked(city, MONDAY + timedelta(days=5))
    assert _written(city, MONDAY + timedelta(days=5), time(8)) == 0


def test_a_service_may_want_none(city: City) -> None:
    set_rules(city, remind_days=0, remind_same_day_at=None)
    _booked(city)
    assert [_written(city, day, at) for day in (MONDAY, TUESDAY) for at in (time(8), FIVE)] == [0] * 4


def test_who_booked_after_the_moment_gets_none_of_it(city: City) -> None:
    city.clock.put(_at(MONDAY, FIVE))
    late = _booked(city)
    assert _written(city, MONDAY, time(18)) == 0
    city.clock.put(_at(TUESDAY, time(8)))
    last = _booked(city, at=time(11))
    assert reminders.remind(city.office) == 1
    assert _reminded(city) == [(late.id, True)]
    assert last.id != late.id


def test_who_moved_after_the_moment_gets_none_of_it(city: City) -> None:
    user = city.citizen()
    made = _booked(city, WEDNESDAY, user=user)
    city.clock.put(_at(MONDAY, time(17, 10)))
    moving.move_own(city.office, Citizen.in_line(user), made.id, city.slot(TUESDAY))
    assert _written(city, MONDAY, time(18)) == 0
    assert _written(city, TUESDAY, time(8)) == 1


def test_moved_after_it_was_reminded_it_is_reminded_of_its_new_time(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user=user)
    assert _written(city, MONDAY, FIVE) == 1
    moving.move_own(city.office, Citizen.in_line(user), made.id, city.slot(WEDNESDAY))
    assert [one.state for one in city.messages("booking_reminder")] == ["dropped"]
    assert _written(city, TUESDAY, time(8)) == 0, "it is tomorrow now"
    assert _written(city, TUESDAY, FIVE) == 1
    assert city.messages("booking_reminder")[-1].facts["starts_at"] == _at(WEDNESDAY, time(10)).isoformat()


@pytest.mark.parametrize(
    ("at", "count"),
    [(time(0), 0), (time(7, 59), 0), (time(8), 1), (time(20, 59), 1), (time(21), 0), (time(23, 59), 0)],
)
def test_nobody_is_woken(city: City, at: time, count: int) -> None:
    set_rules(city, remind_at=time(7))
    _booked(city, WEDNESDAY)
    assert _written(city, TUESDAY, at) == count


def test_an_hour_set_in_the_night_means_the_last_one_before_it(city: City) -> None:
    set_rules(city, remind_at=time(22), remind_same_day_at=None)
    _booked(city)
    assert _written(city, MONDAY, time(20, 29)) == 0
    assert _written(city, MONDAY, time(20, 30)) == 1


@pytest.mark.parametrize(("hour", "until"), [(10, time(10)), (22, time(21))])
def test_it_is_dropped_when_the_visit_begins_or_at_nine_in_the_evening(
    city: City, hour: int, until: time
) -> None:
    _booked(city, TUESDAY, time(hour))
    assert _written(city, TUESDAY, time(8)) == 1
    assert city.messages("booking_reminder")[0].expires_at == _at(TUESDAY, until)


def test_never_for_what_has_begun_or_for_who_is_here(city: City) -> None:
    user = city.citizen()
    here = _booked(city, at=time(8, 30), user=user)
    _booked(city, at=time(8, 15))
    city.clock.put(_at(TUESDAY, time(8, 16)))
    checkin.check_in_in_line(city.office, line_user_id=user, reservation_id=here.id, event_id="e")
    assert reminders.remind(city.office) == 0


def test_arriving_takes_back_a_reminder_that_has_not_gone_out(city: City) -> None:
    user = city.citizen()
    made = _booked(city, at=time(8, 30), user=user)
    assert _written(city, TUESDAY, time(8)) == 1
    checkin.check_in_in_line(city.office, line_user_id=user, reservation_id=made.id, event_id="e")
    assert [one.state for one in city.messages("booking_reminder")] == ["dropped"]


def test_cancelled_held_and_telephone_bookings_are_left_alone(city: City) -> None:
    made = _booked(city)
    booking.cancel_booking(city.office, city.clerk, made.id, reason=CancelReason.OTHER)
    slot = city.slot()
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    by_phone(city, slot, "f")
    assert _written(city, MONDAY, FIVE) == 0


@pytest.fixture
def in_new_york() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    clock.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_the_servers_time_zone_changes_nothing(city: City) -> None:
    # New York puts its clocks back in the night to 1 November, a Sunday.
    city.clock.put(_at(date(2026, 10, 30), time(9)))
    made = _booked(city, date(2026, 11, 2))
    assert _written(city, date(2026, 11, 1), time(16, 59)) == 0
    assert _written(city, date(2026, 11, 1), FIVE) == 1
    assert _written(city, date(2026, 11, 2), time(7, 59)) == 0
    assert _written(city, date(2026, 11, 2), time(8)) == 1
    assert _reminded(city) == [(made.id, False), (made.id, True)]
    assert city.messages("booking_reminder")[0].cause == f"remind:{made.id}:20261102T0100"


def test_two_servers_reminding_at_once_write_each_once(city: City) -> None:
    made = sorted(_booked(city, at=time(10)).id for _ in range(5))
    city.clock.put(_at(MONDAY, FIVE))
    start = threading.Barrier(4)

    def remind() -> None:
        start.wait()
        reminders.remind(city.office)

    threads = [threading.Thread(target=remind) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reservation or 0 for reservation, _ in _reminded(city)) == made


def test_killed_half_way_the_rest_is_written_by_the_next_run(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(_booked(city).id for _ in range(5))
    city.clock.put(_at(MONDAY, FIVE))
    monkeypatch.setattr(reminders, "_AT_ONCE", 2)
    real, calls = reminders.tell, []

    def dying(*args: object, **more: object) -> None:
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "tell", dying)
    with pytest.raises(KeyboardInterrupt):
        reminders.remind(city.office)
    assert len(_reminded(city)) == 2, "what was committed stands, the half of a batch does not"
    assert reminders.remind(city.office) == 3
    assert sorted(reservation or 0 for reservation, _ in _reminded(city)) == made


def test_one_cancelled_between_the_look_and_the_writing_is_not_reminded_of(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = city.citizen()
    gone, made = _booked(city, user=user), _booked(city)
    city.clock.put(_at(MONDAY, FIVE))
    real = reminders._write

    def after_a_cancellation(*args: object) -> int:
        booking.cancel_booking_own(city.office, Citizen.in_line(user), gone.id)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "_write", after_a_cancellation)
    assert reminders.remind(city.office) == 1
    assert _reminded(city) == [(made.id, False)]


def test_a_reminder_carries_what_its_buttons_and_lines_need(city: City) -> None:
    made = _booked(city)
    _written(city, MONDAY, FIVE)
    (row,) = city.messages("booking_reminder")
    assert (row.facts["id"], row.facts["late_policy"]) == (made.id, "keep_time")
    assert row.facts["changeable_until"] == _at(TUESDAY, time(9)).isoformat()
    assert row.facts["check_in_from"] == _at(TUESDAY, time(9, 30)).isoformat()
