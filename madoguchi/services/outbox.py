"""Messages to citizens, written in the transaction that causes them and sent after commit."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, delete, or_, select, update
from sqlmodel import col

from ..store.direct import execute, execute_all
from ..store.inserting import INSERTS
from ..store.outbox import HELD_FOR_LONG, LONGEST_RETRY, OVER, OVERTAKEN
from ..store.tables import LineUser, OutboxMessage
from .office import Unit
from .sending import LEASE

_LANGUAGE: Any = select(col(LineUser.language)).where(col(LineUser.id) == bindparam("user"))
_ADD: Final = {
    dialect: insert_into(OutboxMessage.__table__).on_conflict_do_nothing(  # type: ignore[attr-defined]
        index_elements=["cause"]
    )
    for dialect, insert_into in INSERTS.items()
}


@dataclass(frozen=True, slots=True)
class Message:
    """A push. `facts` never hold a name or phone number; it goes out after `hold_for`."""

    cause: str
    kind: str
    line_user_id: int
    language: str
    facts: Mapping[str, object]
    expires_in: timedelta
    hold_for: timedelta = timedelta()
    ticket_id: int | None = None
    reservation_id: int | None = None


def enqueue(
    unit: Unit,
    *,
    cause: str,
    kind: str,
    line_user_id: int,
    facts: Mapping[str, object],
    expires_in: timedelta,
    hold_for: timedelta = timedelta(),
    ticket_id: int | None = None,
    reservation_id: int | None = None,
) -> None:
    """Write a push in the user's language, once per `cause`. `facts` never hold a name or phone number.

    It goes out after `hold_for`; until then `withdraw` takes it back unseen.
    """
    language = language_of(unit, line_user_id)
    enqueue_all(
        unit,
        [
            Message(
                cause, kind, line_user_id, language, facts, expires_in, hold_for, ticket_id, reservation_id
            )
        ],
    )


def language_of(unit: Unit, line_user_id: int) -> str:
    """What the user reads."""
    return str(execute(unit.session, _LANGUAGE, user=line_user_id).scalar_one())


def enqueue_all(unit: Unit, messages: Sequence[Message]) -> None:
    """Write pushes, each once per its cause."""
    if not messages:
        return
    execute_all(
        unit.session,
        _ADD[unit.session.get_bind().dialect.name],
        [
            {
                "cause": one.cause,
                "retry_key": str(uuid.uuid4()),
                "line_user_id": one.line_user_id,
                "ticket_id": one.ticket_id,
                "reservation_id": one.reservation_id,
                "kind": one.kind,
                "facts": dict(one.facts),
                "language": one.language,
                "state": "pending",
                "created_at": unit.now,
                "try_at": unit.now + one.hold_for,
                "expires_at": unit.now + one.expires_in,
                "attempts": 0,
            }
            for one in messages
        ],
    )
    unit.outbox_filled(one.cause for one in messages)


def hurry(unit: Unit, line_user_id: int) -> None:
    """Let nothing of this user's wait any longer: something urgent comes behind it.

    Neither what is held back for a moment nor what LINE did not take and waits for its next try. What is on
    its way is left alone, and what waits for the morning still does.
    """
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    held = and_(table.c.attempts == 0, table.c.try_at <= unit.now + HELD_FOR_LONG)
    not_taken = and_(table.c.failure.is_not(None), table.c.try_at <= unit.now + LONGEST_RETRY)
    waits = update(table).where(
        table.c.line_user_id == line_user_id, table.c.state == "pending", table.c.try_at > unit.now
    )
    unit.session.execute(waits.where(or_(held, not_taken)).values(try_at=unit.now))


def no_longer_true(
    unit: Unit, reservation_id: int, why: str = "no longer true", *, for_good: bool = True
) -> None:
    """Drop what was to be said about a booking that is cancelled, has another time or begins now.

    What may be on its way at this moment is not tried again, and what comes behind it waits until it is
    settled: or else the old news could arrive after the new. Unless it is `for_good`, `true_again` takes
    all of it back.
    """
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    stale = update(table).where(table.c.reservation_id == reservation_id, table.c.state == "pending")
    if for_good:
        tried = stale.where(table.c.first_tried_at.is_not(None))
        settled = unit.now + LEASE
        soon = case((table.c.try_at > settled, settled), else_=table.c.try_at)
        unit.session.execute(tried.values(expires_at=unit.now, try_at=soon))
        stale = stale.where(table.c.first_tried_at.is_(None))
    unit.session.execute(stale.values(state="dropped", failure=why))


def need_not_be_told(unit: Unit, ticket_id: int, kinds: Collection[str], why: str) -> None:
    """Drop what was to be said of these kinds about a ticket, unless it may be with LINE already."""
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    untold = update(table).where(
        table.c.ticket_id == ticket_id,
        table.c.kind.in_(kinds),
        table.c.state == "pending",
        table.c.first_tried_at.is_(None),
    )
    unit.session.execute(untold.values(state="dropped", failure=why))


def offers_over(unit: Unit, reservation_ids: Collection[int]) -> None:
    """Drop the news that these held places are free for somebody."""
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    stale = update(table).where(
        table.c.reservation_id.in_(reservation_ids),
        table.c.kind == "place_offered",
        table.c.state == "pending",
    )
    unit.session.execute(stale.values(state="dropped", failure="no longer true"))


def true_again(unit: Unit, reservation_id: int, why: str) -> None:
    """What was dropped for that reason is to be said after all, if its moment has not passed."""
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    dropped = update(table).where(
        table.c.reservation_id == reservation_id, table.c.state == "dropped", table.c.failure == why
    )
    unit.session.execute(dropped.values(state="pending", failure=None))
    unit.outbox_filled()


def written(unit: Unit, cause: str) -> bool:
    """Whether the message of that cause stands in the outbox, whatever became of it."""
    query = select(col(OutboxMessage.id)).where(col(OutboxMessage.cause) == cause)
    return unit.session.execute(query).first() is not None


def withdraw(unit: Unit, cause: str) -> bool:
    """Take back a message that no sender has touched and nobody was told otherwise; whether there was one."""
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    untold = or_(table.c.state == "pending", table.c.failure.in_((OVER, OVERTAKEN)))
    gone = delete(table).where(table.c.cause == cause, untold, table.c.first_tried_at.is_(None))
    return bool(unit.session.connection().execute(gone).rowcount)
