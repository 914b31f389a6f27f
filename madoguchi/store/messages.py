"""Queries for the page of LINE messages: what became of them, without whom they were for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from .outbox import ANSWERED, OVERTAKEN
from .tables import Desk, LineUser, OutboxMessage, Reservation, Ticket

NEEDLESS: Final = (OVERTAKEN, ANSWERED, "no longer true", "cancelled at the desk")
"""Reasons of drops that nobody missed: newer news came instead, or there was nothing to say any more."""

_DESK: Final = func.coalesce(col(Ticket.desk_id), col(Reservation.desk_id), col(LineUser.desk_id))
"""The desk that a message is about; of an answer that was pushed, the desk that its reader had chosen."""


class MessageRow(NamedTuple):
    """One message. `number` and `letter` of its ticket or `code` of its booking, if it is about one."""

    id: int
    created_at: datetime
    kind: str
    state: str
    failure: str | None
    attempts: int
    letter: str | None
    number: int | None
    code: str | None
    desk_id: int


class Count(NamedTuple):
    """How many messages of a kind are in a state, or were answered in LINE instead of being sent; `bucket` is
    the place of the day among those asked for."""

    bucket: int
    kind: str
    state: str
    number: int


class Traffic(NamedTuple):
    """How sending goes for the whole account. `waiting_since`: when the oldest that waits was due."""

    sent_at: datetime | None
    waiting: int
    waiting_since: datetime | None


def _of_city(query: Any, municipality_id: int) -> Any:
    return (
        query.select_from(OutboxMessage)
        .outerjoin(Ticket, col(OutboxMessage.ticket_id) == col(Ticket.id))
        .outerjoin(Reservation, col(OutboxMessage.reservation_id) == col(Reservation.id))
        .join(LineUser, col(OutboxMessage.line_user_id) == col(LineUser.id))
        .join(Desk, col(Desk.id) == _DESK)
        .where(col(Desk.municipality_id) == municipality_id)
    )


def _troubled() -> ColumnElement[bool]:
    state, failure = col(OutboxMessage.state), col(OutboxMessage.failure)
    return or_(
        state == "failed",
        and_(state == "dropped", failure.not_in(NEEDLESS)),
        and_(state == "pending", col(OutboxMessage.failed_at).is_not(None)),
    )


def newest(
    session: Session, municipality_id: int, since: datetime, limit: int, *, troubled: bool
) -> list[MessageRow]:
    """The municipality's messages written since then, newest first; only those not arrived if `troubled`."""
    columns = select(
        col(OutboxMessage.id),
        col(OutboxMessage.created_at),
        col(OutboxMessage.kind),
        col(OutboxMessage.state),
        col(OutboxMessage.failure),
        col(OutboxMessage.attempts),
        col(Ticket.letter),
        col(Ticket.number),
        col(Reservation.code),
        col(Desk.id),
    )
    query = _of_city(columns, municipality_id).where(col(OutboxMessage.created_at) >= since)
    if troubled:
        query = query.where(_troubled())
    found = session.execute(query.order_by(col(OutboxMessage.id).desc()).limit(limit))
    return [MessageRow(*row) for row in found]


def counts(session: Session, municipality_id: int, starts: Sequence[datetime]) -> list[Count]:
    """The municipality's messages by day, kind and state; days begin at `starts`, the newest first."""
    bucket = case(
        *((col(OutboxMessage.created_at) >= start, place) for place, start in enumerate(starts)),
        else_=len(starts),
    ).label("bucket")
    saved = and_(col(OutboxMessage.state) == "dropped", col(OutboxMessage.failure) == ANSWERED)
    state = case((saved, "answered"), else_=col(OutboxMessage.state)).label("state")
    columns = select(bucket, col(OutboxMessage.kind), state, func.count())
    query = (
        _of_city(columns, municipality_id)
        .where(col(OutboxMessage.created_at) >= starts[-1])
        .group_by(bucket, col(OutboxMessage.kind), state)
    )
    return [Count(*row) for row in session.execute(query)]


def traffic(session: Session, now: datetime, since: datetime) -> Traffic:
    """When LINE last took a message, and what waits that could go; of messages written since then."""
    sent_at = session.execute(
        select(func.max(col(OutboxMessage.sent_at))).where(col(OutboxMessage.created_at) >= since)
    ).scalar_one()
    due_at = func.coalesce(col(OutboxMessage.first_tried_at), col(OutboxMessage.try_at))
    waiting, oldest = session.execute(
        select(func.count(), func.min(due_at)).where(
            col(OutboxMessage.state) == "pending",
            or_(col(OutboxMessage.try_at) <= now, col(OutboxMessage.first_tried_at).is_not(None)),
        )
    ).one()
    return Traffic(sent_at, int(waiting), oldest)


def last_failure(session: Session, since: datetime) -> tuple[datetime, str] | None:
    """When LINE last did not take a message, and why; of messages written since then."""
    query = (
        select(col(OutboxMessage.failed_at), col(OutboxMessage.failure))
        .where(col(OutboxMessage.created_at) >= since, col(OutboxMessage.failed_at).is_not(None))
        .order_by(col(OutboxMessage.failed_at).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1] or "")
