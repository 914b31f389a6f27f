"""Random clicks of two clerks and a phone: every ticket's history is legal, and nobody is lost or doubled."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter as Counted
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from office_kit import clock_of, office_on, small_city
from sqlalchemy import select
from sqlmodel import col
from verbs_kit import Hall, hall_in

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.tickets import AT_COUNTER, Action, TicketState, after
from madoguchi.services import (
    calling,
    handing_over,
    handling,
    prioritizing,
    reopening,
    undoing,
    visit_route,
)
from madoguchi.services.tickets import cancel_own
from madoguchi.store.tables import Service, Ticket, TicketChange

VERBS = (
    *("next", "next", "next", "chosen", "recall", "serve", "miss", "hold", "finish", "hand_over"),
    *("resume", "cancel", "reopen", "prioritize", "follow", "undo", "undo", "leave", "wait"),
)
CLICKS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.booleans(), st.integers(0, 4), st.integers(0, 2)),
    min_size=5,
    max_size=30,
)


@settings(max_examples=12)
@given(CLICKS)
def test_every_history_can_be_told_again(
    sqlite_template: Path, clicks: list[tuple[str, bool, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "office.db"
        shutil.copyfile(sqlite_template, copy)
        office = office_on(f"sqlite:///{copy}", Path(folder))
        hall = hall_in(office, small_city(office))
        ids = [hall.phone(user).id for user in range(4)]
        ids.append(hall.number("other", hall.city.other_desk_service_id).id)
        batches: dict[bool, str] = {True: "", False: ""}
        for verb, first, which, service in clicks:
            clock_of(office).advance(seconds=1)
            with suppress(Refusal):
                outcome = press(hall, verb, first, ids[which], service, batches[first])
                batches[first] = getattr(outcome, "batch", None) or batches[first]
            assert_told_again(hall)
        office.database.close()


def press(hall: Hall, verb: str, first: bool, ticket_id: int, service: int, batch: str) -> Any:
    """One click of the first or second clerk, or a tap of a phone."""
    office, city = hall.office, hall.city
    who, counter = (city.clerk, hall.here) if first else (city.second_clerk, hall.there)
    wanted = (city.service_id, city.other_service_id, city.other_desk_service_id)[service]
    at = now_at(hall, counter)
    reason = PriorityReason.UNWELL if service else None
    clicks = {
        "next": lambda: calling.call_next(office, who, counter, at),
        "chosen": lambda: calling.call_chosen(office, who, counter, ticket_id),
        "recall": lambda: calling.recall(office, who, counter, at or 0),
        "serve": lambda: handling.serve(office, who, counter, at or 0),
        "miss": lambda: handling.miss(office, who, counter, at or 0),
        "hold": lambda: handling.hold(office, who, counter, at or 0),
        "finish": lambda: handling.finish(office, who, counter, at or 0),
        "hand_over": lambda: handing_over.hand_over(office, who, counter, at or 0, wanted),
        "resume": lambda: handling.resume(office, who, ticket_id),
        "cancel": lambda: handling.cancel_ticket(office, who, ticket_id),
        "reopen": lambda: reopening.reopen(office, who, counter, ticket_id),
        "prioritize": lambda: prioritizing.prioritize(office, who, ticket_id, reason),
        "follow": lambda: visit_route.follow_with(office, who, ticket_id, [wanted]),
        "undo": lambda: undoing.undo(office, who, batch),
        "leave": lambda: cancel_own(office, city.line_user_ids[(ticket_id - 1) % 4], ticket_id),
        "wait": lambda: clock_of(office).advance(seconds=15),
    }
    return clicks[verb]()


def now_at(hall: Hall, counter_id: int) -> int | None:
    states = [state.value for state in AT_COUNTER]
    with hall.office.look() as unit:
        query = select(col(Ticket.id)).where(
            col(Ticket.counter_id) == counter_id, col(Ticket.state).in_(states)
        )
        found: int | None = unit.session.execute(query).scalar_one_or_none()
    return found


def assert_told_again(hall: Hall) -> None:
    """Every ticket's steps lead through legal states to where it stands, at the desk of its service."""
    with hall.office.look() as unit:
        tickets: list[Ticket] = list(unit.session.execute(select(Ticket)).scalars())
        steps: list[TicketChange] = list(
            unit.session.execute(select(TicketChange).order_by(col(TicketChange.id))).scalars()
        )
        desks = {one.id: one.desk_id for one in unit.session.execute(select(Service)).scalars()}
    assert len(tickets) == 5
    states = {ticket.id: TicketState.WAITING for ticket in tickets}
    for step in steps:
        assert step.before["state"] == states[step.ticket_id]
        went = after(states[step.ticket_id], Action(step.action))
        states[step.ticket_id] = states[step.ticket_id] if step.undone else went
    assert states == {ticket.id: TicketState(ticket.state) for ticket in tickets}
    assert all(desks[ticket.service_id] == ticket.desk_id for ticket in tickets)
    busy = Counted(ticket.counter_id for ticket in tickets if ticket.state in AT_COUNTER)
    assert all(count == 1 for count in busy.values())
