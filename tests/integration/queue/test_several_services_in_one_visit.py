"""One number for several services: finishing sends it on, the last one ends it, an undo takes it back."""

import pytest
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.services import handling, issuing, undoing, visit_route
from madoguchi.services.tickets import cancel_own
from madoguchi.store.tables import Desk, Service


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


def test_a_desk_that_has_closed_stops_the_finish_until_the_clerk_says_what_else(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    follow(hall, called.ticket_id, hall.city.other_desk_service_id)
    with hall.office.change() as unit:
        unit.session.get_one(Desk, hall.city.other_desk_id).closed_on = unit.today
    with pytest.raises(Refusal, match="desk_closed"):
        hall.call(called.ticket_id)
    follow(hall, called.ticket_id)
    hall.call(called.ticket_id)
    assert hall.ticket(called.ticket_id).state == "done"


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
