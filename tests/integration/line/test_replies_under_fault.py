"""LINE away, slow or refusing while a citizen is answered; the server killed in between."""

from __future__ import annotations

from typing import Any

import pytest
from line_kit import Town, door_open, until, words
from office_kit import clock_of
from post_kit import befriended, states, tickets_made, write
from sqlalchemy import select

from madoguchi.line import worker
from madoguchi.services import inbox, issuing
from madoguchi.store.tables import WebhookEvent
from sandbox.line.faults import Fault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("impatient")]


async def test_a_reply_accepted_but_timed_out_is_not_told_twice(town: Town) -> None:
    befriended(town)
    town.platform.faults.order(Fault("timeout_after", "reply", seconds=1.6))
    await write(town, "順番待ちをする")
    await town.idle()
    assert ["C001" in words(message) for message in town.received("hanako")] == [True]
    assert states(town) == []
    assert tickets_made(town) == 1


@pytest.mark.parametrize("kind", ["error500", "rate_limit", "timeout_before"])
async def test_a_reply_that_failed_once_is_tried_again_with_its_token(town: Town, kind: Any) -> None:
    befriended(town)
    town.platform.faults.order(Fault(kind, "reply", seconds=1.6))
    await write(town, "順番待ちをする")
    await town.idle()
    assert len(town.received("hanako")) == 1
    assert town.platform.counts["push"] == 0


async def test_a_number_whose_reply_cannot_be_delivered_is_pushed(town: Town) -> None:
    befriended(town)
    town.platform.faults.order(Fault("error500", "reply", times=50))
    await write(town, "順番待ちをする")
    await until(lambda: states(town) == ["sent"])
    (message,) = town.received("hanako")
    assert message["altText"].startswith("C001番")
    assert tickets_made(town) == 1


async def test_a_position_whose_reply_cannot_be_delivered_is_not_pushed(town: Town) -> None:
    befriended(town)
    town.platform.faults.order(Fault("error500", "reply", times=50))
    await write(town, "今の順番")
    await town.idle()
    assert states(town) == []


async def test_an_expired_token_leads_to_a_push(closed_town: Town) -> None:
    town = closed_town
    befriended(town)
    await write(town, "順番待ちをする")
    town.platform.clock.advance(120)
    clock_of(town.office).advance(seconds=120)
    async with door_open(town.office):
        await until(lambda: states(town) == ["sent"])
    assert [words(one).count("C001") > 0 for one in town.received("hanako")] == [True]


async def test_killed_between_ticket_and_reply_the_event_is_finished_at_the_next_start(
    closed_town: Town,
) -> None:
    """kill -9 after the commit: the ticket is there, the event still open."""
    town = closed_town
    user = befriended(town)
    await write(town, "順番待ちをする")
    event = inbox.take_next(town.office, town.platform.citizen("hanako").user_id)
    assert event is not None
    bill = town.city.other_desk_service_id
    issuing.issue_in_line(town.office, line_user_id=user, service_id=bill, event_id=event.event_id)
    async with door_open(town.office):
        await town.idle()
    (message,) = town.received("hanako")
    assert message["altText"].startswith("C001番")
    assert tickets_made(town) == 1
    assert states(town) == []


async def test_killed_between_reply_and_its_record_nothing_is_told_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    befriended(town)
    real, calls = inbox.done, []

    def die_once(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise OSError("killed")
        real(*args)

    monkeypatch.setattr(inbox, "done", die_once)
    await write(town, "順番待ちをする")
    await town.idle()
    assert len(calls) == 2
    assert len(town.received("hanako")) == 1
    assert states(town) == []


async def test_an_event_delivered_many_times_makes_one_ticket(town: Town) -> None:
    befriended(town)
    citizen = town.platform.citizen("hanako")
    message = {"message": {"id": "1", "type": "text", "text": "順番待ちをする"}}
    event = town.platform.events._event(citizen, "message", message)
    for delivery in [town.platform.webhook.send([event, event]) for _ in range(10)]:
        await delivery
    await town.idle()
    assert tickets_made(town) == 1
    assert len(town.received("hanako")) == 1


async def test_a_poison_event_is_given_up_and_harms_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    befriended(town)
    befriended(town, "ken")
    real = worker.answer
    monkeypatch.setattr(worker, "_WAITS", (0.01,))

    def fragile(office: Any, event: Any) -> Any:
        if event.body.get("text") == "毒":
            raise RuntimeError("cannot be worked")
        return real(office, event)

    monkeypatch.setattr(worker, "answer", fragile)
    await write(town, "毒")
    await write(town, "順番待ちをする")
    delivery = town.phone("ken").write("順番待ちをする").delivery
    assert delivery is not None
    await delivery
    await town.idle()
    assert "もう一度お試しください" in town.received("hanako")[0]["text"]
    assert "番" in town.received("hanako")[1]["altText"]
    assert len(town.received("ken")) == 1
    with town.office.look() as unit:
        failures = [row.failure for row in unit.session.execute(select(WebhookEvent)).scalars()]
    assert sorted(failures, key=str) == [None, None, "RuntimeError"]
