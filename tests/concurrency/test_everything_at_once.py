"""A rush: numbers, calls, undo, cancelling and claiming side by side; afterwards the books add up."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from load_kit import Town
from sqlalchemy import select
from sqlmodel import col

from bench.http import Answer, Connection
from bench.load import issue_request, message_event, webhook_request
from bench.server import CHANNEL_SECRET
from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, checkup, tickets, undoing
from madoguchi.store.tables import Ticket

pytestmark = pytest.mark.concurrency

TERMINALS = 8
TICKETS_EACH = 20
CLERKS = 6
CALLS_EACH = 15
EXPECTED_REFUSALS = {"nobody_waits", "changed_meanwhile", "not_possible_now", "unknown_ticket"}
"""What a clerk or a citizen may meet when others were faster."""


@dataclass
class Rush:
    """What happened, to be compared with the books."""

    town: Town
    issued: list[Answer] = field(default_factory=list)
    webhooks: list[Answer] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    async def terminal(self, place: int) -> None:
        """Issue tickets; every third is claimed by a phone, every sixth of all cancelled from there."""
        connection = await Connection.open(self.town.port)
        found = self.town.city
        for number in range(TICKETS_EACH):
            request = issue_request(
                found.terminal_tokens[place], found.service_codes[number % 2], uuid4().hex
            )
            answer = await connection.ask(request)
            self.issued.append(answer)
            if number % 3 == 0:
                phone = place * TICKETS_EACH + number
                await self.claim(connection, phone, answer.json()["claim_code"])
                if number % 2 == 0:
                    await asyncio.to_thread(self.cancel, phone, answer.json()["id"])
        connection.close()

    async def claim(self, connection: Connection, phone: int, code: str) -> None:
        """Send the code from a phone."""
        event = message_event(self.town.city.line_users[phone], f"番号札登録 {code}")
        self.webhooks.append(await connection.ask(webhook_request(CHANNEL_SECRET, [event])))

    def cancel(self, phone: int, ticket_id: int) -> None:
        """Give the ticket up; it may not be bound yet, or be called already."""
        try:
            tickets.cancel_own(self.town.office, self.town.city.line_user_ids[phone], ticket_id)
        except Refusal as refusal:
            self.refusals[refusal.code] += 1

    def clerk(self, place: int) -> None:
        """Call again and again; every fourth call is taken back."""
        office, actor = self.town.office, self.town.city.clerks[place]
        counter, current = self.town.city.counter_ids[place], None
        for number in range(CALLS_EACH):
            try:
                outcome = calling.call_next(office, actor, counter, current)
                if number % 4 == 3 and outcome.batch:
                    outcome = undoing.undo(office, actor, outcome.batch)
                current = outcome.ticket_id
            except Refusal as refusal:
                self.refusals[refusal.code] += 1


async def _run(rush: Rush) -> None:
    await asyncio.gather(
        *(rush.terminal(place) for place in range(TERMINALS)),
        *(asyncio.to_thread(rush.clerk, place) for place in range(CLERKS)),
    )
    await rush.town.idle()


def test_after_a_rush_the_books_add_up(town: Town) -> None:
    """No error at any door, no number lost, nobody at two counters, nothing that `doctor` would find."""
    town.empty()
    rush = Rush(town)
    asyncio.run(_run(rush))
    assert {answer.status for answer in rush.issued} == {201}
    assert {answer.status for answer in rush.webhooks} == {200}
    assert set(rush.refusals) <= EXPECTED_REFUSALS
    assert checkup.findings(town.office) == []
    ids = [answer.json()["id"] for answer in rush.issued]
    assert len(set(ids)) == TERMINALS * TICKETS_EACH
    with town.office.look() as unit:
        query = select(col(Ticket.counter_id), col(Ticket.state)).where(col(Ticket.id).in_(ids))
        rows = list(unit.session.execute(query))
    states = Counter(state for _, state in rows)
    assert states["done"] > 0
    assert states["waiting"] > 0
    at_counters = [counter for counter, state in rows if state in ("called", "serving")]
    assert len(at_counters) == len(set(at_counters))
