"""Numbers that a terminal holds in advance: which, how many, for which day, and who may know of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from lease_kit import MINUTE, another_terminal, bring, given, held, in_order, online, stored
from office_kit import City, clock_of
from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.services import checkup, leases
from madoguchi.services import tickets as own_tickets
from madoguchi.services.claiming import claim
from madoguchi.services.closing_day import close_past_days
from madoguchi.services.delivering import Result, deliver
from madoguchi.services.office import Office
from madoguchi.services.terminals import TerminalView
from madoguchi.store.tables import Desk, LeasedNumber, LeaseTrouble, Service, Ticket


@pytest.fixture
def terminal(office: Office, city: City) -> TerminalView:
    return another_terminal(office)


def test_a_lease_is_of_one_terminal_and_not_of_the_main_sequence(
    office: Office, city: City, terminal: TerminalView
) -> None:
    first, second = held(office, terminal), held(office, another_terminal(office))
    assert [one.number for one in first] == [f"A{number}" for number in range(901, 921)]
    assert [one.number for one in second] == [f"A{number}" for number in range(921, 941)]
    assert held(office, terminal) == first
    assert len({one.token for one in first + second} | {one.claim_code for one in first + second}) == 80
    with office.change() as unit:
        unit.session.get_one(Service, city.service_id).number_last = 21
    assert [online(office, terminal).number for _ in range(19)] == [
        f"A{number:03d}" for number in range(1, 20)
    ]
    with pytest.raises(Refusal, match="numbers_run_out"):
        online(office, terminal)


def test_a_server_put_back_to_an_older_state_learns_its_leases_again(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    with office.change() as unit:
        for row in unit.session.execute(select(LeasedNumber)).scalars():
            unit.session.delete(row)
    (result,) = bring(office, terminal, given(office, number))
    assert result.result is Result.BOOKED
    assert own_tickets.ticket_by_token(office, number.token).number == "A901"
    assert held(office, terminal)[0].number == "A902"


def test_a_number_handed_out_once_more_after_that_is_still_the_first_holders(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    with office.change() as unit:
        for row in unit.session.execute(select(LeasedNumber)).scalars():
            unit.session.delete(row)
    again = held(office, terminal)[0]
    assert (again.number, again.token == number.token) == ("A901", False)
    (result,) = bring(office, terminal, given(office, number))
    assert result.result is Result.BOOKED
    assert own_tickets.ticket_by_token(office, number.token).number == "A901"
    assert held(office, terminal)[0].number == "A902"
    assert checkup.findings(office) == []


def test_a_paper_that_the_server_does_not_know_yet_is_no_wrong_code(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    with pytest.raises(Refusal, match="ticket_to_come"):
        own_tickets.ticket_by_token(office, number.token)
    for _ in range(9):
        with pytest.raises(Refusal, match="ticket_to_come"):
            claim(office, city.line_user_ids[0], number.claim_code)


def test_numbers_that_nobody_got_are_forgotten_in_time(
    office: Office, city: City, terminal: TerminalView
) -> None:
    numbers = held(office, terminal)
    bring(office, terminal, given(office, numbers[0]))
    clock_of(office).advance(days=31)
    assert leases.forget_unused(office) == 0
    clock_of(office).advance(days=1)
    assert leases.forget_unused(office) == 39
    assert own_tickets.ticket_by_token(office, numbers[0].token).number == "A901"


def test_a_day_that_is_over_gets_the_ticket_into_its_books(
    office: Office, city: City, terminal: TerminalView
) -> None:
    one = given(office, held(office, terminal)[0], -5 * MINUTE)
    clock_of(office).advance(hours=20)
    close_past_days(office)
    (result,) = bring(office, terminal, one)
    ticket = stored(office, result.ticket_id)
    assert (ticket.service_day, ticket.issued_at, ticket.state) == (one.day, one.issued_at, "cancelled")
    assert in_order(office, city) == []
    assert checkup.findings(office) == []


def test_a_clock_that_is_wrong_neither_jumps_the_queue_nor_leads_into_the_future(
    office: Office, city: City, terminal: TerminalView
) -> None:
    numbers = held(office, terminal)
    leased_at = office.clock.now()
    clock_of(office).advance(minutes=30)
    now = office.clock.now()
    slow = now - timedelta(hours=3)
    spooled = [
        given(office, numbers[0], issued_at=slow - 10 * MINUTE),
        given(office, numbers[1], issued_at=slow - timedelta(days=9)),
        given(office, numbers[2], issued_at=slow + MINUTE),
    ]
    results = deliver(office, terminal, spooled, slow)
    times = [stored(office, one.ticket_id).issued_at for one in results]
    assert times == [now - 10 * MINUTE, now - 10 * MINUTE, now]
    assert min(times) > leased_at


def test_after_closing_the_next_days_numbers_are_held(
    office: Office, city: City, terminal: TerminalView
) -> None:
    held(office, terminal)
    clock_of(office).advance(hours=8)
    (lease, _) = leases.renewed(office, terminal.id, terminal.desk_id)
    assert lease.service_day == office.today() + timedelta(days=1)
    assert lease.numbers[0].number == "A901"
    assert lease.closes_at - lease.opens_at == timedelta(hours=8, minutes=45)
    clock_of(office).advance(days=1)
    # Friday evening: the next day is Monday.
    (lease, _) = leases.renewed(office, terminal.id, terminal.desk_id)
    assert lease.service_day == office.today() + timedelta(days=3)
    clock_of(office).advance(days=2, hours=16)
    assert online(office, terminal).number == "A001"


def test_a_stopped_desk_says_so_with_its_lease(office: Office, city: City, terminal: TerminalView) -> None:
    with office.change() as unit:
        unit.session.get_one(Desk, city.desk_id).stopped_on = unit.today
    assert {one.stopped for one in leases.renewed(office, terminal.id, terminal.desk_id)} == {True}


def test_staff_see_what_is_held_and_how_much_of_it_was_used(
    office: Office, city: City, terminal: TerminalView
) -> None:
    numbers = held(office, terminal)
    bring(office, terminal, *(given(office, one) for one in numbers[:3]))
    held(office, terminal)
    line, other = leases.leases_of(office, city.viewer, city.desk_id)
    assert (line.terminal, line.first, line.last, line.count, line.used) == ("ロビー", "A901", "A923", 23, 3)
    assert (other.first, other.used) == ("B901", 0)
    assert leases.lease_lines(office)[terminal.id] == [line, other]


def test_the_doctor_finds_a_held_number_given_away_otherwise(
    office: Office, city: City, terminal: TerminalView
) -> None:
    held(office, terminal)
    ticket = online(office, terminal)
    with office.change() as unit:
        unit.session.get_one(Ticket, ticket.id).number = 905
    assert any("A905" in one for one in checkup.findings(office))


def test_the_doctor_finds_a_number_on_two_tickets(office: Office, city: City, terminal: TerminalView) -> None:
    bring(office, terminal, given(office, held(office, terminal)[0]))
    ticket = online(office, terminal)
    with office.change() as unit:
        twin = unit.session.get_one(Ticket, ticket.id)
        twin.number, twin.lap = 901, 1
    assert any("A901" in one for one in checkup.findings(office))


def test_troubles_are_of_one_day(office: Office, city: City, terminal: TerminalView) -> None:
    number = held(office, terminal)[0]
    bring(office, terminal, given(office, number), given(office, number))
    clock_of(office).advance(days=1)
    assert leases.troubles_of(office, city.viewer, city.desk_id) == []
    with office.look() as unit:
        assert unit.session.execute(select(LeaseTrouble).where(col(LeaseTrouble.id) > 0)).scalars().one()


def test_a_terminal_that_asks_many_times_at_once_holds_no_more_than_it_needs(
    office: Office, city: City, terminal: TerminalView
) -> None:
    with ThreadPoolExecutor(6) as threads:
        rounds = list(threads.map(lambda _: held(office, terminal), range(6)))
    assert {len(one) for one in rounds} == {20}
    assert len(held(office, terminal)) == 20
