"""One number at one desk means one person, also where numbers of another desk come visiting."""

import pytest
from office_kit import clock_of
from sqlalchemy import event, select, update
from sqlmodel import col
from test_handing_over import over, same_letter_there
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, counters, handling, issuing, reopening, undoing
from madoguchi.services.checkup import findings
from madoguchi.services.issuing_together import Wish, issue_together
from madoguchi.services.tickets import cancel_own
from madoguchi.store import tickets as rows
from madoguchi.store.tables import NumberSequence, Service, Ticket


def visitor(hall: Hall, form: str = "visitor") -> int:
    """The next number of 保育課, handed over to 税務課."""
    ticket = hall.number(form)
    hall.call()
    over(hall, ticket.id)
    return ticket.id


def test_a_number_that_visits_is_not_given_there(hall: Hall) -> None:
    car = same_letter_there(hall)
    visitor(hall)
    assert [hall.number(form, car).number for form in ("a", "b")] == ["A002", "A003"]
    assert hall.waiting(hall.city.other_desk_id) == ["A001", "A002", "A003"]
    assert findings(hall.office) == []


def test_a_number_that_was_passed_over_is_no_gap_afterwards(hall: Hall) -> None:
    car = same_letter_there(hall)
    hall.number("a", car)
    hall.number("first of the other desk")
    hall.number("second of the other desk")
    for _ in range(2):
        called = hall.call()
        if called.number == "A002":
            over(hall, called.ticket_id)
        else:
            handling.finish(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    assert hall.number("b", car).number == "A003"
    called = hall.call_there()
    while called.ticket_id:
        called = hall.call_there(called.ticket_id)
    assert hall.number("c", car).number == "A004"
    assert findings(hall.office) == []


def test_terminals_that_ask_together_pass_it_over_too(hall: Hall) -> None:
    same_letter_there(hall)
    visitor(hall)
    city = hall.city
    wishes = [Wish(city.terminal_id, city.other_desk_id, "car", "ja", key) for key in ("a", "b")]
    numbers = [getattr(one, "number", one) for one in issue_together(hall.office, wishes)]
    assert sorted(numbers) == ["A002", "A003"]
    assert findings(hall.office) == []


def test_numbers_that_begin_anew_pass_it_over_and_run_out_when_all_are_in_use(hall: Hall) -> None:
    car = same_letter_there(hall)
    with hall.office.change() as unit:
        unit.session.get_one(Service, car).number_last = 2
    own = hall.number("a", car)
    with pytest.raises(Refusal, match="number_taken_there"):
        visitor(hall)
    handling.cancel_ticket(hall.office, hall.city.clerk, own.id)
    with hall.office.look() as unit:
        waits = unit.session.execute(select(col(Ticket.id)).where(col(Ticket.state) == "called")).scalar_one()
    over(hall, waits)
    second = hall.number("b", car)
    assert second.number == "A002"
    with pytest.raises(Refusal, match="numbers_run_out"):
        hall.number("c", car)
    handling.cancel_ticket(hall.office, hall.city.clerk, second.id)
    assert hall.number("d", car).number == "A002"
    assert findings(hall.office) == []


def test_when_the_only_number_is_in_use_by_a_visitor_none_is_given(hall: Hall) -> None:
    car = same_letter_there(hall)
    with hall.office.change() as unit:
        unit.session.get_one(Service, car).number_last = 1
    visitor(hall)
    with pytest.raises(Refusal, match="numbers_run_out"):
        hall.number("a", car)
    results = issue_together(
        hall.office, [Wish(hall.city.terminal_id, hall.city.other_desk_id, "car", "ja", "k")]
    )
    assert [str(one) for one in results] == ["numbers_run_out"]
    assert findings(hall.office) == []


def test_an_absent_one_may_come_back_so_the_number_is_not_brought_a_second_time(hall: Hall) -> None:
    hall.number("twin", same_letter_there(hall))
    called = hall.call_there()
    handling.miss(hall.office, hall.city.second_clerk, hall.there, called.ticket_id or 0)
    with pytest.raises(Refusal, match="number_taken_there"):
        visitor(hall)


def test_who_was_finished_does_not_come_back_to_a_number_that_visits(hall: Hall) -> None:
    car = same_letter_there(hall)
    hall.number("own", car)
    own = hall.call_there()
    done = handling.finish(hall.office, hall.city.second_clerk, hall.there, own.ticket_id or 0)
    gone = visitor(hall)
    with pytest.raises(Refusal, match="number_taken_there"):
        undoing.undo(hall.office, hall.city.second_clerk, done.batch or "")
    with pytest.raises(Refusal, match="number_taken_there"):
        reopening.reopen(hall.office, hall.city.second_clerk, hall.there, own.ticket_id or 0)
    handling.cancel_ticket(hall.office, hall.city.clerk, gone)
    reopening.reopen(hall.office, hall.city.second_clerk, hall.there, own.ticket_id or 0)
    assert findings(hall.office) == []


def test_a_cancelled_one_does_not_come_back_to_a_number_that_visits(hall: Hall) -> None:
    own = hall.number("own", same_letter_there(hall))
    handling.cancel_ticket(hall.office, hall.city.clerk, own.id)
    visitor(hall)
    with pytest.raises(Refusal, match="number_taken_there"):
        reopening.reopen(hall.office, hall.city.second_clerk, hall.there, own.id)


def test_an_undone_hand_over_leaves_no_hole(hall: Hall) -> None:
    car = same_letter_there(hall)
    ticket = hall.number("one")
    hall.call()
    done = over(hall, ticket.id)
    undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.number("a", car).number == "A001"
    assert findings(hall.office) == []


def test_a_desk_without_visitors_gives_a_number_in_one_statement(hall: Hall) -> None:
    seen: list[str] = []
    hall.number("first")

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "number_sequence" in statement or "home_desk_id !=" in statement:
            seen.append(statement)

    event.listen(hall.office.database.engine, "before_cursor_execute", note)
    hall.number("second")
    event.remove(hall.office.database.engine, "before_cursor_execute", note)
    assert len(seen) == 1


def test_doctor_finds_two_people_with_one_number(hall: Hall) -> None:
    car = same_letter_there(hall)
    hall.number("own", car)
    other = hall.number("one")
    with hall.office.change() as unit:
        unit.session.execute(
            update(Ticket).where(col(Ticket.id) == other.id).values(desk_id=hall.city.other_desk_id)
        )
    assert findings(hall.office) == [f"desk {hall.city.other_desk_id}: two people have the number A001"]


def test_only_what_was_passed_over_is_no_gap(hall: Hall) -> None:
    car = same_letter_there(hall)
    visitor(hall)
    hall.number("a", car)
    hall.number("b", car)
    with hall.office.change() as unit:
        here = select(NumberSequence).where(col(NumberSequence.desk_id) == hall.city.other_desk_id)
        sequence = unit.session.execute(here).scalar_one()
        assert (sequence.passed, sequence.last_number) == ([1], 3)
        sequence.last_number = 4
    assert [one.endswith("2 tickets where 3 numbers were given") for one in findings(hall.office)] == [True]


def test_the_citizen_who_leaves_while_a_clerk_hands_over_has_left(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = hall.phone(0)
    hall.call()
    over(hall, ticket.id)
    now, stale = rows.desk_id_of, [hall.city.desk_id]
    monkeypatch.setattr(rows, "desk_id_of", lambda *asked: stale.pop() if stale else now(*asked))
    left = cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    assert (left.state, stale) == ("cancelled", [])


def test_two_clerks_reopen_the_same_visit_and_one_gets_it(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    handling.finish(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    second = hall.city.counter_ids[1]
    counters.take_counter(hall.office, hall.city.second_clerk, second)
    reopening.reopen(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    with pytest.raises(Refusal, match="not_possible_now"):
        reopening.reopen(hall.office, hall.city.second_clerk, second, called.ticket_id or 0)
    assert hall.ticket(called.ticket_id).counter_id == hall.here
    clock_of(hall.office).advance(seconds=1)
    assert calling.recall(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0).number == "A001"


def test_an_issue_with_the_same_form_is_not_a_second_number(hall: Hall) -> None:
    car = same_letter_there(hall)
    visitor(hall)
    one = issuing.issue_at_desk(hall.office, hall.city.clerk, service_id=car, form="same")
    again = issuing.issue_at_desk(hall.office, hall.city.clerk, service_id=car, form="same")
    assert (one.number, again.number) == ("A002", "A002")


def test_an_absent_one_who_took_another_number_is_not_called_with_the_old_one(hall: Hall) -> None:
    absent = hall.phone(0)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, absent.id)
    hall.phone(0)
    with pytest.raises(Refusal, match="already_waiting") as refused:
        calling.call_chosen(hall.office, hall.city.clerk, hall.here, absent.id)
    assert refused.value.facts["number"] == "A002"
    assert hall.call().number == "A002"
    calling.call_chosen(hall.office, hall.city.clerk, hall.here, absent.id)
    assert hall.ticket(absent.id).state == "called", "the newer visit is over by this click"
