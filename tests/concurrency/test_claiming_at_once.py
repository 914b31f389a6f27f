"""Many phones claim one paper ticket, and LINE delivers an event many times."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from load_kit import Town
from sqlalchemy import func, select
from sqlmodel import col

from bench.load import ask_all, issue_request, message_event, webhook_request
from bench.server import CHANNEL_SECRET
from madoguchi.store.tables import Ticket
from madoguchi.texts import say

pytestmark = pytest.mark.concurrency

PHONES = 50
REDELIVERIES = 20


async def _deliver(town: Town, deliveries: list[list[dict[str, Any]]]) -> tuple[set[int], dict[str, str]]:
    """Send the deliveries at once; the answers' statuses and, by reply token, what was told to whom."""
    before = set(town.line.replies)
    requests = [webhook_request(CHANNEL_SECRET, events) for events in deliveries]
    answers, _ = await ask_all(town.port, len(requests), requests)
    await town.idle()
    await town.replied({event["replyToken"] for events in deliveries for event in events})
    replies = {token: messages for token, messages in town.line.replies.items() if token not in before}
    told = {token: json.dumps(messages, ensure_ascii=False) for token, messages in replies.items()}
    return {answer.status for answer in answers}, told


async def _paper(town: Town) -> dict[str, Any]:
    request = issue_request(town.city.terminal_tokens[0], town.city.service_codes[0], uuid4().hex)
    answers, _ = await ask_all(town.port, 1, [request])
    ticket: dict[str, Any] = answers[0].json()
    return ticket


def test_one_of_fifty_phones_gets_the_ticket(town: Town) -> None:
    """The others are told that it is registered already."""
    ticket = asyncio.run(_paper(town))
    events = [
        message_event(user, f"番号札登録 {ticket['claim_code']}") for user in town.city.line_users[:PHONES]
    ]
    statuses, told = asyncio.run(_deliver(town, [[event] for event in events]))
    assert statuses == {200}
    used = say("ja", "refusal.claim_used")
    assert len(told) == PHONES
    winners = [event for event in events if used not in told[str(event["replyToken"])]]
    assert len(winners) == 1
    (stored,) = town.tickets([ticket["id"]])
    assert stored.line_user_id is not None
    place = town.city.line_user_ids.index(stored.line_user_id)
    assert winners[0]["source"] == {"type": "user", "userId": town.city.line_users[place]}


def test_an_event_redelivered_twenty_times_has_one_effect(town: Town) -> None:
    """At once and on as many connections: one number, one reply."""
    town.empty()
    event = _take(town.city.line_users[PHONES], town.city.service_ids[1])
    again = {**event, "deliveryContext": {"isRedelivery": True}}
    deliveries = [[event], *([again] for _ in range(REDELIVERIES))]
    statuses, told = asyncio.run(_deliver(town, deliveries))
    assert statuses == {200}
    assert list(told) == [event["replyToken"]]
    assert _waiting(town) == [(town.city.line_user_ids[PHONES], 1)]


def test_taking_a_number_by_many_at_once_and_twice_each(town: Town, clients: int) -> None:
    """Each citizen presses twice; each gets one number for the service."""
    town.empty()
    users = town.city.line_users[:clients]
    taps = [_take(user, town.city.service_ids[0]) for user in users for _ in range(2)]
    statuses, _ = asyncio.run(_deliver(town, [[tap] for tap in taps]))
    assert statuses == {200}
    assert _waiting(town) == [(user, 1) for user in town.city.line_user_ids[:clients]]


def _waiting(town: Town) -> list[tuple[int, int]]:
    """LINE users who wait, each with how many tickets."""
    query = (
        select(col(Ticket.line_user_id), func.count())
        .where(col(Ticket.line_user_id).is_not(None), col(Ticket.state) == "waiting")
        .group_by(col(Ticket.line_user_id))
    )
    with town.office.look() as unit:
        return sorted((user, count) for user, count in unit.session.execute(query))


def _take(user: str, service_id: int) -> dict[str, object]:
    event = message_event(user, "")
    del event["message"]
    return {**event, "type": "postback", "postback": {"data": f"a=take&s={service_id}"}}
