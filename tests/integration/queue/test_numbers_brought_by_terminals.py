"""What a terminal gave of its held numbers is brought to the server: each once, whatever happened between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from lease_kit import MINUTE, another_terminal, bring, given, held, in_order, online, stored
from office_kit import City, clock_of
from sqlmodel import Session

from madoguchi.services import checkup, leases, terminals
from madoguchi.services import tickets as own_tickets
from madoguchi.services.claiming import claim
from madoguchi.services.delivering import Result
from madoguchi.services.leases import HeldNumber
from madoguchi.services.office import Office
from madoguchi.services.terminals import TerminalView
from madoguchi.store import leases as rows
from madoguchi.store.tables import Desk, LeasedNumber, Municipality


@pytest.fixture
def terminal(office: Office, city: City) -> TerminalView:
    return another_terminal(office)


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
    (trouble,) = leases.troubles_of(office, city.viewer, city.desk_id)
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


def test_a_token_is_worth_its_own_number_only(office: Office, city: City, terminal: TerminalView) -> None:
    number = held(office, terminal)[0]
    (result,) = bring(office, terminal, given(office, number, number="A902"))
    assert (result.result, result.trouble) == (Result.RENUMBERED, "not_leased")
    (right,) = bring(office, terminal, given(office, number))
    assert right.result is Result.BOOKED
    unknown = given(office, number, service="nowhere", token=uuid4().hex)
    assert bring(office, terminal, unknown)[0].trouble == "unknown_service"
    assert checkup.findings(office) == []


def test_a_terminal_that_stands_at_another_desk_now_brings_what_it_gave_at_the_first(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    elsewhere = terminals.pair(office, terminals.make_pairing_code(office, "tax", "1F")).terminal
    (result,) = bring(office, elsewhere, given(office, number))
    assert result.result is Result.BOOKED
    assert in_order(office, city) == ["A901"]


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


def test_one_that_cannot_be_booked_keeps_nobody_back_and_is_not_lost(
    office: Office, city: City, terminal: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooled = [given(office, one) for one in held(office, terminal)[:3]]
    look = rows.by_token

    def broken(session: Session, token: str, *, lock: bool = False) -> LeasedNumber | None:
        if token == spooled[1].token:
            raise RuntimeError("a fault of ours")
        return look(session, token, lock=lock)

    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(rows, "by_token", broken)
        assert [one.result for one in bring(office, terminal, *spooled)] == ["booked", "later", "booked"]
    assert [one.result for one in bring(office, terminal, spooled[1])] == ["booked"]


def test_a_delivery_committed_while_another_one_of_it_began_is_not_taken_back(
    office: Office, city: City, terminal: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = given(office, held(office, terminal)[0])
    bring(office, terminal, one)
    look = rows.by_token

    def seen_too_early(session: Session, token: str, *, lock: bool = False) -> LeasedNumber | None:
        return look(session, token, lock=lock) if lock else None

    monkeypatch.setattr(rows, "by_token", seen_too_early)
    assert bring(office, terminal, one)[0].result is Result.KNOWN
    assert in_order(office, city) == ["A901"]


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


def test_a_terminal_paired_anew_brings_what_it_gave_before(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    terminals.revoke(office, terminal.id)
    (result,) = bring(office, another_terminal(office), given(office, number))
    assert result.result is Result.BOOKED


def test_a_touch_that_the_server_heard_before_the_machine_was_paired_anew_counts_once(
    office: Office, city: City, terminal: TerminalView
) -> None:
    unseen = online(office, terminal, "the-touch-in-doubt")
    one = given(office, held(office, terminal)[0], key="the-touch-in-doubt")
    terminals.revoke(office, terminal.id)
    (booked,) = bring(office, another_terminal(office), one)
    assert booked.result is Result.BOOKED
    assert stored(office, unseen.id).state == "cancelled"
    assert in_order(office, city) == ["A901"]


def test_a_number_of_another_municipality_is_not_booked_there(
    office: Office, city: City, terminal: TerminalView
) -> None:
    number = held(office, terminal)[0]
    elsewhere = terminals.pair(office, terminals.make_pairing_code(office, "tax", "1F")).terminal
    with office.change() as unit:
        other = Municipality(code="other", names={"ja": "となり市"})
        unit.session.add(other)
        unit.session.flush()
        unit.session.get_one(Desk, elsewhere.desk_id).municipality_id = other.id or 0
    (result,) = bring(office, elsewhere, given(office, number))
    assert result.result in {Result.REFUSED, Result.RENUMBERED}
    (own,) = bring(office, terminal, given(office, number))
    assert own.result is Result.BOOKED
    assert in_order(office, city) == ["A901"]


def test_a_number_of_a_day_to_come_is_told_today_and_not_each_morning(
    office: Office, city: City, terminal: TerminalView
) -> None:
    one = given(
        office, HeldNumber("A905", "", ""), token=uuid4().hex, day=office.today() + timedelta(days=400)
    )
    bring(office, terminal, one)
    assert [line.number for line in leases.troubles_of(office, city.viewer, city.desk_id)] == ["A905"]
    clock_of(office).advance(days=1)
    assert leases.troubles_of(office, city.viewer, city.desk_id) == []
