"""One number for several services: finishing sends it on, the last one ends it, an undo takes it back."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from office_kit import clock_of
from sqlalchemy import select
from sqlmodel import col
from test_handing_over import same_letter_there
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.services import handling, issuing, undoing, visit_route
from madoguchi.services.checkup import findings
from madoguchi.services.tickets import cancel_own
from madoguchi.store import forecasts, past_visits
from madoguchi.store.tables import Desk, Service, VisitPart


def follow(hall: Hall, ticket_id: int | None, *services: int) -> str:
    return visit_route.follow_with(hall.office, hall.city.clerk, ticket_id or 0, services).batch or ""


def test_a_visit_goes_through_three_services_with_one_number(hall: Hall) -> None:
    allowance, bill = hall.city.other_service_id, hall.city.other_desk_service_id
    ticket = issuing.issue_at_desk(
        hall.office, hall.city.clerk, service_id=hall.city.service_id, form="x", also=[allowance, bill]
    )
    hall.call()
    handling.finish(hall.office, hall.city.clerk, hall.here, ticket.id)
    now = hall.ticket(ticket.id)
    assert (now.state, now.service_id, now.route) == ("waiting", allowance, [bill])
    assert hall.call().ticket_id == ticket.id
    with pytest.raises(Refusal, match="nobody_waits"):
        hall.call_there()
    assert hall.call(ticket.id).ticket_id is None
    now = hall.ticket(ticket.id)
    assert (now.state, now.desk_id, now.service_id, now.route) == (
        "waiting",
        hall.city.other_desk_id,
        bill,
        [],
    )
    assert hall.call_there().number == ticket.number
    hall.call_there(ticket.id)
    assert hall.ticket(ticket.id).state == "done"


def test_the_phone_is_told_where_the_visit_goes_on_and_an_undo_takes_all_back(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.number("behind")
    hall.call()
    follow(hall, ticket.id, hall.city.other_desk_service_id)
    before = hall.row(ticket.id)
    done = hall.call(ticket.id)
    assert done.number == "A002"
    news = hall.pushes()[-1]
    assert (news.kind, news.facts["desk"]["ja"], news.facts["moved"]) == (
        "ticket_handed_over",
        "税務課",
        True,
    )
    undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.row(ticket.id) == before
    assert hall.kinds() == ["ticket_called"]
    assert hall.waiting(hall.city.desk_id) == ["A002"]
    assert hall.waiting(hall.city.other_desk_id) == []


def test_an_undo_comes_too_late_when_the_next_desk_has_called(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    follow(hall, called.ticket_id, hall.city.other_desk_service_id)
    done = handling.finish(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    hall.call_there()
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, done.batch or "")


def test_what_follows_can_be_changed_emptied_and_undone(hall: Hall) -> None:
    ticket = hall.number("one")
    bill, allowance = hall.city.other_desk_service_id, hall.city.other_service_id
    follow(hall, ticket.id, bill, bill, hall.city.service_id)
    assert hall.ticket(ticket.id).route == [bill], "each once, and not the one it waits for"
    assert follow(hall, ticket.id, bill) == "", "nothing changed"
    batch = follow(hall, ticket.id, allowance)
    undoing.undo(hall.office, hall.city.clerk, batch)
    assert hall.ticket(ticket.id).route == [bill]
    follow(hall, ticket.id)
    hall.call()
    hall.call(ticket.id)
    assert hall.ticket(ticket.id).state == "done"


def test_only_services_of_the_city_and_only_so_many_follow(hall: Hall) -> None:
    ticket = hall.number("one")
    with pytest.raises(Refusal, match="unknown_service"):
        follow(hall, ticket.id, 9999)
    with hall.office.change() as unit:
        many = [
            Service(desk_id=hall.city.desk_id, code=f"s{at}", names={"ja": "業務"}, letter="UVWXYZ"[at])
            for at in range(visit_route.MOST_FOLLOWING + 1)
        ]
        unit.session.add_all(many)
        unit.session.flush()
        ids = [one.id or 0 for one in many]
    with pytest.raises(Refusal, match="route_too_long"):
        follow(hall, ticket.id, *ids)
    with pytest.raises(Refusal, match="route_too_long"):
        issuing.issue_at_desk(
            hall.office, hall.city.clerk, service_id=hall.city.service_id, form="y", also=ids
        )
    hall.call()
    hall.call(ticket.id)
    with pytest.raises(Refusal, match="not_possible_now"):
        follow(hall, ticket.id, hall.city.other_desk_service_id)


def test_a_service_that_its_holder_waits_for_already_is_left_out(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.phone(0, hall.city.other_desk_service_id)
    hall.call()
    follow(hall, ticket.id, hall.city.other_desk_service_id)
    hall.call(ticket.id)
    assert hall.ticket(ticket.id).state == "done"


def test_at_a_desk_that_has_closed_the_visit_ends_before_it_and_the_clerk_is_told(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    follow(hall, called.ticket_id, hall.city.other_desk_service_id)
    with hall.office.change() as unit:
        unit.session.get_one(Desk, hall.city.other_desk_id).closed_on = unit.today
    before = hall.row(called.ticket_id)
    done = hall.call(called.ticket_id)
    assert hall.ticket(called.ticket_id).state == "done"
    (one,) = done.unreached
    assert (one.number, one.desk["ja"], one.service["ja"], one.why) == (
        "A001",
        "税務課",
        "納税相談",
        "desk_closed",
    )
    undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.row(called.ticket_id) == before


def test_a_number_that_somebody_has_at_the_next_desk_ends_the_visit_there(hall: Hall) -> None:
    hall.number("twin", same_letter_there(hall))
    hall.number("one")
    called = hall.call()
    follow(hall, called.ticket_id, hall.city.other_desk_service_id)
    done = handling.finish(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    assert [one.why for one in done.unreached] == ["number_taken_there"]
    assert hall.ticket(called.ticket_id).state == "done"
    undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.ticket(called.ticket_id).state == "called"
    assert findings(hall.office) == []


def test_behind_a_desk_that_has_closed_the_visit_goes_on(hall: Hall) -> None:
    ticket = hall.number("one")
    hall.call()
    follow(hall, ticket.id, hall.city.other_desk_service_id, hall.city.other_service_id)
    with hall.office.change() as unit:
        unit.session.get_one(Desk, hall.city.other_desk_id).closed_on = unit.today
    done = handling.finish(hall.office, hall.city.clerk, hall.here, ticket.id)
    assert [one.why for one in done.unreached] == ["desk_closed"]
    now = hall.ticket(ticket.id)
    assert (now.state, now.service_id, now.route) == ("waiting", hall.city.other_service_id, [])


def parts(hall: Hall) -> list[VisitPart]:
    with hall.office.look() as unit:
        return list(unit.session.execute(select(VisitPart).order_by(col(VisitPart.id))).scalars())


def test_each_finished_service_of_a_visit_is_kept_until_it_is_undone(hall: Hall) -> None:
    allowance, bill = hall.city.other_service_id, hall.city.other_desk_service_id
    clock = clock_of(hall.office)
    ticket = issuing.issue_at_desk(
        hall.office, hall.city.clerk, service_id=hall.city.service_id, form="x", also=[allowance, bill]
    )
    came = clock.now()
    clock.advance(minutes=3)
    hall.call()
    clock.advance(minutes=7)
    first = handling.finish(hall.office, hall.city.clerk, hall.here, ticket.id)
    (one,) = parts(hall)
    assert (one.place, one.desk_id, one.service_id, one.counter_id, one.service_day) == (
        0,
        hall.city.desk_id,
        hall.city.service_id,
        hall.here,
        hall.office.today(),
    )
    assert (one.queued_at, one.called_at - came, one.finished_at - came) == (
        came,
        timedelta(minutes=3),
        timedelta(minutes=10),
    )
    undoing.undo(hall.office, hall.city.clerk, first.batch or "")
    assert parts(hall) == []
    handling.finish(hall.office, hall.city.clerk, hall.here, ticket.id)
    clock.advance(minutes=2)
    hall.call()
    clock.advance(minutes=5)
    second = hall.call(ticket.id)
    assert [(one.place, one.service_id) for one in parts(hall)] == [
        (0, hall.city.service_id),
        (1, allowance),
    ]
    assert parts(hall)[1].queued_at - came == timedelta(minutes=10), "it did not wait while it was served"
    undoing.undo(hall.office, hall.city.clerk, second.batch or "")
    assert [one.place for one in parts(hall)] == [0]


def test_what_is_learned_of_a_desk_knows_every_part_of_a_visit(hall: Hall) -> None:
    clock, city = clock_of(hall.office), hall.city
    ticket = issuing.issue_at_desk(
        hall.office, city.clerk, service_id=city.service_id, form="x", also=[city.other_desk_service_id]
    )
    clock.advance(minutes=3)
    hall.call()
    clock.advance(minutes=7)
    hall.call(ticket.id)
    clock.advance(minutes=1)
    hall.call_there()
    clock.advance(minutes=4)
    hall.call_there(ticket.id)
    today = hall.office.today()
    with hall.office.look() as unit:
        here, there = (
            forecasts.past(unit.session, desk_id, today, today)
            for desk_id in (city.desk_id, city.other_desk_id)
        )
        visits = [
            past_visits.visits(unit.session, desk_id, today, today, planned, unit.zone)
            for desk_id, planned in (
                (city.desk_id, [city.service_id]),
                (city.other_desk_id, [city.other_desk_service_id]),
            )
        ]
    assert [(row[0], row[1], row[5] - row[4]) for row in here] == [
        (city.service_id, "done", timedelta(minutes=7))
    ]
    assert [(row[0], row[4] - row[3], row[5] - row[4]) for row in there] == [
        (city.other_desk_service_id, timedelta(minutes=1), timedelta(minutes=4))
    ]
    ((first,), (second,)) = visits
    assert (first.minutes, first.in_plan, first.counter_id) == (7, True, hall.here)
    assert (second.minutes, second.in_plan, (second.called or 0) - (second.arrives or 0)) == (4, False, 1)


def test_a_stale_page_does_not_wipe_what_a_colleague_has_chosen(hall: Hall) -> None:
    ticket, bill, allowance = hall.number("one"), hall.city.other_desk_service_id, hall.city.other_service_id

    def choose(*services: int, shown: Sequence[int]) -> str:
        return visit_route.follow_with(hall.office, hall.city.clerk, ticket.id, services, shown).batch or ""

    choose(bill, shown=[])
    with pytest.raises(Refusal, match="changed_meanwhile"):
        choose(allowance, shown=[])
    with pytest.raises(Refusal, match="changed_meanwhile"):
        choose(shown=[])
    assert hall.ticket(ticket.id).route == [bill]
    assert choose(bill, shown=[]) == "", "both chose the same"
    assert choose(bill, allowance, shown=[bill])


def test_who_leaves_in_line_between_two_services_is_gone_from_both(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    follow(hall, ticket.id, hall.city.other_desk_service_id)
    hall.call(ticket.id)
    cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    assert hall.waiting(hall.city.other_desk_id) == []


def test_a_number_given_with_a_reason_goes_first(hall: Hall) -> None:
    hall.number("one")
    urgent = issuing.issue_at_desk(
        hall.office,
        hall.city.clerk,
        service_id=hall.city.service_id,
        form="urgent",
        reason=PriorityReason.INFANT,
    )
    assert hall.ticket(urgent.id).priority_reason == "infant"
    assert hall.call().ticket_id == urgent.id
