"""Messages that go out: which are due, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..store import outbox as rows
from ..store.tables import LineUser, OutboxMessage
from . import quota
from .office import Office, Unit
from .quiet_hours import is_quiet, until_morning

LEASE = timedelta(seconds=20)
"""How long a message that is being sent is left alone; well above the time-out of one call."""
KEY_LIFE = timedelta(hours=23, minutes=50)
"""LINE forgets a retry key after 24 hours and would then send again."""
WAIT_BEFORE_A_CALL = timedelta(seconds=5)
"""A message that keeps a call waiting is tried again this soon at the latest."""
_UNASKED = ("booking_reminder", "place_offered")
"""Kinds that nobody has just asked for; others are when the office did it of its own accord."""


@dataclass(frozen=True, slots=True)
class Due:
    """A message to send now, leased to the caller."""

    id: int
    cause: str
    retry_key: str
    user_id: str
    kind: str
    language: str
    facts: Mapping[str, Any]
    expires_at: datetime
    attempts: int


def claim(office: Office, limit: int) -> list[Due]:
    """Lease up to `limit` due messages, at most one per receiver and each receiver's oldest; calls first.

    Marks the first try before it is made. What is too late, no longer true, has nobody to reach or must make
    room for what matters more (`domain/quota.py`) is dropped on the way; what nobody asked for waits for the
    morning, also when trouble kept it from going out before the night.
    """
    with office.change() as unit:
        ration = quota.ration(unit, unit.now + LEASE)
        rows.bring_back_calls(unit.session, unit.now)
        dropped = rows.drop_hopeless(unit.session, unit.now)
        dropped |= rows.drop_worths(unit.session, unit.now, ration.stopped(), ration.reason)
        found = rows.take_due(unit.session, unit.now, unit.now + LEASE, limit)
        due = [_due(row, user) for row, user in found if _goes(unit, row, ration)]
        _show(
            unit, dropped | {row.ticket_id for row, _ in found if row.state != rows.PENDING and row.ticket_id}
        )
    return due


def _goes(unit: Unit, row: OutboxMessage, ration: quota.Ration) -> bool:
    """Whether this one goes out now; if so its try is marked, if not it waits or is settled."""
    if row.first_tried_at is not None and unit.now - row.first_tried_at > KEY_LIFE:
        row.state, row.failure = "failed", "not accepted within the life of its retry key"
        return False
    if is_quiet(unit) and _unasked(row):
        row.try_at = unit.now + until_morning(unit)
        return False
    # What was tried may be with LINE already; it was in an earlier ration.
    if row.first_tried_at is None and not ration.take(row.kind):
        row.state, row.failure = "dropped", ration.reason
        return False
    row.first_tried_at = row.first_tried_at or unit.now
    row.attempts += 1
    # What is on its way has failed in nothing yet; what waits for another try has (`outbox.hurry`).
    row.failure = None
    return True


def _due(row: OutboxMessage, user: LineUser) -> Due:
    return Due(
        row.id or 0,
        row.cause,
        row.retry_key,
        user.user_id,
        row.kind,
        row.language,
        _facts(row),
        row.expires_at,
        row.attempts,
    )


def _facts(row: OutboxMessage) -> Mapping[str, Any]:
    """What the message shows; of a ticket's also its id, for buttons that do something with it."""
    return row.facts if row.ticket_id is None else {"ticket": row.ticket_id, **row.facts}


def _show(unit: Unit, ticket_ids: Collection[int]) -> None:
    """Let the clerks see that somebody was not reached."""
    for desk_id in rows.desks_of(unit.session, ticket_ids):
        unit.desk_changed(desk_id)


def _unasked(row: OutboxMessage) -> bool:
    return row.kind in _UNASKED or bool(row.facts.get("by_office"))


def sent(office: Office, message_id: int) -> None:
    """LINE took the message, now or with an earlier try of the same key. It counts once."""
    with office.change() as unit:
        settled = rows.settle(unit.session, message_id, state="sent", sent_at=unit.now, failure=None)
        if settled is None:
            return
        quota.accepted(unit)
        if settled.attempts > 1:
            _show_call(unit, settled)


def failed(office: Office, message_id: int, why: str) -> None:
    """LINE will never take it. `why` is shown to staff: status and reason, nothing personal."""
    with office.change() as unit:
        _not_taken(unit, message_id, state="failed", failure=why[:200])


def refused_for_the_month(office: Office, message_id: int) -> None:
    """LINE did not take it, because the month is used up: to wait would only make it late."""
    with office.change() as unit:
        quota.refused(unit)
        _not_taken(unit, message_id, state="dropped", failure=quota.USED_UP)


def later(office: Office, message_id: int, wait: timedelta, why: str) -> None:
    """Try again after `wait`, sooner where it keeps a call waiting.

    When its moment has passed by then, the next claim drops it.
    """
    with office.change() as unit:
        if rows.call_behind(unit.session, message_id):
            wait = min(wait, WAIT_BEFORE_A_CALL)
        _not_taken(unit, message_id, try_at=unit.now + wait, failure=why[:200])


def _not_taken(unit: Unit, message_id: int, **values: object) -> None:
    settled = rows.settle(unit.session, message_id, failed_at=unit.now, **values)
    if settled is not None:
        _show_call(unit, settled)


def _show_call(unit: Unit, settled: rows.Settled) -> None:
    """Let the clerks see whether who was called has heard of it."""
    if settled.kind == rows.CALL and settled.ticket_id is not None:
        _show(unit, [settled.ticket_id])


def seconds_to_next(office: Office) -> float | None:
    """Seconds until a message is due, 0 when one is; None when none waits."""
    with office.look() as unit:
        moment = rows.next_try(unit.session, unit.now)
        return None if moment is None else max(0.0, (moment - unit.now).total_seconds())


def due_count(office: Office) -> int:
    """How many messages are due now."""
    with office.look() as unit:
        return rows.count_due(unit.session, unit.now)


def free_leases(office: Office) -> None:
    """At the start of a single server nobody else can be sending: what a killed one leased is due at once."""
    with office.change() as unit:
        rows.free_leases(unit.session, unit.now, unit.now + LEASE)


Courier = Callable[[Office], int]


class _Registered:
    courier: Courier | None = None


def register_courier(courier: Courier) -> Courier | None:
    """The LINE door says who sends, so that a job can ask without knowing that door. The one before."""
    before, _Registered.courier = _Registered.courier, courier
    return before


def send_all(office: Office) -> int:
    """Send every message that is due, here and now; how many were tried. 0 without a LINE door."""
    return _Registered.courier(office) if _Registered.courier and due_count(office) else 0
