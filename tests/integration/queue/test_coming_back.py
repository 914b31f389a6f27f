"""An absent one who comes back: where they wait by the desk's rule, and that nobody gains a place by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_kit import set_desk
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.returning import ReturnRule
from madoguchi.services import calling, handling, tickets
from madoguchi.store.tables import Ticket

WAYS = ["clerk", "phone"]
POLICIES = ["appointments_first", "arrival", "ratio"]


def queue_of(hall: Hall) -> int:
    """Two phones and six papers, three with an appointment that is due; the first in line was called and is
    absent. Its id."""
    given = [hall.phone(0), hall.phone(1), *(hall.number(f"n{place}") for place in range(6))]
    now = clock_of(hall.office).now()
    with hall.office.change() as unit:
        for place, minutes in ((0, 20), (3, 15), (6, 10)):
            ticket = unit.session.get_one(Ticket, given[place].id)
            ticket.appointment_at = now - timedelta(minutes=minutes)
    called = hall.call()
    assert called.ticket_id == given[0].id
    handling.miss(hall.office, hall.city.clerk, hall.here, given[0].id)
    return given[0].id


def back(hall: Hall, way: str, ticket_id: int) -> None:
    """By the clerk's click, or by the own phone."""
    if way == "clerk":
        handling.resume(hall.office, hall.city.clerk, ticket_id)
    else:
        tickets.return_own(hall.office, hall.city.line_user_ids[0], ticket_id)


def places(hall: Hall) -> list[str]:
    return hall.waiting(hall.city.desk_id)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("rule", "behind"), [("next", 0), ("after_three", 3), ("back", 7)])
def test_the_rule_gives_the_place_and_nobody_gains_one(
    hall: Hall, rule: str, behind: int, policy: str, way: str
) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule=rule, order_kind=policy)
    absent = queue_of(hall)
    before = places(hall)
    back(hall, way, absent)
    after = places(hall)
    place = after.index("A001")
    assert place == behind if policy != "ratio" else place >= behind, after
    for number in before:
        assert after.index(number) >= before.index(number), (before, after)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", POLICIES)
def test_who_comes_too_late_waits_at_the_back(hall: Hall, policy: str, way: str) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule="next", return_within=10, order_kind=policy)
    absent = queue_of(hall)
    clock_of(hall.office).advance(minutes=10)
    back(hall, way, absent)
    assert places(hall)[0] == "A001", "just in time"
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, absent)
    before = places(hall)
    clock_of(hall.office).advance(minutes=10, seconds=1)
    handling.resume(hall.office, hall.city.clerk, absent)
    assert places(hall) == [*before, "A001"]


def test_with_fewer_than_three_behind_it_is_the_back(hall: Hall) -> None:
    first, *_ = hall.number("one"), hall.number("two"), hall.number("three")
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, first.id)
    handling.resume(hall.office, hall.city.clerk, first.id)
    assert places(hall) == ["A002", "A003", "A001"]


def test_with_nobody_behind_the_place_is_the_old_one(hall: Hall) -> None:
    first = hall.number("one")
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, first.id)
    handling.resume(hall.office, hall.city.clerk, first.id)
    assert places(hall) == ["A001"]


@pytest.mark.parametrize("rule", ["next", "after_three", "back"])
def test_who_was_called_out_of_turn_does_not_come_back_to_the_front(hall: Hall, rule: str) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule=rule)
    given = [hall.number(f"n{place}") for place in range(6)]
    calling.call_chosen(hall.office, hall.city.clerk, hall.here, given[2].id)
    handling.miss(hall.office, hall.city.clerk, hall.here, given[2].id)
    handling.resume(hall.office, hall.city.clerk, given[2].id)
    place = {"next": 2, "after_three": 5, "back": 5}[rule]
    assert places(hall).index("A003") == place


def test_who_comes_later_waits_behind_who_came_back(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule="back")
    first, _ = hall.number("one"), hall.number("two")
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, first.id)
    handling.resume(hall.office, hall.city.clerk, first.id)
    hall.number("three")
    assert places(hall) == ["A002", "A001", "A003"]


@pytest.mark.parametrize("way", WAYS)
def test_the_time_to_come_back_counts_from_the_last_call(hall: Hall, way: str) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule="next", return_within=10)
    given = hall.phone(0)
    hall.number("behind")
    hall.call()
    clock_of(hall.office).advance(minutes=8)
    calling.recall(hall.office, hall.city.clerk, hall.here, given.id)
    handling.miss(hall.office, hall.city.clerk, hall.here, given.id)
    clock_of(hall.office).advance(minutes=8)
    shown = tickets.ticket_by_token(hall.office, given.token)
    assert (shown.may_return, shown.returns) == (True, ReturnRule.NEXT)
    back(hall, way, given.id)
    assert places(hall) == ["A001", "A002"]


def test_after_that_time_the_phone_is_refused_and_the_page_says_the_back(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, return_rule="next", return_within=10)
    given = hall.phone(0)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, given.id)
    clock_of(hall.office).advance(minutes=10, seconds=1)
    shown = tickets.ticket_by_token(hall.office, given.token)
    assert (shown.may_return, shown.returns) == (False, ReturnRule.BACK)
    with pytest.raises(Refusal, match="return_too_late"):
        tickets.return_own(hall.office, hall.city.line_user_ids[0], given.id)
