"""LINE away, slow or refusing while messages go out; the server killed in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from line_kit import Town, door_open, open_events, until
from office_kit import clock_of
from post_kit import befriended, make_due, push, rows, states, write

from madoguchi.line import sender
from madoguchi.services import calling, counters, issuing, sending
from madoguchi.services.changes import OutboxFilled
from madoguchi.services.line_users import line_user
from sandbox.line.faults import Fault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("impatient")]


async def test_a_push_goes_out_once_with_its_key(town: Town) -> None:
    user = befriended(town)
    push(town, user, "one")
    push(town, user, "one")
    await until(lambda: states(town) == ["sent"])
    assert town.platform.counts["push"] == 1


async def test_a_push_accepted_but_timed_out_arrives_once(town: Town) -> None:
    user = befriended(town)
    town.platform.faults.order(Fault("timeout_after", "push", seconds=1.6))
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
    town.platform.faults.order(Fault(kind, "push", seconds=1.6))
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
    town.office.changes.publish(OutboxFilled())
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


async def test_a_call_goes_out_at_once_though_an_older_message_was_to_wait_a_minute(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = befriended(town)
    monkeypatch.setattr(sender, "wait_before_retry", lambda *_: timedelta(minutes=1))
    town.platform.faults.order(Fault("error500", "push"))
    push(town, user, "0001")
    await until(lambda: rows(town)[0].failure is not None)
    clerk, counter = town.city.clerk, town.city.counter_ids[2]
    issuing.issue_in_line(town.office, line_user_id=user, service_id=town.city.service_id, event_id="e")
    counters.take_counter(town.office, clerk, counter)
    calling.call_next(town.office, clerk, counter, None)
    # The clock stands still: not a second of the minute passes.
    await until(lambda: states(town) == ["sent", "sent"], patience=10)
    first, second = (one["altText"] for one in town.received("hanako"))
    assert first.startswith("0001")
    assert "3番窓口へ" in second
    assert town.platform.counts["push"] == 2


async def test_near_is_not_told_once_called(closed_town: Town) -> None:
    town = closed_town
    user = befriended(town)
    clerk, counter = town.city.clerk, town.city.counter_ids[2]
    ticket = issuing.issue_in_line(
        town.office, line_user_id=user, service_id=town.city.service_id, event_id="e"
    ).id
    push(town, user, "near", kind="ticket_near", ticket_id=ticket)
    counters.take_counter(town.office, clerk, counter)
    calling.call_next(town.office, clerk, counter, None)
    async with door_open(town.office):
        await until(lambda: states(town) == ["dropped", "sent"])
    assert "3番窓口へ" in town.received("hanako")[0]["altText"]


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
