"""LINE away, slow, refusing; the server killed in between: nothing is lost, nothing doubled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from line_kit import Town, door_open, open_events, until, words
from office_kit import clock_of
from sqlalchemy import select

from madoguchi.line import client, replying, sender
from madoguchi.services import inbox, issuing, outbox, sending
from madoguchi.services.line_users import choose_desk, line_user
from madoguchi.store.tables import OutboxMessage, Ticket, WebhookEvent
from sandbox.line.faults import Fault

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs and waits short enough for tests."""
    monkeypatch.setattr(replying, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(replying, "WAITS", (0.0, 0.02, 0.02))
    monkeypatch.setattr(sender, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.3)


def befriended(town: Town, name: str = "hanako") -> int:
    """A citizen who is a friend and has the tax desk chosen; the id."""
    citizen = town.platform.citizen(name)
    citizen.friend = True
    user = line_user(town.office, citizen.user_id)
    choose_desk(town.office, user.id, town.city.other_desk_id)
    return user.id


def push(town: Town, user_id: int, cause: str, kind: str = "ticket_cancelled", **more: Any) -> None:
    facts = {"number": cause[-4:], "desk": {"ja": "税務課"}, "service": {"ja": "納税相談"}}
    with town.office.change() as unit:
        outbox.enqueue(
            unit,
            cause=cause,
            kind=kind,
            line_user_id=user_id,
            facts={**facts, "ahead": 1, "wait": [0, 5], "token": "t", **more.pop("facts", {})},
            expires_in=more.pop("expires_in", timedelta(minutes=30)),
            **more,
        )


def rows(town: Town) -> list[OutboxMessage]:
    with town.office.look() as unit:
        return list(unit.session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars())


def states(town: Town) -> list[str]:
    return [row.state for row in rows(town)]


def tickets_made(town: Town) -> int:
    with town.office.look() as unit:
        return len(unit.session.execute(select(Ticket.id)).all())


def make_due(town: Town) -> None:
    """Let the waits of retries pass."""
    clock_of(town.office).advance(seconds=61)
    town.office.changes.publish(outbox_filled())


def outbox_filled() -> Any:
    from madoguchi.services.changes import OutboxFilled  # noqa: PLC0415

    return OutboxFilled()


async def write(town: Town, text: str) -> None:
    delivery = town.phone("hanako").write(text).delivery
    assert delivery is not None
    await delivery


async def test_a_reply_accepted_but_timed_out_is_not_told_twice(town: Town) -> None:
    befriended(town)
    town.platform.faults.order(Fault("timeout_after", "reply", seconds=0.6))
    await write(town, "順番待ちをする")
    await town.idle()
    assert ["C001" in words(message) for message in town.received("hanako")] == [True]
    assert states(town) == []
    assert tickets_made(town) == 1


@pytest.mark.parametrize("kind", ["error500", "rate_limit", "timeout_before"])
async def test_a_reply_that_failed_once_is_tried_again_with_its_token(town: Town, kind: Any) -> None:
    befriended(town)
    town.platform.faults.order(Fault(kind, "reply", seconds=0.6))
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
    from madoguchi.line import worker  # noqa: PLC0415

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


async def test_a_push_goes_out_once_with_its_key(town: Town) -> None:
    user = befriended(town)
    push(town, user, "one")
    push(town, user, "one")
    await until(lambda: states(town) == ["sent"])
    assert town.platform.counts["push"] == 1


async def test_a_push_accepted_but_timed_out_arrives_once(town: Town) -> None:
    user = befriended(town)
    town.platform.faults.order(Fault("timeout_after", "push", seconds=0.6))
    push(town, user, "one")
    await until(lambda: rows(town)[0].failure is not None)
    assert states(town) == ["pending"]
    make_due(town)
    await until(lambda: states(town) == ["sent"])
    assert len(town.received("hanako")) == 1
    assert town.platform.counts["push"] == 1


@pytest.mark.parametrize("kind", ["error500", "rate_limit", "timeout_before"])
async def test_a_push_that_failed_is_tried_again_later(town: Town, kind: Any) -> None:
    user = befriended(town)
    town.platform.faults.order(Fault(kind, "push", seconds=0.6))
    push(town, user, "one")
    await until(lambda: rows(town)[0].failure is not None)
    assert town.received("hanako") == []
    make_due(town)
    await until(lambda: states(town) == ["sent"])
    assert len(town.received("hanako")) == 1


async def test_killed_between_commit_and_push_it_goes_with_the_same_key_at_the_next_start(
    closed_town: Town,
) -> None:
    town = closed_town
    user = befriended(town)
    push(town, user, "one")
    (claimed,) = sending.claim(town.office, 10)
    async with door_open(town.office):
        await until(lambda: states(town) == ["sent"])
    assert rows(town)[0].retry_key == claimed.retry_key
    assert len(town.received("hanako")) == 1


async def test_killed_after_the_push_before_its_record_409_means_sent(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = befriended(town)
    real, calls = sending.sent, []

    def die_once(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise OSError("killed")
        real(*args)

    monkeypatch.setattr(sending, "sent", die_once)
    push(town, user, "one")
    await until(lambda: len(calls) == 1)
    clock_of(town.office).advance(seconds=30)
    town.office.changes.publish(outbox_filled())
    await until(lambda: states(town) == ["sent"])
    assert len(town.received("hanako")) == 1
    assert [call.status for call in town.platform.calls][-1] == 409


async def test_a_message_whose_moment_passed_is_dropped(closed_town: Town) -> None:
    town = closed_town
    user = befriended(town)
    push(town, user, "old", expires_in=timedelta(minutes=5))
    clock_of(town.office).advance(minutes=6)
    async with door_open(town.office):
        await until(lambda: states(town) == ["dropped"])
    assert town.received("hanako") == []


async def test_nothing_is_pushed_to_one_who_blocks(town: Town) -> None:
    user = befriended(town)
    delivery = town.phone("hanako").block().delivery
    assert delivery is not None
    await delivery
    await town.idle()
    push(town, user, "one")
    await until(lambda: states(town) == ["dropped"])
    assert town.platform.counts["push"] == 0


async def test_a_receiver_unknown_to_line_is_a_final_failure_told_without_the_person(town: Town) -> None:
    user = line_user(town.office, "U" + "9" * 32).id
    push(town, user, "one")
    await until(lambda: states(town) == ["failed"])
    assert rows(town)[0].failure == "400 Failed to send messages"


async def test_a_kind_nobody_can_write_fails_and_the_next_goes_out(town: Town) -> None:
    user = befriended(town)
    push(town, user, "one", kind="from_the_future")
    push(town, user, "two")
    await until(lambda: states(town) == ["failed", "sent"])


async def test_messages_of_one_receiver_arrive_in_order_though_the_first_has_trouble(town: Town) -> None:
    user, other = befriended(town), befriended(town, "ken")
    town.platform.faults.order(Fault("error500", "push"))
    push(town, user, "0001")
    await until(lambda: rows(town)[0].failure is not None)
    push(town, user, "0002")
    push(town, other, "0003")
    await until(lambda: "sent" in states(town))
    assert len(town.received("ken")) == 1
    make_due(town)
    await until(lambda: states(town) == ["sent"] * 3)
    assert [one["altText"][:4] for one in town.received("hanako")] == ["0001", "0002"]


async def test_near_is_not_told_once_called(closed_town: Town) -> None:
    town = closed_town
    user = befriended(town)
    bill = town.city.other_desk_service_id
    ticket = issuing.issue_in_line(town.office, line_user_id=user, service_id=bill, event_id="e").id
    push(town, user, "near", kind="ticket_near", ticket_id=ticket)
    more = {"counter": "3", "place": {"ja": ""}, "calls": 1}
    push(town, user, "called", kind="ticket_called", ticket_id=ticket, facts=more)
    async with door_open(town.office):
        await until(lambda: states(town) == ["dropped", "sent"])
    assert "3番窓口へ" in town.received("hanako")[0]["altText"]


async def test_the_months_quota_used_up_keeps_the_message_for_later(town: Town) -> None:
    user = befriended(town)
    town.platform.quota.limit = 0
    push(town, user, "one", expires_in=timedelta(hours=20))
    await until(lambda: rows(town)[0].failure is not None)
    row = rows(town)[0]
    assert row.state == "pending"
    assert row.try_at - town.office.clock.now() > timedelta(minutes=5)


async def test_a_retry_key_past_its_life_is_never_used_again(closed_town: Town) -> None:
    town = closed_town
    user = befriended(town)
    push(town, user, "one", expires_in=timedelta(days=3))
    sending.claim(town.office, 10)
    clock_of(town.office).advance(hours=24)
    async with door_open(town.office):
        await until(lambda: states(town) == ["failed"])
    assert town.platform.counts["push"] == 0


async def test_line_away_at_all_leaves_everything_waiting(closed_town: Town) -> None:
    town = closed_town
    befriended(town)
    town.platform.faults.order(Fault("error500", "*", times=500))
    async with door_open(town.office):
        await write(town, "順番待ちをする")
        await until(lambda: open_events(town.office) == 0)
        await until(lambda: rows(town) and rows(town)[0].failure is not None)
        assert states(town) == ["pending"]
        town.platform.faults.clear()
        make_due(town)
        await until(lambda: states(town) == ["sent"])
    assert len(town.received("hanako")) == 1
