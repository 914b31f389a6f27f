"""A call that waits to be pushed says "come now": only as long as that is true, and only the newest one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.services import (
    abandoned,
    calling,
    handing_over,
    handling,
    messages,
    outbox,
    sending,
    tickets,
    undoing,
)
from madoguchi.services.sending import Due
from madoguchi.services.steps import Outcome

Click = Callable[[Hall, int], object]


def later(hall: Hall, seconds: float = 1) -> None:
    clock_of(hall.office).advance(seconds=seconds)


def called(hall: Hall) -> int:
    """The first phone's number, called; nobody has looked at the outbox since."""
    ticket = hall.phone(0)
    hall.call()
    later(hall)
    return ticket.id


def claimed(hall: Hall) -> list[str]:
    """What the sender takes now."""
    return [due.kind for due in sending.claim(hall.office, 9)]


def calls(hall: Hall) -> list[tuple[str, str | None]]:
    """What became of the calls."""
    return [(one.state, one.failure) for one in hall.pushes() if one.kind == "ticket_called"]


def serve(hall: Hall, ticket_id: int) -> Outcome:
    return handling.serve(hall.office, hall.city.clerk, hall.here, ticket_id)


def recall(hall: Hall, ticket_id: int) -> Outcome:
    return calling.recall(hall.office, hall.city.clerk, hall.here, ticket_id)


def undo(hall: Hall, outcome: Outcome) -> None:
    undoing.undo(hall.office, hall.city.clerk, outcome.batch or "")


def sent_before(hall: Hall) -> Due:
    """An older message of the same phone is with LINE at this moment: nothing may pass it."""
    with hall.office.change() as unit:
        outbox.enqueue(
            unit,
            cause="older",
            kind="booking_made",
            line_user_id=hall.city.line_user_ids[0],
            facts={},
            expires_in=calling.CALL_MOMENT,
        )
    (due,) = sending.claim(hall.office, 9)
    return due


ENDINGS: dict[str, Click] = {
    "served": serve,
    "absent": lambda hall, ticket: handling.miss(hall.office, hall.city.clerk, hall.here, ticket),
    "parked": lambda hall, ticket: handling.hold(hall.office, hall.city.clerk, hall.here, ticket),
    "finished": lambda hall, ticket: handling.finish(hall.office, hall.city.clerk, hall.here, ticket),
    "cancelled": lambda hall, ticket: handling.cancel_ticket(hall.office, hall.city.clerk, ticket),
    "left": lambda hall, ticket: tickets.cancel_own(hall.office, hall.city.line_user_ids[0], ticket),
    "sent on": lambda hall, ticket: handing_over.hand_over(
        hall.office, hall.city.clerk, hall.here, ticket, hall.city.other_desk_service_id
    ),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_nobody_is_told_to_come_once_the_call_is_over(hall: Hall, how: str) -> None:
    ticket = called(hall)
    ENDINGS[how](hall, ticket)
    assert claimed(hall) == []
    assert calls(hall) == [("dropped", "no longer called")]


def test_a_call_that_still_stands_goes_out(hall: Hall) -> None:
    called(hall)
    assert claimed(hall) == ["ticket_called"]


def test_of_two_calls_only_the_newer_one_goes_out(hall: Hall) -> None:
    ticket = called(hall)
    recall(hall, ticket)
    (due,) = sending.claim(hall.office, 9)
    assert due.facts["calls"] == 2
    assert calls(hall) == [("dropped", "overtaken"), ("pending", None)]


def test_one_who_walked_off_while_being_served_is_called_again(hall: Hall) -> None:
    ticket = called(hall)
    serve(hall, ticket)
    later(hall)
    recall(hall, ticket)
    (due,) = sending.claim(hall.office, 9)
    assert (due.kind, due.facts["calls"]) == ("ticket_called", 2)


def test_a_slip_undone_in_time_leaves_the_call_to_be_said(hall: Hall) -> None:
    ticket = called(hall)
    slip = serve(hall, ticket)
    assert claimed(hall) == []
    undo(hall, slip)
    assert claimed(hall) == ["ticket_called"]


def test_a_second_call_undone_in_time_leaves_the_first_to_be_said(hall: Hall) -> None:
    older = sent_before(hall)
    ticket = called(hall)
    second = recall(hall, ticket)
    assert claimed(hall) == [], "both wait behind the older message"
    undo(hall, second)
    sending.sent(hall.office, older.id)
    (due,) = sending.claim(hall.office, 9)
    assert (due.kind, due.facts["calls"]) == ("ticket_called", 1)


def test_a_call_taken_back_after_it_may_have_arrived_is_said_to_be(hall: Hall) -> None:
    ticket = hall.phone(0)
    outcome = hall.call()
    (due,) = sending.claim(hall.office, 9)
    later(hall)
    sending.later(hall.office, due.id, sending.LEASE, "TimeoutError")
    undo(hall, outcome)
    later(hall, 60)
    assert claimed(hall) == ["ticket_call_undone"]
    assert hall.ticket(ticket.id).state == "waiting"


def test_two_calls_nobody_heard_of_need_no_taking_back(hall: Hall) -> None:
    sent_before(hall)
    recall(hall, called(hall))
    assert claimed(hall) == []
    for _ in range(15):
        later(hall, 30)
        abandoned.seen(hall.office, [hall.city.second_clerk.staff_id])
    assert abandoned.release(hall.office) == 1
    assert "ticket_call_undone" not in hall.kinds()


def test_an_absent_one_whom_the_call_never_reached_is_to_be_called_by_voice(hall: Hall) -> None:
    ticket = called(hall)
    ENDINGS["absent"](hall, ticket)
    assert claimed(hall) == []
    page = messages.messages(hall.office, hall.city.clerk, troubled=True)
    assert [(one.number, one.state) for one in page.unreached] == [("A001", "missed")]
    assert [(one.about, one.failure) for one in page.lines] == [("A001", "no longer called")]
