"""キャンセル待ち: whoever asked first is offered the place that falls free, and it is held for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from madoguchi.domain.booking import CancelReason, ReservationState
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds, moving, waiting_list
from madoguchi.services.checkup import findings
from madoguchi.services.waiting_list import WaitView
from madoguchi.store import booking_rounds
from madoguchi.store.tables import LineUser, Service, Slot
from tests.integration.booking.booking_city import NINE, TUESDAY, City
from tests.integration.booking.visits_kit import GIVEN, booked, reservation, set_rules


@pytest.fixture
def full(city: City) -> tuple[int, Citizen, int]:
    """The only place of Tuesday, whose it is, and the booking."""
    owner, slot = Citizen.in_line(city.citizen()), city.slot(capacity=1)
    return slot, owner, booked(city, owner, slot).id


def asks(city: City) -> int:
    """Somebody new who asks to be told."""
    user = city.citizen()
    assert waiting_list.ask(city.office, line_user_id=user, service_id=city.nursery, day=TUESDAY)
    return user


def lists(city: City, user: int) -> list[WaitView]:
    return waiting_list.lists_of(city.office, user)


def offered(city: City) -> list[int]:
    return [message.line_user_id for message in city.messages("place_offered")]


def test_the_first_who_asked_is_offered_the_place_and_books_it(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    slot, owner, made = full
    first, second = asks(city), asks(city)
    booking.cancel_booking_own(city.office, owner, made)
    assert city.taken(slot) == 1, "held in the same moment: nobody else can take it"
    assert offered(city) == [first]
    held = holds.held_at(city.office, Citizen.in_line(first), city.desk)
    assert held is not None
    assert held.until == city.clock.now() + timedelta(minutes=60)
    assert lists(city, first)[0].offered_until == held.until
    assert lists(city, second)[0].offered_until is None
    me = Citizen.in_line(first)
    booking.book(city.office, me, reservation_id=held.reservation_id, **GIVEN)
    assert lists(city, first) == []
    assert findings(city.office) == []


def test_an_offer_that_runs_out_goes_to_the_next_in_line(city: City, full: tuple[int, Citizen, int]) -> None:
    slot, owner, made = full
    first, second = asks(city), asks(city)
    booking.cancel_booking_own(city.office, owner, made)
    city.clock.advance(minutes=60)
    holds.lapse_holds(city.office)
    assert offered(city) == [first, second]
    assert (lists(city, first), city.taken(slot)) == ([], 1)
    held = holds.held_at(city.office, Citizen.in_line(second), city.desk)
    assert held is not None
    holds.release(city.office, Citizen.in_line(second), held.reservation_id)
    assert city.taken(slot) == 0
    assert lists(city, second) == []


def test_moving_away_and_a_raised_capacity_make_offers_too(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    slot, owner, made = full
    first, second = asks(city), asks(city)
    moving.move_own(city.office, owner, made, city.slot(TUESDAY + timedelta(days=1)))
    assert offered(city) == [first]
    with city.office.change() as unit:
        unit.session.get_one(Slot, slot).capacity = 2
    assert waiting_list.offer_free_places(city.office) == 1
    assert waiting_list.offer_free_places(city.office) == 0
    assert offered(city) == [first, second]
    assert city.taken(slot) == 2
    assert findings(city.office) == []


def test_at_night_the_place_is_kept_until_the_morning_and_nobody_is_woken(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    set_rules(city, closes_amount=0)
    _, owner, made = full
    first = asks(city)
    city.clock.put(datetime(2026, 11, 30, 13, tzinfo=UTC))  # 22:00 in Tokyo
    booking.cancel_booking_own(city.office, owner, made)
    (message,) = city.messages("place_offered")
    eight = datetime(2026, 11, 30, 23, tzinfo=UTC)
    held = holds.held_at(city.office, Citizen.in_line(first), city.desk)
    assert held is not None
    assert (message.try_at, held.until) == (eight, eight + timedelta(minutes=60))
    assert message.expires_at == held.until


def test_no_offer_is_made_that_nobody_could_take_in_time(city: City, full: tuple[int, Citizen, int]) -> None:
    slot, owner, made = full
    first = asks(city)
    deadline = reservation(city, made).starts_at - timedelta(minutes=60)
    city.clock.put(deadline - timedelta(minutes=4))
    booking.cancel_booking_own(city.office, owner, made)
    assert (offered(city), city.taken(slot)) == ([], 0)
    assert len(lists(city, first)) == 1


def test_one_asks_once_for_a_full_day_only_and_may_leave(city: City, full: tuple[int, Citizen, int]) -> None:
    _, owner, made = full
    user = asks(city)
    again = {"line_user_id": user, "service_id": city.nursery, "day": TUESDAY}
    assert waiting_list.ask(city.office, **again) is False  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="wait_not_full"):
        waiting_list.ask(
            city.office, line_user_id=user, service_id=city.nursery, day=TUESDAY + timedelta(days=1)
        )
    waiting_list.leave(city.office, **again)  # type: ignore[arg-type]
    booking.cancel_booking_own(city.office, owner, made)
    assert (offered(city), lists(city, user)) == ([], [])


def test_the_lists_of_one_person_are_limited(city: City) -> None:
    user = city.citizen()
    for ahead in range(waiting_list.MOST_PER_PERSON + 1):
        day = TUESDAY + timedelta(days=ahead)
        booked(city, Citizen.in_line(city.citizen()), city.slot(day, time(10), capacity=1))
        asked = {"line_user_id": user, "service_id": city.nursery, "day": day}
        if ahead < waiting_list.MOST_PER_PERSON:
            assert waiting_list.ask(city.office, **asked)  # type: ignore[arg-type]
        else:
            with pytest.raises(Refusal, match="wait_too_many"):
                waiting_list.ask(city.office, **asked)  # type: ignore[arg-type]


def test_a_booking_of_the_day_ends_the_waiting_and_past_days_too(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    user, other = asks(city), asks(city)
    booked(city, Citizen.in_line(user), city.slot(at=time(15)))
    assert lists(city, user) == []
    assert len(lists(city, other)) == 1
    city.clock.advance(days=2)
    waiting_list.offer_free_places(city.office)
    assert lists(city, other) == []
    assert offered(city) == []


def test_a_tap_on_another_time_does_not_cost_the_offered_place(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    slot, owner, made = full
    first, second = asks(city), asks(city)
    booking.cancel_booking_own(city.office, owner, made)
    me = Citizen.in_line(first)
    offer = holds.held_at(city.office, me, city.desk)
    assert offer is not None
    other = city.slot(TUESDAY + timedelta(days=1))
    held = holds.hold(city.office, me, service_id=city.nursery, slot_id=other)
    holds.release(city.office, me, offer.reservation_id, offers=False)
    assert (city.taken(slot), city.taken(other), offered(city)) == (1, 1, [first])
    assert lists(city, first)[0].offered_until == offer.until
    booking.book(city.office, me, reservation_id=held.reservation_id, **GIVEN)
    assert reservation(city, offer.reservation_id).state == ReservationState.CANCELLED.value
    assert (lists(city, first), offered(city)) == ([], [first, second])
    assert findings(city.office) == []


def test_nobody_is_offered_a_place_who_cannot_be_told(city: City, full: tuple[int, Citizen, int]) -> None:
    _, owner, made = full
    gone, second = asks(city), asks(city)
    with city.office.change() as unit:
        unit.session.get_one(LineUser, gone).following = False
    booking.cancel_booking_own(city.office, owner, made)
    assert offered(city) == [second]


def test_nobody_waits_for_what_they_could_not_book(city: City, full: tuple[int, Citizen, int]) -> None:
    _, owner, _ = full
    asked = {"service_id": city.nursery, "day": TUESDAY}
    with pytest.raises(Refusal, match="already_booked"):
        waiting_list.ask(city.office, line_user_id=owner.line_user_id or 0, **asked)  # type: ignore[arg-type]
    set_rules(city, max_open=1)
    user = city.citizen()
    booked(city, Citizen.in_line(user), day=TUESDAY + timedelta(days=1))
    with pytest.raises(Refusal, match="too_many_bookings"):
        waiting_list.ask(city.office, line_user_id=user, **asked)  # type: ignore[arg-type]


def test_a_shared_place_goes_past_a_service_that_has_closed(
    city: City, full: tuple[int, Citizen, int]
) -> None:
    made = full[2]
    asks(city)
    set_rules(city, closes_amount=1, closes_unit="days")
    with city.office.change() as unit:
        pool_id = unit.session.get_one(Service, city.nursery).pool_id
        unit.session.get_one(Service, city.permit).pool_id = pool_id
    second = city.citizen()
    waiting_list.ask(city.office, line_user_id=second, service_id=city.permit, day=TUESDAY)
    city.clock.put(NINE + timedelta(hours=23, minutes=30))
    booking.cancel_booking(city.office, city.clerk, made, reason=CancelReason.OTHER)
    assert offered(city) == [second]


# SQLite has one writer at a time: nothing can fall free in the middle of a booking there.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_books_at_this_moment_is_offered_nothing_else(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place falls free while somebody who waits for the day sends the form for another one."""
    mine, theirs = city.slot(capacity=1), city.slot(at=time(11), capacity=1)
    me, they = Citizen.in_line(city.citizen()), Citizen.in_line(city.citizen())
    held = holds.hold(city.office, me, service_id=city.nursery, slot_id=mine)
    other = holds.hold(city.office, they, service_id=city.nursery, slot_id=theirs)
    assert me.line_user_id is not None
    waiting_list.ask(city.office, line_user_id=me.line_user_id, service_id=city.nursery, day=TUESDAY)
    visits = booking_rounds.visits

    def meanwhile(*given: Any) -> Any:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(holds.release, city.office, they, other.reservation_id).result(20)
        return visits(*given)

    monkeypatch.setattr(booking_rounds, "visits", meanwhile)
    booking.book(city.office, me, reservation_id=held.reservation_id, **GIVEN)
    assert city.messages("place_offered") == []
    assert (city.taken(mine), city.taken(theirs)) == (1, 0)
    assert waiting_list.lists_of(city.office, me.line_user_id) == []
    assert findings(city.office) == []
