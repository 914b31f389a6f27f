"""The month runs low: calls go to the last message, on both databases; LINE asked, silent and refusing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from line_kit import Town, door_open, until
from office_kit import City, clock_of
from post_kit import befriended, push, rows, states
from sqlalchemy import select

from madoguchi.domain.quota import Worth
from madoguchi.line import quota as watch
from madoguchi.services import calling, counters, dashboard, issuing, line_users, outbox, quota, sending
from madoguchi.services.changes import Change, DeskChanged
from madoguchi.services.office import Office
from madoguchi.store.tables import LineQuota, LineUser, OutboxMessage
from sandbox.line.faults import Fault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("impatient")]


def heard(office: Office, limit: int | None, used: int) -> None:
    quota.told(office, quota.counted(office), limit, used)


def fill(office: Office, city: City, cause: str, kind: str, user: int = 0, **more: Any) -> None:
    with office.change() as unit:
        outbox.enqueue(
            unit,
            cause=cause,
            kind=kind,
            line_user_id=city.line_user_ids[user],
            facts={},
            expires_in=timedelta(hours=9),
            **more,
        )


def became(office: Office) -> dict[str, tuple[str, str | None]]:
    with office.look() as unit:
        found = unit.session.execute(select(OutboxMessage)).scalars()
        return {row.cause: (row.state, row.failure) for row in found}


def used(office: Office) -> int:
    return quota.state(office).quota.used


def test_calls_go_first_then_who_is_near_then_news(office: Office, city: City) -> None:
    for cause, kind in (("r", "booking_reminder"), ("b", "booking_made"), ("c", "ticket_called")):
        fill(office, city, cause, kind, "rbc".index(cause))
    fill(office, city, "n", "ticket_near", 3)
    claimed = [sending.claim(office, 1)[0].kind for _ in range(4)]
    assert claimed == ["ticket_called", "booking_made", "ticket_near", "booking_reminder"]


def test_what_is_kept_for_calls_is_not_spent_on_others(office: Office, city: City) -> None:
    heard(office, 1_000, 810)
    for user, kind in enumerate(("booking_reminder", "ticket_near", "ticket_called")):
        fill(office, city, kind, kind, user)
    assert [due.kind for due in sending.claim(office, 9)] == ["ticket_called", "ticket_near"]
    assert became(office)["booking_reminder"] == ("dropped", quota.KEPT)
    heard(office, 1_000, 2_000)
    fill(office, city, "near again", "ticket_near", 3)
    fill(office, city, "call again", "ticket_called", 0)
    assert [due.kind for due in sending.claim(office, 9)] == ["ticket_called"]
    assert became(office)["near again"] == ("dropped", quota.USED_UP)


def test_one_claim_does_not_spend_more_than_there_is(office: Office, city: City) -> None:
    heard(office, 100, 93)
    for user in range(4):
        fill(office, city, f"near {user}", "ticket_near", user)
    first = sending.claim(office, 1)
    assert len(first) == 1
    assert len(sending.claim(office, 9)) == 1
    assert sorted(state for state, _ in became(office).values()) == [
        "dropped",
        "dropped",
        "pending",
        "pending",
    ]


def test_an_accepted_message_counts_once(office: Office, city: City) -> None:
    heard(office, 100, 7)
    fill(office, city, "call", "ticket_called")
    (due,) = sending.claim(office, 9)
    sending.sent(office, due.id)
    sending.sent(office, due.id)
    assert used(office) == 8


def test_lines_answer_takes_over_and_keeps_what_was_sent_meanwhile(office: Office, city: City) -> None:
    heard(office, 100, 7)
    before = quota.counted(office)
    fill(office, city, "call", "ticket_called")
    (due,) = sending.claim(office, 9)
    sending.sent(office, due.id)
    quota.told(office, before, 100, 5)
    assert used(office) == 6


def test_a_month_begins_in_japan_with_the_limit_of_the_one_before(office: Office, city: City) -> None:
    clock_of(office).put(datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    heard(office, 100, 100)
    asked = quota.counted(office)
    assert quota.state(office).stopped == (Worth.SOON, Worth.NEWS)
    clock_of(office).put(datetime(2026, 10, 31, 15, 0, tzinfo=UTC))
    assert (quota.state(office).quota.limit, used(office)) == (100, 0)
    fill(office, city, "call", "ticket_called")
    (due,) = sending.claim(office, 9)
    sending.sent(office, due.id)
    quota.told(office, asked, 100, 101)
    assert (quota.state(office).quota.limit, used(office)) == (100, 1)


def test_nobody_is_dropped_before_line_has_told_a_limit(office: Office, city: City) -> None:
    fill(office, city, "news", "booking_reminder")
    (due,) = sending.claim(office, 9)
    sending.sent(office, due.id)
    state = quota.state(office)
    assert (state.known, state.quota.limit, state.quota.used) == (False, None, 1)


def test_after_lines_refusal_only_calls_are_tried_until_one_is_taken(office: Office, city: City) -> None:
    heard(office, 100, 10)
    fill(office, city, "refused", "ticket_called")
    (due,) = sending.claim(office, 9)
    sending.refused_for_the_month(office, due.id)
    fill(office, city, "news", "booking_made", 1)
    fill(office, city, "call", "ticket_called", 2)
    (due,) = sending.claim(office, 9)
    assert due.kind == "ticket_called"
    sending.sent(office, due.id)
    fill(office, city, "again", "booking_made", 3)
    assert [due.kind for due in sending.claim(office, 9)] == ["booking_made"]
    assert became(office)["news"] == ("dropped", quota.USED_UP)


def test_who_is_not_reached_is_marked_for_the_clerk_until_reached(office: Office, city: City) -> None:
    told: list[Change] = []
    issuing.issue_in_line(
        office, line_user_id=city.line_user_ids[0], service_id=city.service_id, event_id="e"
    )
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    calling.call_next(office, city.clerk, city.counter_ids[0], None)

    def marked() -> bool:
        board = dashboard.dashboard(office, city.clerk, city.desk_id)
        (row,) = [one.ticket for one in board.counters if one.ticket]
        return row.unreachable

    assert not marked()
    stop = office.changes.listen(told.append)
    due = next(one for one in sending.claim(office, 9) if one.kind == "ticket_called")
    sending.later(office, due.id, timedelta(seconds=1), "503")
    assert marked()
    assert DeskChanged(city.desk_id) in told
    clock_of(office).advance(seconds=2)
    sending.claim(office, 9)
    sending.sent(office, due.id)
    assert not marked()
    told.clear()
    with office.look() as unit:
        user_id = unit.session.get_one(LineUser, city.line_user_ids[0]).user_id
    line_users.set_following(office, user_id, False, office.clock.now())
    assert marked()
    assert told == [DeskChanged(city.desk_id)]
    stop()


async def test_line_is_asked_at_the_start_and_again_after_a_restart(closed_town: Town) -> None:
    town = closed_town
    town.platform.quota.limit = 200
    town.platform.quota.charge(3)
    async with door_open(town.office):
        await until(lambda: quota.state(town.office).known)
    assert (quota.state(town.office).quota.limit, used(town.office)) == (200, 3)
    user = befriended(town)
    town.platform.quota.limit = None
    async with door_open(town.office):
        await until(lambda: quota.state(town.office).quota.limit is None)
        push(town, user, "one")
        await until(lambda: states(town) == ["sent"])
    assert used(town.office) == town.platform.quota.used == 4


async def test_while_line_does_not_tell_accepted_messages_are_counted_on(town: Town) -> None:
    await until(lambda: quota.state(town.office).known)
    user = befriended(town)
    town.platform.faults.order(Fault("error500", "quota", times=9))
    push(town, user, "one")
    await until(lambda: states(town) == ["sent"])
    before = town.office.clock.now()
    with town.office.look() as unit:
        assert unit.session.execute(select(LineQuota.checked_at)).scalar_one() <= before
    assert used(town.office) == 1


async def test_the_limit_met_in_a_rush_stops_the_lower_and_line_is_asked_again(
    closed_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "REST_SECONDS", 0.0)
    town = closed_town
    users = [befriended(town, name) for name in ("hanako", "ken")]
    town.platform.quota.limit = 100
    async with door_open(town.office):
        await until(lambda: quota.state(town.office).known)
        # Somebody else spends the rest behind our back.
        town.platform.quota.charge(98)
        for number in range(4):
            push(town, users[number % 2], f"call {number}", kind="ticket_cancelled")
        await until(lambda: "pending" not in states(town))
        assert sorted(states(town)) == ["dropped", "dropped", "sent", "sent"]
        await until(lambda: used(town.office) == 100)
        push(town, users[0], "near", kind="ticket_near")
        await until(lambda: "pending" not in states(town))
    assert rows(town)[-1].failure == quota.USED_UP
    assert town.platform.quota.used == 100
