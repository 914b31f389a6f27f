"""Who waits for whom on PostgreSQL: the order of locks keeps two transactions from waiting for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from office_kit import City, clock_of
from sqlalchemy import select, text, update
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.domain.tickets import Action, Channel
from madoguchi.services import (
    abandoned,
    absences,
    after_closing,
    audit,
    calling,
    closing_day,
    closing_soon,
    counters,
    issuing,
    onward,
    sessions,
    staff_accounts,
)
from madoguchi.services.office import Office, Unit
from madoguchi.services.steps import Step, lock_desks, take_step
from madoguchi.services.tickets import cancel_own, ticket_by_token
from madoguchi.store import desks, tickets
from madoguchi.store.tables import Counter, Desk, Service, Ticket

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
PATIENCE = 20.0
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def waits_for_a_lock(office: Office, work: Future[object], beside: int = 0) -> bool:
    """Whether `work` comes to wait for a lock, `beside` so many others; False when it ends without."""
    pause, until = threading.Event(), time.monotonic() + PATIENCE
    while not work.done():
        with office.look() as unit:
            if unit.session.connection().execute(_WAITING).scalar_one() > beside:
                return True
        assert time.monotonic() < until
        pause.wait(0.02)
    return False


def aside(pool: ThreadPoolExecutor, function: Callable[..., object], *arguments: object) -> Future[object]:
    return pool.submit(function, *arguments)


def test_a_wrong_password_never_stands_against_what_its_owner_does(office: Office, city: City) -> None:
    staff_id = staff_accounts.create_staff(
        office,
        municipality_code="mori",
        login="hanako",
        display_name="hanako",
        role=Role.CLERK,
        password="correct-horse",
    )
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            audit.record(unit, None, "call", "ticket:1")
            guess = aside(pool, staff_accounts.sign_in, office, "hanako", "wrong-password", "10.1.2.3")
            assert waits_for_a_lock(office, guess)
            audit.record(unit, staff_id, "finish", "ticket:1")
        with pytest.raises(Refusal, match="sign_in_wrong"):
            guess.result(PATIENCE)
    assert audit.broken_at(office) is None


def test_closing_the_day_waits_for_whoever_changes_tickets_at_the_desk(office: Office, city: City) -> None:
    ticket = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    clock_of(office).advance(days=1)
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            closing = aside(pool, closing_day.close_past_days, office)
            assert waits_for_a_lock(office, closing)
        assert closing.result(PATIENCE) == 1
    assert ticket_by_token(office, ticket.token).state == "cancelled"


def called_at_one(office: Office, city: City) -> int:
    """The clerk has called a number to counter 1; its id."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    return calling.call_next(office, city.clerk, city.counter_ids[0], None).ticket_id or 0


def test_a_number_taken_while_the_desk_closes_is_not_left_waiting(office: Office, city: City) -> None:
    user = city.line_user_ids[0]
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            offer = issuing.open_offer(unit, desks.offer(unit.session, city.service_id))
            closing = aside(pool, closing_soon.close_today, office, city.clerk, city.desk_id)
            assert not waits_for_a_lock(office, closing), "closing does not wait for a number"
            wish = issuing.Request(origin="event:e", channel=Channel.LINE, language="ja", line_user_id=user)
            late = issuing._issue(office, unit, offer, wish)
        closing.result(PATIENCE)
    assert ticket_by_token(office, late.token).state == "waiting"
    clock_of(office).advance(seconds=11)
    assert after_closing.send_home(office) == 1
    assert ticket_by_token(office, late.token).state == "cancelled"


