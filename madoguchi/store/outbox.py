"""Queries on the messages that go out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ..domain.quota import WORTH, Worth
from ..domain.tickets import TicketState
from .tables import LineUser, OutboxMessage, Ticket

PENDING = "pending"
STAGES: Final = ("ticket_near", "ticket_soon")
"""Kinds that say how far the turn still is: nothing to tell once there is newer news."""
CALL: Final = "ticket_called"
"""The kind that says "come now"."""
CALL_MOMENT: Final = timedelta(minutes=30)
"""Longer after its cause, a call by push would send people to an empty counter."""
OVERTAKEN: Final = "overtaken"
"""Why a message was dropped: newer news say more."""
ANSWERED: Final = "answered in line"
"""Why a message was dropped: a reply, which costs nothing, has said the same."""
OVER: Final = "no longer called"
"""Why a call was dropped: its holder is at the counter, absent or gone, or waits again."""
HELD_FOR_LONG: Final = timedelta(minutes=1)
"""A message held back for longer than this, as for the night, keeps nothing behind it waiting."""
LONGEST_RETRY: Final = timedelta(minutes=15)
"""No message waits longer than this for its next try."""


def _of_worth(worth: Worth) -> ColumnElement[bool]:
    kind = col(OutboxMessage.kind)
    if worth is Worth.NEWS:
        # Whatever nobody placed, too.
        return kind.not_in([name for name, other in WORTH.items() if other is not worth])
    return kind.in_([name for name, other in WORTH.items() if other is worth])


_BY_WORTH: Final = case(
    *((_of_worth(worth), worth.value) for worth in (Worth.CALL, Worth.SOON)), else_=Worth.NEWS.value
)


def _oldest_of_its_receiver(now: datetime) -> ColumnElement[bool]:
    older = aliased(OutboxMessage)
    return ~exists().where(
        col(older.line_user_id) == col(OutboxMessage.line_user_id),
        col(older.state) == PENDING,
        col(older.id) < col(OutboxMessage.id),
        or_(
            col(older.try_at) <= now + HELD_FOR_LONG,
            and_(col(older.first_tried_at).is_not(None), col(older.try_at) <= now + LONGEST_RETRY),
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
        .order_by(_BY_WORTH, col(OutboxMessage.ticket_id).is_(None), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(of=OutboxMessage, skip_locked=True)
    )
    found = [(row[0], row[1]) for row in session.execute(query)]
    for message, _user in found:
        message.try_at = leased_until
    return found


def _called_again() -> ColumnElement[bool]:
    newer = aliased(OutboxMessage)
    return exists().where(
        col(newer.ticket_id) == col(OutboxMessage.ticket_id),
        col(newer.kind) == CALL,
        col(newer.id) > col(OutboxMessage.id),
    )


def _called_no_more() -> ColumnElement[bool]:
    # Whoever walked off while being served may be called once more: after the serving began, that is.
    called = col(Ticket.state) == TicketState.CALLED.value
    called_while_served = and_(
        col(Ticket.state) == TicketState.SERVING.value,
        col(Ticket.serving_at) <= col(OutboxMessage.created_at),
    )
    stands = or_(called, called_while_served)
    # A call that is about no ticket is nobody's to judge.
    return exists().where(col(Ticket.id) == col(OutboxMessage.ticket_id), ~stands)


def bring_back_calls(session: Session, now: datetime) -> None:
    """Calls that were dropped as over or overtaken wait again where that was undone and they hold good."""
    back = update(OutboxMessage).where(
        col(OutboxMessage.state) == "dropped",
        # Nothing older can hold good; this keeps the look at what was dropped short.
        col(OutboxMessage.try_at) > now - CALL_MOMENT,
        col(OutboxMessage.expires_at) > now,
        col(OutboxMessage.kind) == CALL,
        col(OutboxMessage.failure).in_((OVER, OVERTAKEN)),
        ~_called_again(),
        ~_called_no_more(),
    )
    session.execute(back.values(state=PENDING, failure=None))


def drop_hopeless(session: Session, now: datetime) -> set[int]:
    """Drop what is too late, has nobody to reach, or is not true any more; the tickets concerned."""
    newer = aliased(OutboxMessage)
    is_call = col(OutboxMessage.kind) == CALL
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
    about: set[int] = set()
    for why, condition in (
        ("expired", col(OutboxMessage.expires_at) <= now),
        ("not following", col(OutboxMessage.line_user_id).in_(blocked)),
        (OVERTAKEN, or_(overtaken, and_(is_call, _called_again()))),
        (OVER, and_(is_call, _called_no_more())),
    ):
        about |= _drop(session, now, why, condition)
    return about


def drop_worths(session: Session, now: datetime, worths: Collection[Worth], why: str) -> set[int]:
    """Drop what is due and of these worths, unless it may be with LINE already; the tickets concerned."""
    untried = col(OutboxMessage.first_tried_at).is_(None)
    return _drop(session, now, why, and_(untried, or_(*map(_of_worth, worths)))) if worths else set()


def _drop(session: Session, now: datetime, why: str, condition: ColumnElement[bool]) -> set[int]:
    due = (col(OutboxMessage.state) == PENDING, col(OutboxMessage.try_at) <= now)
    drop = update(OutboxMessage).where(*due, condition).values(state="dropped", failure=why)
    dropped = session.execute(drop.returning(col(OutboxMessage.ticket_id)))
    return {ticket_id for (ticket_id,) in dropped if ticket_id is not None}


def desks_of(session: Session, ticket_ids: Collection[int]) -> list[int]:
    """The desks where these tickets are."""
    query = select(col(Ticket.desk_id)).where(col(Ticket.id).in_(ticket_ids)).distinct()
    return [desk_id for (desk_id,) in session.execute(query)] if ticket_ids else []


class Settled(NamedTuple):
    """What a settled message was about."""

    kind: str
    ticket_id: int | None
    attempts: int


def settle(session: Session, message_id: int, **values: Any) -> Settled | None:
    """Write what became of a message that is still pending; None when it was settled before."""
    change = (
        update(OutboxMessage)
        .where(col(OutboxMessage.id) == message_id, col(OutboxMessage.state) == PENDING)
        .values(**values)
        .returning(col(OutboxMessage.kind), col(OutboxMessage.ticket_id), col(OutboxMessage.attempts))
    )
    row = session.execute(change).first()
    return None if row is None else Settled(*row)


def call_behind(session: Session, message_id: int) -> bool:
    """Whether a call to the same receiver waits behind this message."""
    call = aliased(OutboxMessage)
    query = select(col(call.id)).where(
        col(OutboxMessage.id) == message_id,
        col(call.line_user_id) == col(OutboxMessage.line_user_id),
        col(call.id) > col(OutboxMessage.id),
        col(call.kind) == CALL,
        col(call.state) == PENDING,
    )
    return session.execute(query.limit(1)).first() is not None


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
