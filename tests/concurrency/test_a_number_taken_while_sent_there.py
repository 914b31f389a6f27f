"""A clerk brings somebody to a service for which that person takes a number in LINE at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from load_kit import at_once
from office_kit import City, clock_of
from sqlalchemy import func, select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.tickets import OPEN
from madoguchi.services import (
    calling,
    checkup,
    counters,
    handing_over,
    handling,
    issuing,
    reopening,
    tickets,
    undoing,
    visit_route,
)
from madoguchi.services.office import Office
from madoguchi.store.tables import Ticket

pytestmark = pytest.mark.concurrency

ROUNDS = 8


class Scene:
    """One phone whose numbers a clerk works at a counter; `wanted` is the service that both go for."""

    def __init__(self, office: Office, city: City) -> None:
        self.office, self.clerk, self.user = office, city.clerk, city.line_user_ids[0]
        self.counter, self.service, self.wanted = city.counter_ids[0], city.service_id, city.other_service_id
        counters.take_counter(office, self.clerk, self.counter)

    def take(self, service_id: int, event: str) -> issuing.IssuedTicket:
        return issuing.issue_in_line(
            self.office, line_user_id=self.user, service_id=service_id, event_id=event
        )

    def called(self, service_id: int, event: str) -> int:
        clock_of(self.office).advance(seconds=1)
        ticket = self.take(service_id, event)
        calling.call_next(self.office, self.clerk, self.counter, None)
        return ticket.id

    def open_numbers(self) -> list[int]:
        """How many open numbers the phone has, by service."""
        states = [state.value for state in OPEN]
        with self.office.look() as unit:
            query = select(func.count()).where(col(Ticket.state).in_(states)).group_by(col(Ticket.service_id))
            return list(unit.session.execute(query).scalars())

    def empty(self) -> None:
        """Nobody waits or is served any more."""
        states = [state.value for state in OPEN]
        with self.office.look() as unit:
            found = select(col(Ticket.id), col(Ticket.state)).where(col(Ticket.state).in_(states))
            there = list(unit.session.execute(found))
        for ticket_id, state in there:
            if state in ("called", "serving"):
                visit_route.follow_with(self.office, self.clerk, ticket_id, [])
                handling.finish(self.office, self.clerk, self.counter, ticket_id)
            else:
                handling.cancel_ticket(self.office, self.clerk, ticket_id)


@pytest.fixture
def scene(office: Office, city: City) -> Scene:
    return Scene(office, city)


def handed_over(scene: Scene, event: str) -> Callable[[], Any]:
    ticket = scene.called(scene.service, event)
    return partial(handing_over.hand_over, scene.office, scene.clerk, scene.counter, ticket, scene.wanted)


def finished(scene: Scene, event: str) -> Callable[[], Any]:
    ticket = scene.called(scene.service, event)
    visit_route.follow_with(scene.office, scene.clerk, ticket, [scene.wanted])
    return partial(handling.finish, scene.office, scene.clerk, scene.counter, ticket)


def called_after(scene: Scene, event: str) -> Callable[[], Any]:
    ticket = scene.called(scene.service, event)
    visit_route.follow_with(scene.office, scene.clerk, ticket, [scene.wanted])
    return partial(calling.call_next, scene.office, scene.clerk, scene.counter, ticket)


def absent(scene: Scene, event: str) -> int:
    ticket = scene.called(scene.wanted, event)
    handling.miss(scene.office, scene.clerk, scene.counter, ticket)
    return ticket


def resumed(scene: Scene, event: str) -> Callable[[], Any]:
    return partial(handling.resume, scene.office, scene.clerk, absent(scene, event))


def called_chosen(scene: Scene, event: str) -> Callable[[], Any]:
    return partial(calling.call_chosen, scene.office, scene.clerk, scene.counter, absent(scene, event))


def came_back(scene: Scene, event: str) -> Callable[[], Any]:
    return partial(tickets.return_own, scene.office, scene.user, absent(scene, event))


def reopened(scene: Scene, event: str) -> Callable[[], Any]:
    ticket = scene.take(scene.wanted, event).id
    handling.cancel_ticket(scene.office, scene.clerk, ticket)
    return partial(reopening.reopen, scene.office, scene.clerk, scene.counter, ticket)


def undone(scene: Scene, event: str) -> Callable[[], Any]:
    ticket = scene.take(scene.wanted, event).id
    batch = handling.cancel_ticket(scene.office, scene.clerk, ticket).batch
    return partial(undoing.undo, scene.office, scene.clerk, batch)


@pytest.mark.parametrize(
    "bring", [handed_over, finished, called_after, resumed, called_chosen, came_back, reopened, undone]
)
def test_one_of_both_is_told_so_and_nobody_meets_an_error(
    scene: Scene, bring: Callable[[Scene, str], Callable[[], Any]]
) -> None:
    for turn in range(ROUNDS):
        work = bring(scene, f"e{turn}")
        results = at_once([work, partial(scene.take, scene.wanted, f"t{turn}")])
        odd = [one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)]
        assert odd == []
        assert set(scene.open_numbers()) <= {1}
        scene.empty()
    assert checkup.findings(scene.office) == []
