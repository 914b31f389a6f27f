"""Numbers that a terminal holds in advance: whose they are, and what becomes of those it gave away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from office_kit import City, clock_of
from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.domain.order import Waiting
from madoguchi.services import checkup, issuing, leases, terminals
from madoguchi.services import tickets as own_tickets
from madoguchi.services.claiming import claim
from madoguchi.services.closing_day import close_past_days
from madoguchi.services.delivering import Delivered, Result, Spooled, deliver
from madoguchi.services.leases import HeldNumber
from madoguchi.services.office import Office
from madoguchi.services.terminals import TerminalView
from madoguchi.store import queue
from madoguchi.store.tables import Desk, LeasedNumber, LeaseTrouble, Service, Ticket

MINUTE = timedelta(minutes=1)


@pytest.fixture
def terminal(office: Office, city: City) -> TerminalView:
    return another_terminal(office)


def another_terminal(office: Office) -> TerminalView:
    return terminals.pair(office, terminals.make_pairing_code(office, "childcare", "ロビー")).terminal


def held(office: Office, terminal: TerminalView, service: str = "nursery") -> list[HeldNumber]:
    found = leases.renewed(office, terminal.id, terminal.desk_id)
    (lease,) = [one for one in found if one.service_code == service]
    return list(lease.numbers)


def given(office: Office, held_number: HeldNumber, ago: timedelta = timedelta(), **more: object) -> Spooled:
    """A number that a terminal gave so long ago."""
    service = "nursery" if held_number.number[0] == "A" else "allowance"
    now = office.clock.now()
    one = Spooled(
        key=uuid4().hex,
        service=service,
        day=office.today(),
        number=held_number.number,
        token=held_number.token,
        claim_code=held_number.claim_code,
        issued_at=now - ago,
        language="vi",
    )
    return replace(one, **more)  # type: ignore[arg-type]


def bring(office: Office, terminal: TerminalView, *spooled: Spooled) -> list[Delivered]:
    return deliver(office, terminal, spooled, office.clock.now())


def online(office: Office, terminal: TerminalView, key: str = "") -> issuing.IssuedTicket:
    return issuing.issue_at_terminal(
        office,
        terminal_id=terminal.id,
        desk_id=terminal.desk_id,
        service_code="nursery",
        language="ja",
        key=key or uuid4().hex,
    )


def stored(office: Office, ticket_id: int | None) -> Ticket:
    with office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id)


def in_order(office: Office, city: City) -> list[str]:
    with office.look() as unit:
        waiting: list[Waiting] = queue.waiting(unit.session, city.desk_id, unit.today)
        found = {one.id: one for one in unit.session.execute(select(Ticket)).scalars()}
        ordered = sorted(waiting, key=lambda one: (one.queued_at, one.ticket_id))
        return [f"{found[one.ticket_id].letter}{found[one.ticket_id].number:03d}" for one in ordered]


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


def test_what_was_given_is_slotted_in_by_its_true_time(
    office: Office, city: City, terminal: TerminalView
) -> None:
    numbers = held(office, terminal)
    clock_of(office).advance(minutes=10)
    online(office, terminal)
    clock_of(office).advance(minutes=10)
    online(office, terminal)
    before = given(office, numbers[0], 15 * MINUTE)
    between = given(office, numbers[1], 5 * MINUTE)
    results = bring(office, terminal, before, between)
    assert [one.result for one in results] == [Result.BOOKED, Result.BOOKED]
    assert in_order(office, city) == ["A901", "A001", "A902", "A002"]
    ticket = stored(office, results[0].ticket_id)
    assert (ticket.issued_at, ticket.language, ticket.channel) == (before.issued_at, "vi", "paper")
    assert (ticket.promised_low, ticket.terminal_id) == (None, terminal.id)
    assert checkup.findings(office) == []


def test_bringing_it_again_books_nothing(office: Office, city: City, terminal: TerminalView) -> None:
    one = given(office, held(office, terminal)[0])
    (first,) = bring(office, terminal, one)
    (again,) = bring(office, terminal, one)
    assert (again.result, again.ticket_id) == (Result.KNOWN, first.ticket_id)
    assert in_order(office, city) == ["A901"]


def test_the_paper_works_once_the_server_knows(office: Office, city: City, terminal: TerminalView) -> None:
    number = held(office, terminal)[0]
    bring(office, terminal, given(office, number))
    assert own_tickets.ticket_by_token(office, number.token).number == "A901"
    claim(office, city.line_user_ids[0], number.claim_code)
    assert own_tickets.ticket_by_token(office, number.token).bound


def test_a_touch_that_the_server_heard_too_counts_once(
    office: Office, city: City, terminal: TerminalView
) -> None:
    unseen = online(office, terminal, "the-touch-in-doubt")
    one = given(office, held(office, terminal)[0], key="the-touch-in-doubt")
    (booked,) = bring(office, terminal, one)
    assert booked.result is Result.BOOKED
    assert stored(office, unseen.id).state == "cancelled"
    assert in_order(office, city) == ["A901"]
    # The request itself arrives late: it finds the printed number.
    assert online(office, terminal, "the-touch-in-doubt").number == "A901"
    assert checkup.findings(office) == []


def test_a_second_holder_of_a_number_gets_another_one_and_staff_hear_of_it(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    clock_of(office).advance(minutes=10)
    first, second = given(office, number, 9 * MINUTE), given(office, number, 8 * MINUTE)
    assert [one.result for one in bring(office, terminal, first, second)] == ["booked", "renumbered"]
    (again,) = bring(office, terminal, second)
    assert again.result is Result.RENUMBERED
    assert again.instead is not None
    assert again.instead.number == "A001"
    assert in_order(office, city) == ["A901", "A001"]
    (trouble,) = leases.troubles_of(office, city.desk_id)
    assert (trouble.number, trouble.reason, trouble.instead) == ("A901", "given_twice", "A001")
    assert checkup.findings(office) == []


@pytest.mark.parametrize(
    "wrong", [{"number": "A001"}, {"number": "B905"}, {"number": "??"}, {"token": "too short"}]
)
def test_a_number_that_nobody_leased_is_no_ticket_but_its_holder_is_not_lost(
    office: Office, city: City, terminal: TerminalView, wrong: dict[str, str]
) -> None:
    made_up = {"token": uuid4().hex, "number": "A905"} | wrong
    held(office, terminal)
    (result,) = bring(office, terminal, given(office, HeldNumber("A905", "", ""), **made_up))
    assert (result.result, result.trouble) == (Result.RENUMBERED, "not_leased")
    assert in_order(office, city) == ["A001"]


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


def test_many_deliveries_of_the_same_numbers_at_once_book_each_once(
    office: Office, city: City, terminal: TerminalView
) -> None:
    spooled = [given(office, one) for one in held(office, terminal)[:5]]
    unseen = [online(office, terminal, one.key) for one in spooled[:3]]
    with ThreadPoolExecutor(6) as threads:
        rounds = list(threads.map(lambda _: bring(office, terminal, *spooled), range(6)))
    assert {one.result for results in rounds for one in results} == {Result.BOOKED, Result.KNOWN}
    assert sum(one.result is Result.BOOKED for results in rounds for one in results) == 5
    assert sorted(in_order(office, city)) == [one.number for one in spooled]
    assert {stored(office, one.id).state for one in unseen} == {"cancelled"}
    assert checkup.findings(office) == []


def test_a_touch_that_arrives_at_the_same_moment_as_its_delivery_is_one_ticket(
    office: Office, city: City, terminal: TerminalView
) -> None:
    spooled = [given(office, one) for one in held(office, terminal)[:8]]
    with ThreadPoolExecutor(8) as threads:
        works = [
            work
            for one in spooled
            for work in (
                threads.submit(online, office, terminal, one.key),
                threads.submit(bring, office, terminal, one),
            )
        ]
        for work in works:
            work.result()
    assert sorted(in_order(office, city)) == [one.number for one in spooled]
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


def test_a_terminal_paired_anew_brings_what_it_gave_before(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    terminals.revoke(office, terminal.id)
    (result,) = bring(office, another_terminal(office), given(office, number))
    assert result.result is Result.BOOKED


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
    line, other = leases.leases_of(office, city.desk_id)
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
    assert leases.troubles_of(office, city.desk_id) == []
    with office.look() as unit:
        assert unit.session.execute(select(LeaseTrouble).where(col(LeaseTrouble.id) > 0)).scalars().one()
