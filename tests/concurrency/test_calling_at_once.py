"""Many clerks press 次を呼ぶ at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from load_kit import Town, at_once, only

from bench.load import ask_all, issue_request
from bench.page import Page, page
from bench.rounds import STAFF_STATE
from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, undoing
from madoguchi.services.clock import SetClock
from madoguchi.services.steps import Outcome

pytestmark = pytest.mark.concurrency

TABS = (1, 8, 32)
"""Browsers at once: each is a socket with a whole page behind it."""


def _issue(town: Town, count: int) -> list[int]:
    """Tickets that wait, in an else empty room; their ids in order."""
    town.empty()
    requests = [
        issue_request(town.city.terminal_tokens[0], town.city.service_codes[number % 2], uuid4().hex)
        for number in range(count)
    ]
    answers, _ = asyncio.run(ask_all(town.port, 8, requests))
    return sorted(answer.json()["id"] for answer in answers)


def _call(town: Town, place: int, expected: int | None) -> Outcome:
    return calling.call_next(town.office, town.city.clerks[place], town.city.counter_ids[place], expected)


def _counters_of(town: Town, ids: Sequence[int]) -> dict[int, int]:
    """Counter by ticket, of those called now; no counter twice."""
    called = {one.id or 0: one.counter_id or 0 for one in town.tickets(ids) if one.state == "called"}
    assert len(set(called.values())) == len(called)
    return called


def test_no_ticket_is_called_twice(town: Town, clients: int) -> None:
    """All counters press at once; the first in line are called, each to one counter."""
    ids = _issue(town, clients + 5)
    outcomes = at_once([partial(_call, town, place, None) for place in range(clients)])
    assert only(Exception, outcomes) == []
    called = [outcome.ticket_id for outcome in only(Outcome, outcomes)]
    assert sorted(called) == ids[:clients]
    expected = {outcome.ticket_id: town.city.counter_ids[at] for at, outcome in enumerate(outcomes)}
    assert _counters_of(town, ids) == expected


def test_the_last_ticket_goes_to_one_counter(town: Town, clients: int) -> None:
    """One waits; everybody else is told that nobody does."""
    (ticket,) = _issue(town, 1)
    outcomes = at_once([partial(_call, town, place, None) for place in range(clients)])
    assert [outcome.ticket_id for outcome in only(Outcome, outcomes)] == [ticket]
    refusals = only(Refusal, outcomes)
    assert [refusal.code for refusal in refusals] == ["nobody_waits"] * (clients - 1)


def test_a_counter_pressed_by_many_fingers_calls_once(town: Town, clients: int) -> None:
    """The same press from many tabs: one of them calls, the others see who is there."""
    ids = _issue(town, 3)
    outcomes = at_once([partial(_call, town, 0, None) for _ in range(clients)])
    assert [outcome.ticket_id for outcome in only(Outcome, outcomes)] == [ids[0]] * clients
    assert len([one for one in only(Outcome, outcomes) if one.batch]) == 1


def test_undo_among_calls_loses_and_doubles_nobody(town: Town, clients: int) -> None:
    """Every other counter takes its call back while the rest finishes and calls the next."""
    ids = _issue(town, clients * 2)
    # The ten seconds for an undo shall not run out on a slow machine.
    town = replace(town, office=replace(town.office, clock=SetClock(datetime.now(UTC))))
    first = only(Outcome, at_once([partial(_call, town, place, None) for place in range(clients)]))
    assert len(first) == clients

    def second(place: int) -> Outcome:
        if place % 2:
            return undoing.undo(town.office, town.city.clerks[place], first[place].batch or "")
        return _call(town, place, first[place].ticket_id)

    outcomes = at_once([partial(second, place) for place in range(clients)])
    assert only(Exception, outcomes) == []
    called = _counters_of(town, ids)
    assert len(called) == (clients + 1) // 2
    assert set(called.values()) == set(town.city.counter_ids[:clients:2])
    states = [ticket.state for ticket in town.tickets(ids)]
    assert states.count("done") == (clients + 1) // 2
    assert states.count("waiting") == len(ids) - states.count("done") - len(called)


@pytest.mark.parametrize("tabs", TABS)
def test_clerks_press_in_their_browsers(town: Town, tabs: int) -> None:
    """The whole way: cookie, socket, guard, page, service. Everybody ends with a number of their own."""
    ids = _issue(town, tabs + 3)
    shown = asyncio.run(_press(town, tabs))
    assert sorted(shown) == ids[:tabs]
    expected = {ticket: town.city.counter_ids[place] for place, ticket in enumerate(shown)}
    assert _counters_of(town, ids) == expected


async def _press(town: Town, tabs: int) -> list[int]:
    """Open that many tabs, press at once; the ticket that each then shows."""
    async with AsyncExitStack() as open_tabs:
        clerks: list[Page] = [
            await open_tabs.enter_async_context(
                page(town.port, STAFF_STATE, "/staff", f"madoguchi_staff={session}")
            )
            for session in town.city.clerk_sessions[:tabs]
        ]
        for clerk in clerks:
            await clerk.send("opened")
        for clerk in clerks:
            await clerk.until(lambda shown: shown.get("counter_id"))
        await asyncio.gather(*(clerk.send("call_next", shown=0) for clerk in clerks))
        for clerk in clerks:
            await clerk.until(lambda shown: shown.get("current_id"))
        return [int(clerk.shown["current_id"]) for clerk in clerks]
