"""A reservation that arrives becomes one ticket, on its day, from half an hour before."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from madoguchi.domain.booking import ReservationState
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import after_closing, booking, checkin, closing_soon, holds
from madoguchi.services.booking_views import BookingView
from madoguchi.services.issuing import IssuedTicket
from madoguchi.store.tables import AuditEntry, Reservation, Terminal, Ticket
from madoguchi.texts import refusal_text
from tests.integration.booking.booking_city import MONDAY, City
from tests.integration.booking.visits_kit import set_rules


def _booked(city: City, user: int, day: date = MONDAY, at: time = time(11)) -> BookingView:
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot(day, at))
    return booking.book(
        city.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana="ヤマダ",
        phone="03-1234-5678",
        language="ja",
    )


def _terminal(city: City) -> int:
    with city.office.change() as unit:
        row = Terminal(desk_id=city.desk, name="T", token_hash=str(datetime.now()), paired_at=unit.now)
        unit.session.add(row)
        unit.session.flush()
        assert row.id is not None
        return row.id


def _at_terminal(city: City, code: str, *, desk: int = 0, key: str = "k1") -> IssuedTicket:
    return checkin.check_in_at_terminal(
        city.office,
        terminal_id=_terminal_id(city),
        desk_id=desk or city.desk,
        code=code,
        language="en",
        key=key,
    )


def _terminal_id(city: City) -> int:
    with city.office.look() as unit:
        found = unit.session.execute(select(Terminal)).scalars().first()
    return (found.id or 0) if found else _terminal(city)


def _tickets(city: City) -> list[Ticket]:
    with city.office.look() as unit:
        return list(unit.session.execute(select(Ticket)).scalars())


def test_the_number_at_the_terminal_gives_a_ticket_of_the_reservation(city: City) -> None:
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at - timedelta(minutes=30))
    issued = _at_terminal(city, f" {made.code[:3]} {made.code[3:]} ")
    (ticket,) = _tickets(city)
    assert ticket.id == issued.id
    assert ticket.reservation_id == made.id
    assert ticket.appointment_at == made.starts_at
    assert ticket.channel == "reservation"
    assert city.reservations()[-1].state == ReservationState.CHECKED_IN.value
    assert (
        booking.bookings_of(city.office, Citizen.in_line(ticket.line_user_id or 0))[0].state
        is ReservationState.CHECKED_IN
    )


def test_the_same_request_again_gives_the_same_ticket(city: City) -> None:
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at)
    first = _at_terminal(city, made.code)
    assert _at_terminal(city, made.code).id == first.id
    with pytest.raises(Refusal) as refused:
        _at_terminal(city, made.code, key="k2")
    assert (refused.value.code, refused.value.facts) == ("already_checked_in", {"number": first.number})
    assert len(_tickets(city)) == 1


def test_too_early_tells_when(city: City) -> None:
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at - timedelta(minutes=30, seconds=1))
    with pytest.raises(Refusal) as refused:
        _at_terminal(city, made.code)
    assert (refused.value.code, refused.value.facts) == ("too_early", {"time": "10:30"})


@pytest.mark.parametrize("days", [1, 2])
def test_another_day_tells_which(city: City, days: int) -> None:
    made = _booked(city, city.citizen(), MONDAY + timedelta(days=days))
    with pytest.raises(Refusal) as refused:
        _at_terminal(city, made.code)
    assert refused.value.code == "wrong_day"
    assert refused.value.facts["day"]["ja"].startswith(f"12月{days}日")  # type: ignore[index]


def test_until_the_end_of_its_day_and_not_after(city: City) -> None:
    late, gone = _booked(city, city.citizen()), _booked(city, city.citizen())
    city.clock.put(datetime.combine(MONDAY, time(23, 59), city.office.settings.zone))
    _at_terminal(city, late.code)
    city.clock.advance(minutes=1)
    with pytest.raises(Refusal, match="wrong_day"):
        _at_terminal(city, gone.code, key="k2")


@pytest.mark.parametrize("code", ["", "000000", "abc", "９" * 200, "'; --"])
def test_a_number_that_is_none_is_refused(city: City, code: str) -> None:
    _booked(city, city.citizen())
    with pytest.raises(Refusal, match="unknown_reservation"):
        _at_terminal(city, code)


def test_other_desks_held_and_cancelled_ones_are_unknown(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user)
    with pytest.raises(Refusal, match="unknown_reservation"):
        _at_terminal(city, made.code, desk=city.other_desk)
    booking.cancel_booking_own(city.office, Citizen.in_line(user), made.id)
    with pytest.raises(Refusal, match="unknown_reservation"):
        _at_terminal(city, made.code)
    holds.hold(
        city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot(MONDAY, time(11))
    )
    held = city.reservations()[-1]
    with pytest.raises(Refusal, match="unknown_reservation"):
        _at_terminal(city, held.code)


def test_from_the_phone_it_is_the_own_one_only_and_once(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user)
    city.clock.put(made.starts_at)

    def arrive(who: int, event: str) -> IssuedTicket:
        return checkin.check_in_in_line(city.office, line_user_id=who, reservation_id=made.id, event_id=event)

    with pytest.raises(Refusal, match="unknown_reservation"):
        arrive(city.citizen(), "e0")
    first = arrive(user, "e1")
    assert arrive(user, "e1").id == first.id
    with pytest.raises(Refusal, match="already_checked_in"):
        arrive(user, "e2")
    (ticket,) = _tickets(city)
    assert ticket.line_user_id == user


def test_a_clerk_checks_in_however_early_and_it_is_audited_once(city: City) -> None:
    made = _booked(city, city.citizen())
    first = checkin.check_in_at_desk(city.office, city.clerk, made.id)
    assert checkin.check_in_at_desk(city.office, city.clerk, made.id).id == first.id
    with city.office.look() as unit:
        entries = [row.action for row in unit.session.execute(select(AuditEntry)).scalars()]
    assert entries == ["check_in"]


def test_a_check_in_of_the_wrong_visitor_is_taken_back_at_once_and_the_right_one_comes_later(
    city: City,
) -> None:
    made = _booked(city, city.citizen())
    first = checkin.check_in_at_desk(city.office, city.clerk, made.id)
    checkin.take_back(city.office, city.clerk, made.id)
    with pytest.raises(Refusal, match="undo_too_late"):
        checkin.take_back(city.office, city.clerk, made.id)
    assert [(one.state, one.reservation_id) for one in _tickets(city)] == [("cancelled", None)]
    assert _state(city, made.id) == ReservationState.BOOKED.value
    again = checkin.check_in_at_desk(city.office, city.clerk, made.id)
    assert again.id != first.id
    assert _state(city, made.id) == ReservationState.CHECKED_IN.value


def test_a_check_in_is_not_taken_back_late_nor_from_under_a_colleague(city: City) -> None:
    made = _booked(city, city.citizen())
    issued = checkin.check_in_at_desk(city.office, city.clerk, made.id)
    for actor, code in ((city.viewer, "not_allowed"), (city.stranger, "unknown_reservation")):
        with pytest.raises(Refusal, match=code):
            checkin.take_back(city.office, actor, made.id)
    with city.office.change() as unit:
        ticket = unit.session.get_one(Ticket, issued.id)
        ticket.version += 1
    with pytest.raises(Refusal, match="changed_meanwhile"):
        checkin.take_back(city.office, city.clerk, made.id)
    city.clock.advance(seconds=11)
    with pytest.raises(Refusal, match="undo_too_late"):
        checkin.take_back(city.office, city.clerk, made.id)
    assert _state(city, made.id) == ReservationState.CHECKED_IN.value


def _state(city: City, reservation_id: int) -> str:
    with city.office.look() as unit:
        return unit.session.get_one(Reservation, reservation_id).state


def test_staff_of_elsewhere_and_viewers_check_nobody_in(city: City) -> None:
    made = _booked(city, city.citizen())
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("not_allowed", lambda: checkin.check_in_at_desk(city.office, city.viewer, made.id)),
        ("unknown_reservation", lambda: checkin.check_in_at_desk(city.office, city.stranger, made.id)),
    ]
    for code, attempt in attempts:
        with pytest.raises(Refusal, match=code):
            attempt()
    assert _tickets(city) == []


def _in_line(city: City, user: int, made: BookingView, event: str = "e1") -> IssuedTicket:
    return checkin.check_in_in_line(city.office, line_user_id=user, reservation_id=made.id, event_id=event)


def test_a_desk_that_gives_no_more_numbers_still_takes_who_has_booked(city: City) -> None:
    user = city.citizen()
    first, second = _booked(city, user), _booked(city, city.citizen())
    city.clock.put(first.starts_at)
    closing_soon.stop_numbers(city.office, city.clerk, city.desk, True)
    assert _in_line(city, user, first).number == "A001"
    assert _at_terminal(city, second.code).number == "A002"


@pytest.mark.parametrize("minutes", [0, -120])
def test_a_desk_closed_for_today_says_what_to_do_also_to_who_comes_early(city: City, minutes: int) -> None:
    user = city.citizen()
    made = _booked(city, user)
    city.clock.put(made.starts_at + timedelta(minutes=minutes))
    closing_soon.close_today(city.office, city.clerk, city.desk)
    for attempt in (lambda: _at_terminal(city, made.code), lambda: _in_line(city, user, made)):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "check_in_closed"
        assert "子育て支援課は、本日の受付を終わりました" in refusal_text("ja", refused.value)
        assert "another day" in refusal_text("en", refused.value)
    assert city.reservations()[-1].state == ReservationState.BOOKED.value
    assert _tickets(city) == []


def test_whoever_was_sent_home_by_the_closing_is_not_told_to_wait_with_the_old_number(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user)
    city.clock.put(made.starts_at)
    issued = _in_line(city, user, made)
    closing_soon.close_today(city.office, city.clerk, city.desk)
    assert _in_line(city, user, made).id == issued.id, "the same tap again"
    with pytest.raises(Refusal, match="check_in_closed"):
        _in_line(city, user, made, "e2")


def test_another_day_is_told_at_a_closed_desk_too(city: City) -> None:
    made = _booked(city, city.citizen(), MONDAY + timedelta(days=1))
    closing_soon.close_today(city.office, city.clerk, city.desk)
    with pytest.raises(Refusal, match="wrong_day"):
        _at_terminal(city, made.code)


def test_staff_still_check_in_at_a_closed_desk_and_call_them(city: City) -> None:
    made = _booked(city, city.citizen())
    closing_soon.close_today(city.office, city.clerk, city.desk)
    city.clock.advance(minutes=1)
    checkin.check_in_at_desk(city.office, city.clerk, made.id)
    assert after_closing.send_home(city.office) == 0
    assert [ticket.state for ticket in _tickets(city)] == ["waiting"]


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.usefixtures("new_york")
def test_the_servers_zone_changes_nothing(city: City) -> None:
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at - timedelta(minutes=30))
    assert _at_terminal(city, made.code).number


@pytest.mark.parametrize(
    ("policy", "late", "appointment"),
    [
        ("keep_time", 40, "11:00"),
        ("keep_day", 15, "11:00"),
        ("keep_day", 16, "11:16"),
        ("to_back", 16, None),
    ],
)
def test_coming_late_costs_what_the_service_says(
    city: City, policy: str, late: int, appointment: str | None
) -> None:
    set_rules(city, late_policy=policy, late_minutes=15)
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at + timedelta(minutes=late))
    _at_terminal(city, made.code)
    (ticket,) = _tickets(city)
    at = ticket.appointment_at
    zone = city.office.settings.zone
    assert (None if at is None else f"{at.astimezone(zone):%H:%M}") == appointment


def test_how_early_one_may_come_is_the_services_own(city: City) -> None:
    set_rules(city, early_minutes=5)
    made = _booked(city, city.citizen())
    city.clock.put(made.starts_at - timedelta(minutes=6))
    with pytest.raises(Refusal, match="too_early") as refused:
        _at_terminal(city, made.code)
    assert refused.value.facts == {"time": "10:55"}
    city.clock.advance(minutes=1)
    assert _at_terminal(city, made.code).number