def test_nobody_leaves_a_counter_to_which_another_tab_calls(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    issued = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    with office.change() as unit:
        seven = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add(seven)
        unit.session.flush()
        there = seven.id or 0
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            ticket = tickets.lock(unit.session, issued.id)
            assert ticket is not None
            moving = aside(pool, counters.take_counter, office, city.clerk, there)
            assert waits_for_a_lock(office, moving)
            here = city.counter_ids[0]
            step = Step(Action.CALL, city.clerk.staff_id, here)
            take_step(unit, ticket, step, counter_id=here, called_at=unit.now)
        with pytest.raises(Refusal, match="finish_first"):
            moving.result(PATIENCE)


def test_from_two_tabs_one_sits_down_after_the_other(office: Office, city: City) -> None:
    with office.change() as unit:
        seven = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add(seven)
        unit.session.flush()
        there = seven.id or 0
    with ThreadPoolExecutor(2) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            first = aside(pool, counters.take_counter, office, city.clerk, city.counter_ids[0])
            assert waits_for_a_lock(office, first)
            second = aside(pool, counters.take_counter, office, city.clerk, there)
            assert waits_for_a_lock(office, second, beside=1)
            audit.record(unit, city.clerk.staff_id, "call", "ticket:1")
        first.result(PATIENCE)
        second.result(PATIENCE)
    with office.look() as unit:
        mine = select(col(Counter.id)).where(col(Counter.staff_id) == city.clerk.staff_id)
        assert unit.session.execute(mine).scalars().all() == [there]


def test_who_signs_out_waits_for_the_desk_before_the_log(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    with office.change() as unit:
        token = sessions.open_session(unit, city.clerk.staff_id)
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            leaving = aside(pool, sessions.sign_out, office, token)
            assert waits_for_a_lock(office, leaving)
            audit.record(unit, city.second_clerk.staff_id, "call", "ticket:1")
        leaving.result(PATIENCE)
    with office.look() as unit:
        assert unit.session.get_one(Counter, city.counter_ids[0]).staff_id is None
    assert audit.broken_at(office) is None


def test_a_clerk_who_comes_back_at_this_moment_keeps_the_counter(office: Office, city: City) -> None:
    called_at_one(office, city)
    for _ in range(12):
        clock_of(office).advance(seconds=30)
        abandoned.seen(office, ())
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            releasing = aside(pool, abandoned.release, office)
            assert waits_for_a_lock(office, releasing)
            mine = col(Counter.staff_id) == city.clerk.staff_id
            unit.session.execute(update(Counter).where(mine).values(seen_at=unit.now))
        assert releasing.result(PATIENCE) == 0


def test_somebody_who_comes_to_the_counter_at_this_moment_is_not_absent(office: Office, city: City) -> None:
    with office.change() as unit:
        desk = unit.session.get_one(Desk, city.desk_id)
        desk.absent_after_calls, desk.absent_after_minutes = 1, 0
    ticket_id = called_at_one(office, city)
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            marking = aside(pool, absences.mark_absent, office)
            assert waits_for_a_lock(office, marking)
            ticket = tickets.lock(unit.session, ticket_id)
            assert ticket is not None
            take_step(unit, ticket, Step(Action.SERVE, city.clerk.staff_id, city.counter_ids[0]))
        assert marking.result(PATIENCE) == 0


def twin_service(office: Office, city: City) -> int:
    """A service of 税務課 which gives numbers of the letter A too."""
    with office.change() as unit:
        service = Service(desk_id=city.other_desk_id, code="car", names={"ja": "軽自動車"}, letter="A")
        unit.session.add(service)
        unit.session.flush()
        return service.id or 0


def called(office: Office, city: City) -> Ticket:
    """The number A001 of the first phone, at counter 1 of 保育課."""
    issuing.issue_in_line(
        office, line_user_id=city.line_user_ids[0], service_id=city.service_id, event_id="event-1"
    )
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    ticket_id = calling.call_next(office, city.clerk, city.counter_ids[0], None).ticket_id
    with office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id)


def go_over(office: Office, city: City, unit: Unit, ticket_id: int) -> None:
    """The first half of a hand-over to 税務課: all that it does but for the commit."""
    lock_desks(unit, [city.desk_id, city.other_desk_id])
    ticket = tickets.lock(unit.session, ticket_id)
    assert ticket is not None
    there = unit.session.get_one(Desk, city.other_desk_id)
    service = unit.session.get_one(Service, city.other_desk_service_id)
    onward.go_on(office, unit, ticket, there, service, Step(Action.HAND_OVER))


def test_a_number_is_not_given_while_the_same_one_is_on_its_way_there(office: Office, city: City) -> None:
    """Also the first of the day, when no number was ever given there."""
    car, ticket = twin_service(office, city), called(office, city)

    def give() -> object:
        return issuing.issue_at_desk(office, city.clerk, service_id=car, form="x").number

    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            go_over(office, city, unit, ticket.id or 0)
            giving = aside(pool, give)
            assert waits_for_a_lock(office, giving)
        assert giving.result(PATIENCE) == "A002"


def test_a_hand_over_waits_for_the_number_that_is_being_given(office: Office, city: City) -> None:
    car, ticket = twin_service(office, city), called(office, city)

    def hand_over() -> None:
        with office.change() as unit:
            go_over(office, city, unit, ticket.id or 0)

    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            offer = desks.offer(unit.session, car)
            assert offer is not None
            request = issuing.Request(origin="x", channel=Channel.PAPER, language="ja")
            issuing._issue(office, unit, offer, request)
            going = aside(pool, hand_over)
            assert waits_for_a_lock(office, going)
        with pytest.raises(Refusal, match="number_taken_there"):
            going.result(PATIENCE)


def test_who_leaves_at_the_instant_of_a_hand_over_has_left(office: Office, city: City) -> None:
    ticket = called(office, city)
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            go_over(office, city, unit, ticket.id or 0)
            leaving = aside(pool, cancel_own, office, city.line_user_ids[0], ticket.id)
            assert waits_for_a_lock(office, leaving)
        leaving.result(PATIENCE)
    assert ticket_by_token(office, ticket.token).state == "cancelled"
