"""The rows behind inbox and outbox, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from office_kit import City, clock_of
from sqlalchemy import select

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, counters, inbox, issuing, line_users, outbox, sending
from madoguchi.services.changes import Change, EventReceived
from madoguchi.services.inbox import NewEvent
from madoguchi.services.office import Office
from madoguchi.store.tables import LineUser, OutboxMessage, WebhookEvent

USER = "U" + "7" * 32
START = datetime(2026, 10, 1, tzinfo=UTC)


def new(number: int, user: str | None = USER) -> NewEvent:
    return NewEvent(f"e{number}", START + timedelta(seconds=number), user, {"type": "text", "text": "x"})


def test_only_new_events_are_stored_and_told(office: Office) -> None:
    told: list[Change] = []
    office.changes.listen(told.append)
    assert inbox.receive(office, [new(1), new(1), new(2)]) == 2
    assert inbox.receive(office, [new(2), new(1)]) == 0
    assert told == [EventReceived()]


def test_many_doors_storing_the_same_events_store_each_once(office: Office) -> None:
    with ThreadPoolExecutor(8) as doors:
        stored = list(doors.map(lambda _: inbox.receive(office, [new(n) for n in range(20)]), range(8)))
    assert sum(stored) == 20


def test_an_event_without_a_citizen_is_kept_as_worked(office: Office) -> None:
    inbox.receive(office, [new(1, None)])
    assert inbox.open_events(office) == 0
    assert inbox.receive(office, [new(1, None)]) == 0


def test_attempts_are_counted_and_done_forgets_the_body(office: Office) -> None:
    inbox.receive(office, [new(2), new(1)])
    first = inbox.take_next(office, USER)
    again = inbox.take_next(office, USER)
    assert first is not None
    assert again is not None
    assert (first.event_id, first.attempts, again.attempts) == ("e1", 1, 2)
    inbox.done(office, "e1")
    inbox.give_up(office, "e2", "RuntimeError")
    assert inbox.take_next(office, USER) is None
    with office.look() as unit:
        rows = unit.session.execute(select(WebhookEvent).order_by(WebhookEvent.event_id)).scalars().all()
    assert [(row.body, row.failure) for row in rows] == [(None, None), (None, "RuntimeError")]


def test_those_who_wait_longest_come_first_and_the_busy_are_left_out(office: Office) -> None:
    users = [f"U{number:032x}" for number in range(3)]
    inbox.receive(office, [new(3, users[0]), new(1, users[1]), new(2, users[2]), new(4, users[1])])
    assert inbox.waiting_users(office, 2, set()) == [users[1], users[2]]
    assert inbox.waiting_users(office, 2, {users[1]}) == [users[2], users[0]]
    assert inbox.waiting_users(office, 9, set(), older_than=timedelta(minutes=1)) == []


def test_old_events_are_purged_open_ones_never(office: Office) -> None:
    inbox.receive(office, [new(1), new(2)])
    inbox.done(office, "e1")
    clock_of(office).advance(days=6)
    assert inbox.purge(office) == 0
    clock_of(office).advance(days=2)
    assert inbox.purge(office) == 1
    assert inbox.open_events(office) == 1


def fill(office: Office, city: City, cause: str, user: int = 0, **more: Any) -> None:
    with office.change() as unit:
        outbox.enqueue(
            unit,
            cause=cause,
            kind=more.pop("kind", "ticket_called"),
            line_user_id=city.line_user_ids[user],
            facts={},
            expires_in=more.pop("expires_in", timedelta(hours=30)),
            **more,
        )


def state(office: Office, cause: str) -> tuple[str, str | None]:
    with office.look() as unit:
        row = unit.session.execute(select(OutboxMessage).where(OutboxMessage.cause == cause)).scalar_one()
    return row.state, row.failure


def test_each_receivers_oldest_is_claimed_once_until_its_lease_ends(office: Office, city: City) -> None:
    for cause, user in (("a1", 0), ("a2", 0), ("b1", 1)):
        fill(office, city, cause, user)
    first = sending.claim(office, 10)
    assert len(first) == 2
    assert sending.claim(office, 10) == []
    clock_of(office).advance(seconds=21)
    again = sending.claim(office, 10)
    assert {due.retry_key for due in again} == {due.retry_key for due in first}
    assert {due.attempts for due in again} == {2}
    for due in again:
        sending.sent(office, due.id)
    (last,) = sending.claim(office, 10)
    sending.failed(office, last.id, "400 Failed")
    assert state(office, "a2") == ("failed", "400 Failed")
    assert sending.seconds_to_next(office) is None


def test_whose_turn_comes_is_told_before_everybody_who_has_just_booked(office: Office, city: City) -> None:
    issuing.issue_in_line(
        office, line_user_id=city.line_user_ids[1], service_id=city.service_id, event_id="e1"
    )
    fill(office, city, "booked", 0, kind="booking_made")
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    assert [due.kind for due in sending.claim(office, 1)] == ["ticket_called"]
    assert [due.kind for due in sending.claim(office, 1)] == ["booking_made"]


def test_many_senders_never_claim_the_same_message(office: Office, city: City) -> None:
    for number in range(4):
        fill(office, city, f"c{number}", number)
    with ThreadPoolExecutor(8) as senders:
        claimed = [
            due.id for batch in senders.map(lambda _: sending.claim(office, 2), range(8)) for due in batch
        ]
    assert len(claimed) == len(set(claimed))
    while more := sending.claim(office, 2):
        claimed += [due.id for due in more]
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 4


def test_a_message_settled_late_does_not_change_what_was_written_first(office: Office, city: City) -> None:
    fill(office, city, "once")
    (due,) = sending.claim(office, 1)
    sending.sent(office, due.id)
    sending.later(office, due.id, timedelta(seconds=1), "TimeoutError")
    assert state(office, "once") == ("sent", None)


def test_a_retry_waits_and_what_expires_meanwhile_is_dropped(office: Office, city: City) -> None:
    fill(office, city, "short", expires_in=timedelta(seconds=30))
    (due,) = sending.claim(office, 1)
    sending.later(office, due.id, timedelta(seconds=60), "503")
    assert sending.seconds_to_next(office) == 60
    clock_of(office).advance(seconds=61)
    assert sending.claim(office, 1) == []
    assert state(office, "short") == ("dropped", "expired")


def test_a_message_behind_one_that_waits_for_its_retry_wakes_nobody(office: Office, city: City) -> None:
    fill(office, city, "first")
    (due,) = sending.claim(office, 1)
    sending.later(office, due.id, timedelta(seconds=40), "503")
    fill(office, city, "behind")
    assert sending.claim(office, 1) == []
    assert sending.seconds_to_next(office) == 40


def test_a_start_frees_the_leases_of_a_killed_server(office: Office, city: City) -> None:
    fill(office, city, "leased")
    sending.claim(office, 1)
    sending.free_leases(office)
    assert len(sending.claim(office, 1)) == 1


def test_who_blocks_is_not_written_to(office: Office, city: City) -> None:
    with office.look() as unit:
        user_id = unit.session.get_one(LineUser, city.line_user_ids[0]).user_id
    line_users.set_following(office, user_id, False, START)
    fill(office, city, "blocked")
    assert sending.claim(office, 1) == []
    assert state(office, "blocked") == ("dropped", "not following")


def test_following_goes_by_the_time_of_the_event(office: Office) -> None:
    line_users.set_following(office, USER, True, START + timedelta(minutes=2))
    line_users.set_following(office, USER, False, START)
    assert line_users.line_user(office, USER).following
    line_users.set_following(office, USER, False, START + timedelta(minutes=3))
    assert not line_users.line_user(office, USER).following


def test_somebody_seen_first_by_many_threads_is_one_user(office: Office) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: line_users.line_user(office, USER).id, range(16)))
    assert len(found) == 1


def test_what_cannot_be_chosen_is_refused(office: Office, city: City) -> None:
    user = line_users.line_user(office, USER)
    with pytest.raises(Refusal, match="unknown_desk"):
        line_users.choose_desk(office, user.id, 4711)
    with pytest.raises(Refusal, match="unknown_language"):
        line_users.choose_language(office, user.id, "tlh")
    line_users.choose_desk(office, user.id, city.other_desk_id)
    line_users.choose_language(office, user.id, "vi")
    assert line_users.line_user(office, USER).desk_id == city.other_desk_id
    assert line_users.line_user(office, USER).language == "vi"
