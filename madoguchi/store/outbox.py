"""Queries on the messages that go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ..domain.tickets import TicketState
from .tables import LineUser, OutboxMessage, Ticket

PENDING = "pending"
STAGES: Final = ("ticket_near", "ticket_soon")
"""Kinds that say how far the turn still is: nothing to tell once there is newer news."""
HELD_FOR_LONG: Final = timedelta(minutes=1)
"""A message held back for longer than this, as for the night, keeps nothing behind it waiting."""
_LONGEST_RETRY: Final = timedelta(minutes=15)


def _oldest_of_its_receiver(now: datetime) -> ColumnElement[bool]:
    older = aliased(OutboxMessage)
    return ~exists().where(
        col(older.line_user_id) == col(OutboxMessage.line_user_id),
        col(older.state) == PENDING,
        col(older.id) < col(OutboxMessage.id),
        or_(
            col(older.try_at) <= now + HELD_FOR_LONG,
            and_(col(older.first_tried_at).is_not(None), col(older.try_at) <= now + _LONGEST_RETRY),
        ),
    )


def take_due(
    session: Session, now: datetime, leased_until: datetime, limit: int
) -> list[tuple[OutboxMessage, LineUser]]:
    """Lease up to `limit` due messages with their receivers, each receiver's oldest only.

    A leased row is due again at `leased_until` unless it is settled before. Rows that another worker
    is leasing at this moment are passed over.
    """
    query = (
        select(OutboxMessage, LineUser)
        .join(LineUser, col(LineUser.id) == col(OutboxMessage.line_user_id))
        .where(
            col(OutboxMessage.state) == PENDING,
            col(OutboxMessage.try_at) <= now,
            _oldest_of_its_receiver(now),
        )
        # Whose turn comes is told at once, however many have just booked.
        .order_by(col(OutboxMessage.ticket_id).is_(None), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(of=OutboxMessage, skip_locked=True)
    )
    found = [(row[0], row[1]) for row in session.execute(query)]
    for message, _user in found:
        message.try_at = leased_until
    return found


def drop_hopeless(session: Session, now: datetime) -> int:
    """Drop what is too late, has nobody to reach, or was overtaken by newer news; how many."""
    newer = aliased(OutboxMessage)
    blocked = select(col(LineUser.id)).where(col(LineUser.following).is_(False))
    overtaken = and_(
        col(OutboxMessage.kind).in_(STAGES),
        or_(
            exists().where(
                col(newer.ticket_id) == col(OutboxMessage.ticket_id),
                col(newer.id) > col(OutboxMessage.id),
            ),
            exists().where(
                col(Ticket.id) == col(OutboxMessage.ticket_id),
                col(Ticket.state) != TicketState.WAITING.value,
            ),
        ),
    )
    pending = (col(OutboxMessage.state) == PENDING, col(OutboxMessage.try_at) <= now)
    dropped = 0
    for why, condition in (
        ("expired", col(OutboxMessage.expires_at) <= now),
        ("not following", col(OutboxMessage.line_user_id).in_(blocked)),
        ("overtaken", overtaken),
    ):
        result = session.execute(
            update(OutboxMessage).where(*pending, condition).values(state="dropped", failure=why)
        )
        dropped += int(result.rowcount)  # type: ignore[attr-defined]
    return dropped


def settle(session: Session, message_id: int, **values: Any) -> None:
    """Write what became of a message that is still pending."""
    session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.id) == message_id, col(OutboxMessage.state) == PENDING)
        .values(**values)
    )


def next_try(session: Session, now: datetime) -> datetime | None:
    """When the next message that can go is due; None when none waits. Those behind an older one cannot."""
    query = select(func.min(col(OutboxMessage.try_at))).where(
        col(OutboxMessage.state) == PENDING, _oldest_of_its_receiver(now)
    )
    moment: datetime | None = session.execute(query).scalar_one()
    return moment


def count_due(session: Session, now: datetime) -> int:
    """How many messages wait and are due."""
    query = select(func.count()).where(
        col(OutboxMessage.state) == PENDING,
        or_(col(OutboxMessage.try_at) <= now, col(OutboxMessage.expires_at) <= now),
    )
    return int(session.execute(query).scalar_one())


def free_leases(session: Session, now: datetime, longest: datetime) -> None:
    """Make messages that were being sent due now. Those waiting for a later retry wait on."""
    session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.state) == PENDING,
            col(OutboxMessage.first_tried_at).is_not(None),
            col(OutboxMessage.try_at) <= longest,
        )
        .values(try_at=now)
    )
