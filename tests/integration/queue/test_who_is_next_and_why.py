"""The clerk's view says who is next at each counter and why; it matches whom 次を呼ぶ takes."""

from __future__ import annotations

from office_kit import City, clock_of

from madoguchi.domain.order import Why
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.tickets import Action
from madoguchi.services import calling, counters, handling, issuing, prioritizing
from madoguchi.services.dashboard import CounterView, dashboard
from madoguchi.services.office import Office
from madoguchi.services.steps import Step, new_batch, take_step
from madoguchi.store import tickets
from madoguchi.store.tables import Counter


def issue(office: Office, city: City, form: str, service_id: int | None = None) -> issuing.IssuedTicket:
    clock_of(office).advance(minutes=1)
    wanted = service_id or city.service_id
    return issuing.issue_at_desk(office, city.clerk, service_id=wanted, form=form)


def at(office: Office, city: City, place: int = 0) -> CounterView:
    return dashboard(office, city.clerk, city.desk_id).counters[place]


def takes(office: Office, counter_id: int, *services: int) -> None:
    with office.change() as unit:
        unit.session.get_one(Counter, counter_id).services = list(services)


def test_the_named_next_is_the_one_who_is_called(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    assert at(office, city).next is None
    first, second = issue(office, city, "a"), issue(office, city, "b")
    up = at(office, city).next
    assert up is not None
    assert (up.number, up.reason.why) == (first.number, Why.ARRIVAL)
    prioritizing.prioritize(office, city.clerk, second.id, PriorityReason.UNWELL)
    up = at(office, city).next
    assert up is not None
    assert (up.number, up.reason.why, up.priority_reason) == (second.number, Why.PRIORITY, "unwell")
    assert calling.call_next(office, city.clerk, city.counter_ids[0], None).number == second.number


def test_each_counter_has_its_own_next_and_is_told_whom_nobody_takes(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    counters.take_counter(office, city.second_clerk, city.counter_ids[1])
    nursery = issue(office, city, "a")
    allowance = issue(office, city, "b", city.other_service_id)
    takes(office, city.counter_ids[1], city.other_service_id)
    ones = [at(office, city, place) for place in (0, 1, 2)]
    assert [one.next.number if one.next else "" for one in ones] == [nursery.number, allowance.number, ""]
    assert [one.uncovered for one in ones] == [0, 0, 0]
    takes(office, city.counter_ids[0], city.other_service_id)
    assert [at(office, city, place).uncovered for place in (0, 1)] == [1, 1]


def test_what_ended_last_comes_first(office: Office, city: City) -> None:
    counter = city.counter_ids[0]
    counters.take_counter(office, city.clerk, counter)
    first, second = issue(office, city, "a"), issue(office, city, "b")
    calling.call_next(office, city.clerk, counter, None)
    handling.finish(office, city.clerk, counter, first.id)
    clock_of(office).advance(minutes=1)
    handling.cancel_ticket(office, city.clerk, second.id)
    ended = dashboard(office, city.clerk, city.desk_id).finished
    assert [(one.number, one.cancelled) for one in ended] == [(second.number, True), (first.number, False)]
    assert ended[1].counter_id == counter


def test_an_absence_that_nobody_clicked_is_told_for_ten_seconds(office: Office, city: City) -> None:
    counter = city.counter_ids[0]
    counters.take_counter(office, city.clerk, counter)
    number = issue(office, city, "a")
    calling.call_next(office, city.clerk, counter, None)
    with office.change() as unit:
        ticket = tickets.lock(unit.session, number.id)
        assert ticket is not None
        take_step(unit, ticket, Step(Action.MISS, None, counter, new_batch()))
    told = at(office, city).absent
    assert told is not None
    assert (told.number, told.ticket_id) == (number.number, number.id)
    clock_of(office).advance(seconds=11)
    assert at(office, city).absent is None


def test_what_follows_in_the_visit_is_named_also_at_another_desk(office: Office, city: City) -> None:
    issuing.issue_at_desk(
        office,
        city.clerk,
        service_id=city.service_id,
        form="both",
        also=(city.other_service_id, city.other_desk_service_id),
    )
    (row,) = dashboard(office, city.clerk, city.desk_id).waiting
    assert [one.name for one in row.route] == ["児童手当", "納税相談"]
