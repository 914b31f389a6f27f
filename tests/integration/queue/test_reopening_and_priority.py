"""再開 and 優先: what has ended begins again, somebody goes first for a reason; both undoable."""

from datetime import timedelta

import pytest
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.services import calling, counters, handling, prioritizing, reopening, undoing
from madoguchi.services.actors import Actor
from madoguchi.services.steps import Outcome
from madoguchi.services.tickets import cancel_own, postpone_own, return_own, undo_postponing
from madoguchi.store.tables import Counter, Desk


def again(hall: Hall, ticket_id: int | None) -> Outcome:
    return reopening.reopen(hall.office, hall.city.clerk, hall.here, ticket_id or 0)


def test_a_finished_visit_comes_back_to_my_counter(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    handling.serve(hall.office, hall.city.clerk, hall.here, ticket.id)
    hall.call(ticket.id)
    done = hall.row(ticket.id)
    outcome = again(hall, ticket.id)
    now = hall.ticket(ticket.id)
    assert (now.state, now.counter_id, now.finished_at) == ("serving", hall.here, None)
    assert again(hall, ticket.id).batch is None, "a second tap changes nothing"
    undoing.undo(hall.office, hall.city.clerk, outcome.batch or "")
    assert hall.row(ticket.id) == done


def test_a_visit_finished_at_a_colleagues_counter_comes_to_mine(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    hall.call(ticket.id)
    second = hall.city.counter_ids[1]
    counters.take_counter(hall.office, hall.city.clerk, second)
    outcome = reopening.reopen(hall.office, hall.city.clerk, second, ticket.id)
    assert hall.ticket(ticket.id).counter_id == second
    undoing.undo(hall.office, hall.city.clerk, outcome.batch or "")
    assert hall.ticket(ticket.id).counter_id == hall.here


def test_not_beside_somebody_else_nor_at_another_desk(hall: Hall) -> None:
    first = hall.number("one")
    hall.number("two")
    hall.call()
    hall.call(first.id)
    with pytest.raises(Refusal, match="finish_first"):
        again(hall, first.id)
    with pytest.raises(Refusal, match="unknown_ticket"):
        reopening.reopen(hall.office, hall.city.second_clerk, hall.there, first.id)
    with pytest.raises(Refusal, match="counter_not_yours"):
        reopening.reopen(hall.office, hall.city.second_clerk, hall.here, first.id)


def test_who_waits_cannot_be_reopened(hall: Hall) -> None:
    ticket = hall.number("one")
    with pytest.raises(Refusal, match="not_possible_now"):
        again(hall, ticket.id)


def test_a_cancelled_number_waits_again_at_its_old_place_and_is_told(hall: Hall) -> None:
    hall.number("before")
    ticket = hall.phone(0)
    hall.number("behind")
    cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    cancelled = hall.row(ticket.id)
    outcome = again(hall, ticket.id)
    assert hall.waiting(hall.city.desk_id) == ["A001", "A002", "A003"]
    assert (hall.kinds(), hall.pushes()[0].facts["ahead"]) == (["ticket_returned"], 1)
    undoing.undo(hall.office, hall.city.clerk, outcome.batch or "")
    assert hall.row(ticket.id) == cancelled
    assert hall.kinds() == []


def test_a_cancelled_number_does_not_come_back_beside_a_new_one_or_to_a_closed_desk(hall: Hall) -> None:
    ticket = hall.phone(0)
    cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    new = hall.phone(0)
    with pytest.raises(Refusal, match="already_waiting"):
        again(hall, ticket.id)
    cancel_own(hall.office, hall.city.line_user_ids[0], new.id)
    with hall.office.change() as unit:
        unit.session.get_one(Desk, hall.city.desk_id).closed_on = unit.today
    with pytest.raises(Refusal, match="desk_closed"):
        again(hall, ticket.id)


def test_yesterdays_visit_stays_closed(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    hall.call(ticket.id)
    clock_of(hall.office).advance(days=1)
    with pytest.raises(Refusal, match="unknown_ticket"):
        again(hall, ticket.id)


def test_a_reason_lets_somebody_go_first_until_it_is_taken_away(hall: Hall) -> None:
    hall.number("one")
    ticket = hall.number("two")

    def give(reason: PriorityReason | None) -> str:
        return prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, reason).batch or ""

    before = hall.row(ticket.id)
    batch = give(PriorityReason.UNWELL)
    assert hall.waiting(hall.city.desk_id) == ["A002", "A001"]
    assert give(PriorityReason.UNWELL) == ""
    undoing.undo(hall.office, hall.city.clerk, batch)
    assert hall.row(ticket.id) == before
    give(PriorityReason.UNWELL)
    give(None)
    assert (hall.row(ticket.id), hall.waiting(hall.city.desk_id)) == (before, ["A001", "A002"])


def test_priority_is_for_those_who_wait_or_are_on_hold(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    with pytest.raises(Refusal, match="not_possible_now"):
        prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, PriorityReason.OTHER)
    handling.hold(hall.office, hall.city.clerk, hall.here, ticket.id)
    prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, PriorityReason.OTHER)
    assert (hall.ticket(ticket.id).state, hall.ticket(ticket.id).priority) == ("on_hold", 1)


def test_an_undo_after_a_colleague_called_the_one_with_priority_is_refused(hall: Hall) -> None:
    ticket = hall.number("one")
    given = prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, PriorityReason.OTHER)
    hall.call()
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, given.batch or "")


