"""Queries on webhook events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from .inserting import insert_into
from .tables import WebhookEvent


def insert_new(session: Session, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Insert events that are not known yet, in one statement; the ids of the new ones."""
    if not rows:
        return []
    table = WebhookEvent.__table__  # type: ignore[attr-defined]
    statement = insert_into(session, table).on_conflict_do_nothing(index_elements=["event_id"])
    return list(session.execute(statement.returning(table.c.event_id), list(rows)).scalars())


def waiting_users(session: Session, limit: int, without: Collection[str], until: datetime) -> list[str]:
    """User ids with events received by `until` to work, those waiting longest first."""
    first = func.min(col(WebhookEvent.occurred_at))
    query = (
        select(col(WebhookEvent.user_id))
        .where(
            col(WebhookEvent.done_at).is_(None),
            col(WebhookEvent.user_id).is_not(None),
            col(WebhookEvent.received_at) <= until,
        )
        .group_by(col(WebhookEvent.user_id))
        .order_by(first)
        .limit(limit + len(without))
    )
    # Those under way are few and left out here: a NOT IN list of changing length defeats statement caches.
    return [user for user in session.execute(query).scalars() if user not in without][:limit]


def take_next(session: Session, user_id: str) -> WebhookEvent | None:
    """The user's oldest open event, its attempts counted up; None when another took it or none is left."""
    query = (
        select(WebhookEvent)
        .where(col(WebhookEvent.user_id) == user_id, col(WebhookEvent.done_at).is_(None))
        .order_by(col(WebhookEvent.occurred_at), col(WebhookEvent.event_id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    event: WebhookEvent | None = session.execute(query).scalar_one_or_none()
    if event is not None:
        event.attempts += 1
    return event


def close(session: Session, event_id: str, now: datetime, failure: str | None) -> None:
    """Mark an event as worked and forget its body."""
    session.execute(
        update(WebhookEvent)
        .where(col(WebhookEvent.event_id) == event_id)
        .values(done_at=now, body=None, failure=failure)
    )


def count_open(session: Session) -> int:
    """How many events wait to be worked."""
    query = select(func.count()).where(
        col(WebhookEvent.done_at).is_(None), col(WebhookEvent.user_id).is_not(None)
    )
    return int(session.execute(query).scalar_one())


def delete_done_before(session: Session, moment: datetime) -> int:
    """Delete events worked before `moment`; how many."""
    result = session.execute(delete(WebhookEvent).where(col(WebhookEvent.done_at) < moment))
    return int(result.rowcount)  # type: ignore[attr-defined]
