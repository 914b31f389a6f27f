"""Webhook events that came in: stored once, worked once, forgotten when done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..store import inbox as rows
from . import outbox
from .changes import EventReceived
from .office import Office

MOST_ATTEMPTS = 5
FALLBACK_LIFE = timedelta(minutes=30)
KEPT_FOR = timedelta(days=7)
"""How long the id of a worked event is remembered, far beyond any redelivery."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as the webhook read it. Without `user_id` there is nobody to talk with: kept as worked."""

    event_id: str
    occurred_at: datetime | None
    user_id: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event to work now. `attempts` counts this one."""

    event_id: str
    user_id: str
    occurred_at: datetime
    received_at: datetime
    attempts: int
    body: dict[str, Any]


def receive(office: Office, events: Sequence[NewEvent]) -> int:
    """Store the events that are new, in one transaction; how many."""
    with office.change() as unit:
        once = {event.event_id: _row(event, unit.now) for event in events}
        new = rows.insert_new(unit.session, list(once.values()))
        if new:
            unit.note(EventReceived())
    return len(new)


def _row(event: NewEvent, now: datetime) -> dict[str, Any]:
    workable = event.user_id is not None
    return {
        "event_id": event.event_id,
        "received_at": now,
        "occurred_at": event.occurred_at or now,
        "user_id": event.user_id,
        "body": event.body if workable else None,
        "attempts": 0,
        "done_at": None if workable else now,
    }


def waiting_users(
    office: Office, limit: int, without: Collection[str], *, older_than: timedelta = timedelta(0)
) -> list[str]:
    """LINE user ids with events to work that came `older_than` ago or before, but not those in `without`."""
    with office.look() as unit:
        return rows.waiting_users(unit.session, limit, without, unit.now - older_than)


def take_next(office: Office, user_id: str) -> Event | None:
    """The user's oldest event that is not worked yet, one attempt more on its count."""
    with office.change() as unit:
        row = rows.take_next(unit.session, user_id)
        if row is None:
            return None
        body = dict(row.body or {})
        return Event(row.event_id, user_id, row.occurred_at, row.received_at, row.attempts, body)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What an answer said that must not get lost when its reply could not be delivered: pushed instead."""

    line_user_id: int
    kind: str
    facts: Mapping[str, Any]


def done(office: Office, event_id: str, fallback: Fallback | None = None) -> None:
    """The event is worked; in the same transaction `fallback`, if any, becomes a push."""
    with office.change() as unit:
        rows.close(unit.session, event_id, unit.now, None)
        if fallback is not None:
            outbox.enqueue(
                unit,
                cause=f"reply:{event_id}",
                kind=fallback.kind,
                line_user_id=fallback.line_user_id,
                facts=fallback.facts,
                expires_in=FALLBACK_LIFE,
            )


def give_up(office: Office, event_id: str, why: str) -> None:
    """The event cannot be worked; `why` names the kind of failure, nothing of its content."""
    with office.change() as unit:
        rows.close(unit.session, event_id, unit.now, why[:200])


def open_events(office: Office) -> int:
    """How many events wait to be worked."""
    with office.look() as unit:
        return rows.count_open(unit.session)


def purge(office: Office) -> int:
    """Delete events worked longer ago than `KEPT_FOR`; how many."""
    with office.change() as unit:
        return rows.delete_done_before(unit.session, unit.now - KEPT_FOR)


Worker = Callable[[Office], int]


class _Registered:
    worker: Worker | None = None


def register_worker(worker: Worker) -> Worker | None:
    """The LINE door says who works events: jobs do not know that door. Returns who did before."""
    before, _Registered.worker = _Registered.worker, worker
    return before


def work_all(office: Office) -> int:
    """Work every event that waits, here and now; how many were worked. 0 without a LINE door."""
    return _Registered.worker(office) if _Registered.worker and open_events(office) else 0
