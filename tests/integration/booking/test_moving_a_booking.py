"""A booking gets another time: the new place is there before the old one is gone, or nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from madoguchi.domain.booking import ReservationState
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import booking, contacts, holds, moving, reservation_changes
from madoguchi.services.actors import Actor
from madoguchi.services.checkup import findings
from madoguchi.store.tables import Contact, Staff
from tests.integration.booking.at_once import at_once, refusals
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City
from tests.integration.booking.visits_kit import booked, by_phone, reservation, set_rules

WEDNESDAY = TUESDAY + timedelta(days=1)


def admin(city: City) -> Actor:
    """Somebody who may go beyond the capacity."""
    with city.office.change() as unit:
        municipality = city.clerk.municipality_id
        staff = Staff(
            municipality_id=municipality, login="chief", display_name="係長", role="admin", password_hash="-"
        )
        unit.session.add(staff)
        unit.session.flush()
        return Actor(staff.id or 0, "係長", Role.ADMIN, municipality)


def test_the_place_number_and_push_follow_the_visit(city: City) -> None:
    me, old, new = Citizen.in_line(city.citizen()), city.slot(), city.slot(WEDNESDAY, time(11))
    made = booked(city, me, old)
    moved = moving.move_own(city.office, me, made.id, new)
    assert (city.taken(old), city.taken(new)) == (0, 1)
    assert (moved.id, moved.code, moved.day) == (made.id, made.code, WEDNESDAY)
    (message,) = city.messages("booking_changed")
    assert message.facts["starts_at"] == moved.starts_at.isoformat()
    assert findings(city.office) == []


def test_the_contact_is_kept_from_the_new_visit_on(city: City) -> None:
    me = Citizen.in_line(city.citizen())
    made = booked(city, me)
    moving.move_own(city.office, me, made.id, city.slot(WEDNESDAY))
    with city.office.look() as unit:
        assert unit.session.get_one(Contact, reservation(city, made.id).contact_id).visit_day == WEDNESDAY


def test_a_full_place_leaves_the_booking_where_it_was_and_names_the_nearest_free(city: City) -> None:
    me, old, full = Citizen.in_line(city.citizen()), city.slot(), city.slot(at=time(13), capacity=1)
    made = booked(city, me, old)
    booked(city, Citizen.in_line(city.citizen()), full)
    near, _far = city.slot(at=time(14)), city.slot(WEDNESDAY, time(13))
    with pytest.raises(Refusal) as refused:
        moving.move_own(city.office, me, made.id, full)
    assert (refused.value.code, refused.value.facts["slot"]) == ("sold_out_near", near)
    assert (city.taken(old), city.taken(full)) == (1, 1)
    assert reservation(city, made.id).slot_id == old
    assert city.messages("booking_changed") == []


def test_a_place_whose_hold_has_lapsed_is_free_to_move_to(city: City) -> None:
    me, held = Citizen.in_line(city.citizen()), city.slot(at=time(13), capacity=1)
    made = booked(city, me)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=held)
    city.clock.advance(minutes=10)
    moving.move_own(city.office, me, made.id, held)
    assert city.taken(held) == 1
    assert findings(city.office) == []


def test_the_same_time_again_changes_and_tells_nothing(city: City) -> None:
    me, slot = Citizen.in_line(city.citizen()), city.slot()
    made = booked(city, me, slot)
    assert moving.move_own(city.office, me, made.id, slot).starts_at == made.starts_at
    assert city.taken(slot) == 1
    assert city.messages("booking_changed") == []


def test_a_number_in_use_on_the_new_day_is_drawn_anew(city: City) -> None:
    me, there = Citizen.in_line(city.citizen()), city.slot(WEDNESDAY)
    made, other = booked(city, me), booked(city, Citizen.in_line(city.citizen()), there)
    with city.office.change() as unit:
        row = unit.session.get_one(type(reservation(city, other.id)), other.id)
        row.code = made.code
    moved = moving.move_own(city.office, me, made.id, there)
    assert moved.code != made.code
    assert moved.code.isdigit()


def test_what_may_not_be_moved_stays(city: City) -> None:
    me, slot, other = Citizen.in_line(city.citizen()), city.slot(), city.slot(at=time(11))
    made = booked(city, me, slot)
    stranger = Citizen.in_line(city.citizen())
    wednesday = booked(city, me, day=WEDNESDAY)
    tries: list[tuple[str, Callable[[], object]]] = [
        ("unknown_reservation", lambda: moving.move_own(city.office, stranger, made.id, other)),
        ("unknown_place", lambda: moving.move_own(city.office, me, made.id, 10**9)),
        ("already_booked", lambda: moving.move_own(city.office, me, wednesday.id, other)),
        ("not_allowed", lambda: moving.move_at_desk(city.office, city.viewer, made.id, other)),
        ("unknown_reservation", lambda: moving.move_at_desk(city.office, city.stranger, made.id, other)),
        (
            "unknown_place",
            lambda: moving.move_own(city.office, me, made.id, city.slot(service=city.permit)),
        ),
    ]
    for code, attempt in tries:
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == code
    city.clock.put(made.changeable_until + timedelta(seconds=1))
    with pytest.raises(Refusal, match="change_too_late") as late:
        moving.move_own(city.office, me, made.id, other)
    assert late.value.facts == {"phone": "03-0000-1111"}
    booking.cancel_booking_own(city.office, me, wednesday.id)
    with pytest.raises(Refusal, match="booking_ended"):
        moving.move_own(city.office, me, wednesday.id, other)


def test_staff_move_after_the_deadline_and_the_citizen_hears_of_it_in_the_morning(city: City) -> None:
    me, there = Citizen.in_line(city.citizen()), city.slot(WEDNESDAY)
    made = booked(city, me)
    city.clock.put(city.clock.now().replace(hour=13))  # 22:00 in Tokyo
    moving.move_at_desk(city.office, city.clerk, made.id, there)
    (message,) = city.messages("booking_changed")
    assert message.try_at.astimezone(city.office.settings.zone).isoformat() == "2026-12-01T08:00:00+09:00"


def test_beyond_the_capacity_only_an_admin_with_a_reason(city: City) -> None:
    full, chief = city.slot(at=time(13), capacity=1), admin(city)
    booked(city, Citizen.in_line(city.citizen()), full)
    caller = by_phone(city, city.slot(), "a")
    for actor, reason, code in ((city.clerk, "急ぎ", "not_allowed"), (chief, "", "sold_out_near")):
        with pytest.raises(Refusal, match=code):
            moving.move_at_desk(city.office, actor, caller.id, full, over_reason=reason)
    moving.move_at_desk(city.office, chief, caller.id, full, over_reason="双子の申込みのため")
    assert city.taken(full) == 2
    assert reservation(city, caller.id).over_reason == "双子の申込みのため"
    with pytest.raises(Refusal, match="sold_out"):
        by_phone(city, full, "b")
    assert findings(city.office) == []


def test_a_guest_moves_with_the_confirmation_code_only(city: City) -> None:
    guest, other = Citizen.with_code("ABCD2345EFGH"), Citizen.with_code("ABCD2345EFGJ")
    made = booked(city, guest)
    there = city.slot(WEDNESDAY)
    with pytest.raises(Refusal, match="unknown_reservation"):
        moving.move_own(city.office, other, made.id, there)
    moved = moving.move_own(city.office, guest, made.id, there)
    assert [one.id for one in booking.bookings_of(city.office, guest)] == [moved.id]
    assert booking.bookings_of(city.office, other) == []
    assert city.messages("booking_changed") == []
    assert contacts.contact_of(city.office, city.clerk, made.id) == ("ヤマダ タロウ", "090-1234-5678")


def test_limits_for_one_person_count_what_stands(city: City) -> None:
    set_rules(city, max_open=2, max_in_period=1, period_days=7)
    me = Citizen.in_line(city.citizen())
    made = booked(city, me)
    with pytest.raises(Refusal, match="too_many_visits") as often:
        booked(city, me, day=TUESDAY + timedelta(days=6))
    assert often.value.facts == {"most": 1, "days": 7}
    booked(city, me, day=TUESDAY + timedelta(days=7))
    with pytest.raises(Refusal, match="too_many_bookings"):
        booked(city, me, day=TUESDAY + timedelta(days=20))
    moving.move_own(city.office, me, made.id, city.slot(MONDAY + timedelta(days=0), time(15)))
    booking.cancel_booking_own(city.office, me, made.id)
    assert reservation(city, made.id).state == ReservationState.CANCELLED.value
    booked(city, me, day=TUESDAY + timedelta(days=20))


def test_the_period_is_counted_in_days_in_a_row_not_around_the_visit(city: City) -> None:
    set_rules(city, max_in_period=2, period_days=7)
    me = Citizen.in_line(city.citizen())
    for days in (0, 12):
        booked(city, me, day=TUESDAY + timedelta(days=days))
    booked(city, me, day=TUESDAY + timedelta(days=6))
    with pytest.raises(Refusal, match="too_many_visits"):
        booked(city, me, day=TUESDAY + timedelta(days=3))


def test_a_visit_that_is_over_is_no_open_booking(city: City) -> None:
    set_rules(city, max_open=1)
    me = Citizen.in_line(city.citizen())
    made = booked(city, me, city.slot(MONDAY, time(11)))
    with pytest.raises(Refusal, match="too_many_bookings"):
        booked(city, me)
    city.clock.advance(hours=3)
    reservation_changes.mark_missed(city.office, city.clerk, made.id)
    booked(city, me)


def test_staff_do_not_move_two_visits_of_one_person_into_one_day(city: City) -> None:
    me = Citizen.in_line(city.citizen())
    first, second = booked(city, me, city.slot()), booked(city, me, city.slot(WEDNESDAY))
    with pytest.raises(Refusal, match="already_booked") as refused:
        moving.move_at_desk(city.office, city.clerk, second.id, city.slot(at=time(11)))
    assert refused.value.facts == {"number": first.code}
    later = city.slot(WEDNESDAY, time(11))
    assert moving.move_at_desk(city.office, city.clerk, second.id, later).slot_id == later
    assert findings(city.office) == []


def test_moving_and_booking_for_one_day_at_once_gives_one_visit(city: City) -> None:
    for number in range(12):
        me = Citizen.in_line(city.citizen())
        other = booked(city, me, city.slot(WEDNESDAY, capacity=50))
        held = holds.hold(
            city.office, me, service_id=city.nursery, slot_id=city.slot(capacity=50)
        ).reservation_id
        to = city.slot(at=time(11), capacity=50)
        done = at_once(
            lambda one=other.id, to=to: moving.move_at_desk(city.office, city.clerk, one, to),  # type: ignore[misc]
            lambda me=me, held=held: booking.book(  # type: ignore[misc]
                city.office, me, reservation_id=held, kana="ヤマダ", phone="0312345678", language="ja"
            ),
        )
        assert refusals(done) == {"already_booked"}, number
        assert findings(city.office) == []


def test_two_changes_at_the_same_moment_are_both_said_and_the_last_is_true(city: City) -> None:
    me = Citizen.in_line(city.citizen())
    made = booked(city, me)
    for at in (time(11), time(13)):
        moved = moving.move_own(city.office, me, made.id, city.slot(at=at))
    pending = [one for one in city.messages("booking_changed") if one.state == "pending"]
    assert [one.facts["starts_at"] for one in pending] == [moved.starts_at.isoformat()]
