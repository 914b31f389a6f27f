"""Staff close a desk while bookings are to come: LINE tells them once, the others are to be telephoned."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, checkin, closing_soon, dashboard, moving, reminders, undoing
from madoguchi.services.booking_views import BookingView
from madoguchi.services.steps import UNDO_FOR, Outcome
from madoguchi.store.tables import Desk, LineUser, OutboxMessage
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City
from tests.integration.booking.visits_kit import booked, by_phone, set_rules

ELEVEN, TWO = time(11), time(14)


def in_line(city: City, at: time = ELEVEN, user: int = 0) -> BookingView:
    """A booking of today, made in LINE."""
    return booked(city, Citizen.in_line(user or city.citizen()), city.slot(MONDAY, at, 9))


def close(city: City) -> Outcome:
    return closing_soon.close_today(city.office, city.clerk, city.desk)


def undo(city: City, done: Outcome) -> None:
    undoing.undo(city.office, city.clerk, done.batch or "")


def open_again(city: City) -> None:
    city.clock.advance(seconds=11)
    closing_soon.stop_numbers(city.office, city.clerk, city.desk, False)


def told(city: City) -> list[OutboxMessage]:
    return city.messages("booking_desk_closed")


def all_sent(city: City) -> None:
    with city.office.change() as unit:
        for one in told(city):
            unit.session.get_one(OutboxMessage, one.id).state = "sent"
            unit.session.get_one(OutboxMessage, one.id).first_tried_at = unit.now


def test_who_is_still_to_come_is_told_once_and_not_before_the_undo_is_over(city: City) -> None:
    early, late = in_line(city), in_line(city, TWO)
    here = in_line(city)
    checkin.check_in_at_desk(city.office, city.clerk, here.id)
    booked(city, Citizen.in_line(city.citizen()), city.slot(TUESDAY))
    by_phone(city, city.slot(MONDAY, TWO, 9), "phone")
    close(city)
    found = told(city)
    assert [one.reservation_id for one in found] == [early.id, late.id]
    assert {one.try_at for one in found} == {city.clock.now() + UNDO_FOR}
    assert [one.facts["starts_at"] for one in found] == [one.starts_at.isoformat() for one in (early, late)]
    assert found[0].facts["desk_phone"] == "03-0000-1111"
    assert close(city).batch is None
    assert len(told(city)) == 2


def test_who_has_not_come_in_time_is_not_told_any_more(city: City) -> None:
    in_line(city)
    city.clock.advance(hours=2, minutes=15)
    last = in_line(city, TWO)
    city.clock.advance(seconds=1)
    close(city)
    assert [one.reservation_id for one in told(city)] == [last.id]


def test_who_is_just_late_is_told_as_long_as_it_is_of_use(city: City) -> None:
    made = in_line(city)
    city.clock.advance(hours=2, minutes=15)
    close(city)
    (found,) = told(city)
    assert found.reservation_id == made.id
    assert found.expires_at > found.try_at


def test_a_slip_of_the_finger_is_never_told_and_the_true_closing_is(city: City) -> None:
    made = in_line(city)
    undo(city, close(city))
    assert told(city) == []
    close(city)
    assert [one.reservation_id for one in told(city)] == [made.id]


def test_closed_opened_and_closed_again_it_is_told_once(city: City) -> None:
    in_line(city)
    close(city)
    all_sent(city)
    open_again(city)
    done = close(city)
    assert len(told(city)) == 1
    undo(city, done)
    assert [one.state for one in told(city)] == ["sent"]


def test_moved_to_another_day_that_is_closed_too_it_is_told_of_that(city: City) -> None:
    user = city.citizen()
    made = in_line(city, user=user)
    close(city)
    all_sent(city)
    moving.move_own(city.office, Citizen.in_line(user), made.id, city.slot(TUESDAY))
    city.clock.advance(days=1)
    close(city)
    assert [one.reservation_id for one in told(city)] == [made.id, made.id]


def test_only_the_closing_is_told_not_the_end_of_numbers(city: City) -> None:
    in_line(city)
    closing_soon.stop_numbers(city.office, city.clerk, city.desk, True)
    assert told(city) == []


def test_what_was_to_be_told_is_dropped_when_the_booking_ends_before(city: City) -> None:
    user = city.citizen()
    made = in_line(city, user=user)
    close(city)
    booking.cancel_booking_own(city.office, Citizen.in_line(user), made.id)
    assert [one.state for one in told(city)] == ["dropped"]


def test_who_was_told_may_change_the_booking_though_the_deadline_is_over(city: City) -> None:
    user, other = city.citizen(), city.citizen()
    set_rules(city, closes_amount=60)
    made, second = in_line(city, user=user), in_line(city, user=other)
    tomorrow = city.slot(TUESDAY)
    city.clock.advance(hours=1, minutes=30)
    with pytest.raises(Refusal, match="change_too_late"):
        moving.move_own(city.office, Citizen.in_line(user), made.id, tomorrow)
    done = close(city)
    moved = moving.move_own(city.office, Citizen.in_line(user), made.id, tomorrow)
    assert moved.day == TUESDAY
    undo(city, done)
    with pytest.raises(Refusal, match="change_too_late"):
        booking.cancel_booking_own(city.office, Citizen.in_line(other), second.id)
    close(city)
    booking.cancel_booking_own(city.office, Citizen.in_line(other), second.id)


def test_nobody_is_reminded_to_come_to_a_closed_desk(city: City) -> None:
    in_line(city, TWO)
    set_rules(city, remind_same_day_at=time(10))
    done = close(city)
    city.clock.advance(seconds=5)
    undo(city, done)
    close(city)
    city.clock.advance(hours=1)
    assert reminders.remind(city.office) == 0
    open_again(city)
    assert reminders.remind(city.office) == 1


def test_the_page_knows_whom_line_does_not_reach(city: City) -> None:
    with city.office.change() as unit:
        unit.session.get_one(Desk, city.desk).guest_booking = True
    blocked = city.citizen()
    in_line(city)
    by_phone(city, city.slot(MONDAY, ELEVEN, 9), "phone")
    booked(city, Citizen.with_code("ABCD-EFGH-JKLM"), city.slot(MONDAY, ELEVEN, 9))
    in_line(city, user=blocked)
    with city.office.change() as unit:
        unit.session.get_one(LineUser, blocked).following = False
    found = dashboard.dashboard(city.office, city.clerk, city.desk).reservations
    assert [one.reached for one in found] == [True, False, False, False]


def test_the_push_goes_while_it_is_of_use(city: City) -> None:
    made = in_line(city, TWO)
    close(city)
    (found,) = told(city)
    assert found.expires_at == made.late_from == made.starts_at + timedelta(minutes=15)
