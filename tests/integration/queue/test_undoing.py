"""Taking a click back when the citizen, or whoever sits at the counter, has gone on meanwhile."""

from collections import Counter as Tally

import pytest
from office_kit import City
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, closing_soon, counters, handling, issuing, undoing, visit_route
from madoguchi.services.office import Office
from madoguchi.services.tickets import ticket_by_token
from madoguchi.store.tables import OutboxMessage, Ticket


def test_a_visit_is_not_reopened_beside_the_new_number_of_the_same_person(office: Office, city: City) -> None:
    counter, phone = city.counter_ids[0], city.line_user_ids[0]
    counters.take_counter(office, city.clerk, counter)
    first = issuing.issue_in_line(office, line_user_id=phone, service_id=city.service_id, event_id="e1")
    calling.call_next(office, city.clerk, counter, None)
    finished = handling.finish(office, city.clerk, counter, first.id)
    second = issuing.issue_in_line(office, line_user_id=phone, service_id=city.service_id, event_id="e2")
    with pytest.raises(Refusal) as refused:
        undoing.undo(office, city.clerk, finished.batch or "")
    assert (refused.value.code, refused.value.facts) == ("already_waiting", {"number": second.number})
    assert ticket_by_token(office, first.token).state == "done"
    assert ticket_by_token(office, second.token).state == "waiting"


def seated_with_a_ticket(office: Office, city: City) -> int:
    """The clerk has called a number of a phone to counter 1; its id."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    issued = issuing.issue_in_line(
        office, line_user_id=city.line_user_ids[0], service_id=city.service_id, event_id="e1"
    )
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    return issued.id


def state_of(office: Office, ticket_id: int) -> tuple[str, int | None]:
    with office.look() as unit:
        ticket = unit.session.get_one(Ticket, ticket_id)
        return ticket.state, ticket.counter_id


VERBS = {"finish": handling.finish, "miss": handling.miss, "hold": handling.hold}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("colleague", [True, False], ids=["a colleague", "nobody"])
def test_no_ticket_comes_back_to_a_counter_that_its_clerk_has_left(
    office: Office, city: City, verb: str, colleague: bool
) -> None:
    first, second = city.counter_ids[:2]
    ticket = seated_with_a_ticket(office, city)
    done = VERBS[verb](office, city.clerk, first, ticket)
    counters.take_counter(office, city.clerk, second)
    if colleague:
        counters.take_counter(office, city.second_clerk, first)
    ended = state_of(office, ticket)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(office, city.clerk, done.batch or "")
    assert state_of(office, ticket) == ended
    if colleague:
        counters.take_counter(office, city.clerk, first)
        undoing.undo(office, city.clerk, done.batch or "")
        assert state_of(office, ticket) == ("called", first), "and it does once the clerk sits there again"


@pytest.mark.parametrize("verb", ["miss", "hold"])
def test_who_waits_again_meanwhile_is_not_called_back(office: Office, city: City, verb: str) -> None:
    ticket = seated_with_a_ticket(office, city)
    done = VERBS[verb](office, city.clerk, city.counter_ids[0], ticket)
    handling.resume(office, city.second_clerk, ticket)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(office, city.clerk, done.batch or "")
    assert state_of(office, ticket) == ("waiting", None)


def test_nothing_is_taken_back_of_a_visit_that_a_colleague_took_over(office: Office, city: City) -> None:
    """They sit at the counter where it stands: it is not to vanish from before them, nor to begin anew."""
    first = city.counter_ids[0]
    ticket = seated_with_a_ticket(office, city)
    served = handling.serve(office, city.clerk, first, ticket)
    counters.take_counter(office, city.second_clerk, first)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(office, city.clerk, served.batch or "")
    assert state_of(office, ticket) == ("serving", first)


def test_a_call_is_not_taken_back_from_before_a_colleague(office: Office, city: City) -> None:
    first = city.counter_ids[0]
    counters.take_counter(office, city.clerk, first)
    issued = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    call = calling.call_next(office, city.clerk, first, None)
    counters.take_counter(office, city.second_clerk, first)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(office, city.clerk, call.batch or "")
    assert state_of(office, issued.id) == ("called", first)


def test_what_follows_in_a_visit_is_taken_back_wherever_it_stands(office: Office, city: City) -> None:
    ticket = seated_with_a_ticket(office, city)
    planned = visit_route.follow_with(office, city.second_clerk, ticket, [city.other_service_id])
    undoing.undo(office, city.second_clerk, planned.batch or "")
    with office.look() as unit:
        assert unit.session.get_one(Ticket, ticket).route == []


@pytest.mark.parametrize("sits", ["nobody", "a colleague"])
def test_who_was_called_as_the_desk_closed_comes_back_to_whoever_sits_there(
    office: Office, city: City, sits: str
) -> None:
    first = city.counter_ids[0]
    called = seated_with_a_ticket(office, city)
    waits = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="waits")
    closed = closing_soon.close_today(office, city.second_clerk, city.desk_id)
    counters.leave_counter(office, city.clerk, first)
    if sits == "a colleague":
        counters.take_counter(office, city.second_clerk, first)
    undoing.undo(office, city.second_clerk, closed.batch or "")
    assert state_of(office, waits.id)[0] == "waiting"
    assert state_of(office, called)[0] == ("missed" if sits == "nobody" else "called")
    with office.look() as unit:
        kinds = Tally(unit.session.execute(select(col(OutboxMessage.kind))).scalars())
    assert kinds["ticket_missed"] == (1 if sits == "nobody" else 0)
    assert kinds["desk_closed_today"] == 0
