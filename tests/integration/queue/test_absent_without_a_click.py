"""Called so often, and so long ago, and nobody has come: absent without a click, as the desk says."""

from __future__ import annotations

import pytest
from desk_kit import all_sent, audited, set_desk
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.services import absences, calling, counters, dashboard, handling, undoing
from madoguchi.services.steps import Outcome


def called_often(hall: Hall, times: int = 3) -> int:
    """A phone's number, called so often, half a minute apart; its id."""
    ticket = hall.phone(0)
    hall.call()
    for _ in range(times - 1):
        clock_of(hall.office).advance(seconds=30)
        calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    return ticket.id


def offered(hall: Hall) -> Outcome | None:
    """What the clerk's page offers to take back."""
    shown = dashboard.dashboard(hall.office, hall.city.clerk, hall.city.desk_id)
    return next(counter.absent for counter in shown.counters if counter.id == hall.here)


def marked(hall: Hall) -> Outcome:
    """The same, once there is something."""
    found = offered(hall)
    assert found is not None
    return found


def test_after_three_calls_and_three_minutes(hall: Hall) -> None:
    ticket = called_often(hall)
    clock_of(hall.office).advance(seconds=179)
    assert absences.mark_absent(hall.office) == 0
    clock_of(hall.office).advance(seconds=1)
    assert absences.mark_absent(hall.office) == 1
    assert hall.ticket(ticket).state == "missed"
    assert hall.kinds()[-1] == "ticket_missed"
    assert absences.mark_absent(hall.office) == 0
    assert audited(hall.office, "miss") == 1


def test_two_calls_of_three_are_never_enough(hall: Hall) -> None:
    ticket = called_often(hall, times=2)
    clock_of(hall.office).advance(hours=3)
    assert absences.mark_absent(hall.office) == 0
    assert hall.ticket(ticket).state == "called"


def test_a_desk_that_wants_no_such_thing(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, absent_after_calls=0)
    called_often(hall, times=9)
    clock_of(hall.office).advance(hours=3)
    assert absences.mark_absent(hall.office) == 0


def test_no_minutes_means_with_the_last_call(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, absent_after_calls=1, absent_after_minutes=0)
    called_often(hall, times=1)
    assert absences.mark_absent(hall.office) == 1


def test_who_has_come_is_not_marked(hall: Hall) -> None:
    ticket = called_often(hall)
    handling.serve(hall.office, hall.city.clerk, hall.here, ticket)
    clock_of(hall.office).advance(hours=1)
    assert absences.mark_absent(hall.office) == 0
    assert hall.ticket(ticket).state == "serving"


def test_calls_of_an_earlier_time_do_not_count(hall: Hall) -> None:
    ticket = called_often(hall)
    handling.miss(hall.office, hall.city.clerk, hall.here, ticket)
    handling.resume(hall.office, hall.city.clerk, ticket)
    clock_of(hall.office).advance(hours=1)
    hall.call()
    clock_of(hall.office).advance(hours=1)
    assert absences.mark_absent(hall.office) == 0


def test_the_clerk_at_that_counter_takes_it_back_and_it_waits_for_one_more_call(hall: Hall) -> None:
    ticket = called_often(hall)
    all_sent(hall.office)
    clock_of(hall.office).advance(minutes=3)
    absences.mark_absent(hall.office)
    done = marked(hall)
    assert (done.ticket_id, done.number) == (ticket, "A001")
    undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert (hall.ticket(ticket).state, hall.ticket(ticket).counter_id) == ("called", hall.here)
    assert hall.kinds() == ["ticket_called"] * 3, "that it was absent is never said"
    clock_of(hall.office).advance(hours=1)
    assert absences.mark_absent(hall.office) == 0
    calling.recall(hall.office, hall.city.clerk, hall.here, ticket)
    clock_of(hall.office).advance(minutes=3)
    assert absences.mark_absent(hall.office) == 1


def test_nobody_else_takes_it_back_and_not_too_late(hall: Hall) -> None:
    called_often(hall)
    clock_of(hall.office).advance(minutes=3)
    absences.mark_absent(hall.office)
    batch = marked(hall).batch or ""
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(hall.office, hall.city.second_clerk, batch)
    clock_of(hall.office).advance(seconds=11)
    assert offered(hall) is None
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(hall.office, hall.city.clerk, batch)


def test_it_is_not_taken_back_over_the_next_one_at_the_counter(hall: Hall) -> None:
    ticket = called_often(hall)
    hall.number("next")
    clock_of(hall.office).advance(minutes=3)
    absences.mark_absent(hall.office)
    batch = marked(hall).batch or ""
    hall.call()
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, batch)
    assert hall.ticket(ticket).state == "missed"


def test_every_desk_is_looked_at_by_its_own_rule(hall: Hall) -> None:
    office, city = hall.office, hall.city
    set_desk(office, city.other_desk_id, absent_after_calls=1, absent_after_minutes=1)
    here, there = hall.number("here"), hall.number("there", city.other_desk_service_id)
    hall.call()
    hall.call_there()
    clock_of(office).advance(minutes=2)
    assert absences.mark_absent(office) == 1
    assert (hall.ticket(here.id).state, hall.ticket(there.id).state) == ("called", "missed")


def test_a_counter_left_by_its_clerk_still_ends_its_call(hall: Hall) -> None:
    ticket = called_often(hall)
    counters.take_counter(hall.office, hall.city.second_clerk, hall.here)
    clock_of(hall.office).advance(minutes=3)
    assert absences.mark_absent(hall.office) == 1
    undoing.undo(hall.office, hall.city.second_clerk, marked(hall).batch or "")
    assert hall.ticket(ticket).state == "called"
