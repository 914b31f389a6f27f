"""Queries for what is read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from .direct import execute
from .tables import Call, Counter, Desk, Service, TicketChange

_MOVES: Final = ("hand_over", "send_on")
"""What brings a ticket to another counter in the same visit."""


class Before(NamedTuple):
    """What came before a call of the same ticket: the last other call, the last hand-over."""

    call_id: int
    called_at: datetime | None
    moved_at: datetime | None


def _before() -> Any:
    this, other = aliased(Call), aliased(Call)
    called = (
        select(func.max(col(other.called_at)))
        .where(col(other.ticket_id) == col(this.ticket_id), col(other.id) < col(this.id))
        .scalar_subquery()
    )
    moved = (
        select(func.max(col(TicketChange.changed_at)))
        .where(
            col(TicketChange.ticket_id) == col(this.ticket_id),
            col(TicketChange.action).in_(_MOVES),
            ~col(TicketChange.undone),
            col(TicketChange.changed_at) <= col(this.called_at),
        )
        .scalar_subquery()
    )
    return select(col(this.id), called, moved).where(col(this.id).in_(bindparam("calls", expanding=True)))


_BEFORE: Any = _before()
_SPEECH: Any = select(col(Desk.speech)).where(col(Desk.id) == bindparam("desk"))


def before(session: Session, call_ids: Sequence[int]) -> list[Before]:
    """What came before each of these calls."""
    return [Before(*row) for row in execute(session, _BEFORE, calls=list(call_ids))] if call_ids else []


def first_letter(session: Session, desk_id: int) -> str:
    """The letter of the desk's first service; empty without any."""
    query = select(col(Service.letter)).where(col(Service.desk_id) == desk_id)
    found = session.execute(query.order_by(col(Service.position), col(Service.id)).limit(1))
    return found.scalar_one_or_none() or ""


def first_counter(session: Session, desk_id: int) -> str:
    """The label of the desk's first counter; empty without any."""
    query = select(col(Counter.label)).where(col(Counter.desk_id) == desk_id, col(Counter.retired).is_(False))
    found = session.execute(query.order_by(func.length(col(Counter.label)), col(Counter.label)).limit(1))
    return found.scalar_one_or_none() or ""


def speech(session: Session, desk_id: int) -> bool:
    """Whether the desk's display speaks."""
    return bool(execute(session, _SPEECH, desk=desk_id).scalar_one_or_none())