def test_called_in_vain_often_enough_is_absent_when_the_next_is_called(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.number("two")
    hall.call()
    calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    before = hall.row(ticket.id)
    called = hall.call(ticket.id)
    assert (hall.ticket(ticket.id).state, hall.kinds()[-1]) == ("missed", "ticket_missed")
    undoing.undo(hall.office, hall.city.clerk, called.batch or "")
    assert hall.row(ticket.id) == before
    assert "ticket_missed" not in hall.kinds()


@pytest.mark.parametrize("way", ["fewer calls", "came", "never counts"])
def test_else_the_visit_is_finished(hall: Hall, way: str) -> None:
    ticket = hall.number("one")
    hall.call()
    calls = 1 if way == "fewer calls" else 4
    for _ in range(calls):
        calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    if way == "came":
        handling.serve(hall.office, hall.city.clerk, hall.here, ticket.id)
    if way == "never counts":
        with hall.office.change() as unit:
            unit.session.get_one(Desk, hall.city.desk_id).absent_after_calls = 0
    hall.call(ticket.id)
    assert hall.ticket(ticket.id).state == "done"


def test_one_who_came_back_is_not_absent_after_a_single_call(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    for _ in range(3):
        calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    handling.miss(hall.office, hall.city.clerk, hall.here, ticket.id)
    handling.resume(hall.office, hall.city.clerk, ticket.id)
    hall.call()
    hall.call(ticket.id)
    assert hall.ticket(ticket.id).state == "done"


def test_a_counter_on_a_break_calls_nobody(hall: Hall) -> None:
    ticket = hall.number("one")
    with hall.office.change() as unit:
        unit.session.get_one(Counter, hall.here).paused = True
    with pytest.raises(Refusal, match="counter_paused"):
        hall.call()
    with pytest.raises(Refusal, match="counter_paused"):
        calling.call_chosen(hall.office, hall.city.clerk, hall.here, ticket.id)
    assert hall.ticket(ticket.id).state == "waiting"


def test_an_undone_call_leaves_no_trace_in_the_promise_or_the_turn(hall: Hall) -> None:
    ticket = hall.number("one")
    with hall.office.change() as unit:
        row = hall.ticket(ticket.id)
        later = unit.now + timedelta(minutes=5)
        unit.session.merge(row).not_before = later
    before = hall.row(ticket.id)
    called = calling.call_chosen(hall.office, hall.city.clerk, hall.here, ticket.id)
    assert hall.ticket(ticket.id).first_called_at is not None
    assert hall.ticket(ticket.id).not_before is None, "who has come does not wait for a time any more"
    undoing.undo(hall.office, hall.city.clerk, called.batch or "")
    assert hall.row(ticket.id) == before


def test_of_two_clerks_who_set_a_priority_the_last_one_stands_and_nothing_is_lost(hall: Hall) -> None:
    """No page can be too old for it: the click says all there is to say."""
    ticket = hall.number("one")

    def set_by(who: Actor, reason: PriorityReason | None) -> str:
        return prioritizing.prioritize(hall.office, who, ticket.id, reason).batch or ""

    first = set_by(hall.city.clerk, PriorityReason.UNWELL)
    second = set_by(hall.city.second_clerk, PriorityReason.INFANT)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, first)
    assert hall.ticket(ticket.id).priority_reason == "infant"
    undoing.undo(hall.office, hall.city.second_clerk, second)
    assert hall.ticket(ticket.id).priority_reason == "unwell"


def test_who_goes_behind_others_has_no_priority_left_and_can_be_given_it_again(hall: Hall) -> None:
    ticket, user = hall.phone(0), hall.city.line_user_ids[0]
    for form in ("one", "two"):
        hall.number(form)

    def shown() -> tuple[int, str]:
        return hall.ticket(ticket.id).priority, hall.ticket(ticket.id).priority_reason

    def prioritize() -> Outcome:
        return prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, PriorityReason.UNWELL)

    prioritize()
    postpone_own(hall.office, user, ticket.id, by=1)
    assert shown() == (0, "")
    undo_postponing(hall.office, user, ticket.id)
    assert shown() == (1, "unwell")
    postpone_own(hall.office, user, ticket.id, by=1)
    assert prioritize().batch is not None
    assert shown() == (1, "unwell")

    assert hall.call().ticket_id == ticket.id
    absent = handling.miss(hall.office, hall.city.clerk, hall.here, ticket.id)
    return_own(hall.office, user, ticket.id)
    assert shown() == (0, "")
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, absent.batch or "")


def test_taking_back_a_clerks_return_gives_the_priority_and_its_reason_back(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.number("two")
    prioritizing.prioritize(hall.office, hall.city.clerk, ticket.id, PriorityReason.INFANT)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, ticket.id)
    before = hall.row(ticket.id)
    outcome = handling.resume(hall.office, hall.city.clerk, ticket.id)
    assert hall.ticket(ticket.id).priority_reason == ""
    undoing.undo(hall.office, hall.city.clerk, outcome.batch or "")
    assert hall.row(ticket.id) == before
