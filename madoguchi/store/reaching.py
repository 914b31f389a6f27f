"""Who is not reached in LINE: asked with every dashboard, so built once."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ..domain.tickets import TicketState
from .direct import execute
from .outbox import ANSWERED, CALL
from .tables import Desk, LineUser, OutboxMessage, Ticket

_AWAITED: Final = [
    state.value
    for state in (TicketState.WAITING, TicketState.CALLED, TicketState.ON_HOLD, TicketState.MISSED)
]
"""Whom one may still have to call. Who is served stands at the counter."""


class Unreached(NamedTuple):
    """A ticket whose holder has it in LINE and does not hear of it."""

    ticket_id: int
    letter: str
    number: int
    state: str
    desk_id: int
    blocked: bool
    """The account is blocked; otherwise the last call's push did not arrive."""


_LAST_CALL = aliased(OutboxMessage)
_NEWEST: Any = (
    select(func.max(col(OutboxMessage.id)))
    .where(col(OutboxMessage.ticket_id) == col(Ticket.id), col(OutboxMessage.kind) == CALL)
    .correlate(Ticket)
    .scalar_subquery()
)
# Dropped because of a block that is over says nothing of the next call; a reply told what it answered.
_NOT_ARRIVED = or_(
    col(_LAST_CALL.state) == "failed",
    and_(col(_LAST_CALL.state) == "dropped", col(_LAST_CALL.failure).not_in(("not following", ANSWERED))),
    and_(col(_LAST_CALL.state) == "pending", col(_LAST_CALL.failed_at).is_not(None)),
)
_UNREACHED: Any = (
    select(
        col(Ticket.id),
        col(Ticket.letter),
        col(Ticket.number),
        col(Ticket.state),
        col(Ticket.desk_id),
        col(LineUser.following).is_(False),
    )
    .join(LineUser, col(Ticket.line_user_id) == col(LineUser.id))
    .outerjoin(_LAST_CALL, and_(col(Ticket.calls) > 0, col(_LAST_CALL.id) == _NEWEST))
    .where(
        col(Ticket.service_day) == bindparam("day"),
        col(Ticket.state).in_(_AWAITED),
        or_(col(LineUser.following).is_(False), _NOT_ARRIVED),
    )
    .order_by(col(Ticket.id))
)
_AT_DESK: Any = _UNREACHED.where(col(Ticket.desk_id) == bindparam("desk"))
_IN_CITY: Any = _UNREACHED.where(
    col(Ticket.desk_id).in_(select(col(Desk.id)).where(col(Desk.municipality_id) == bindparam("city")))
)
_DESKS_OF: Any = (
    select(col(Ticket.desk_id))
    .where(
        col(Ticket.line_user_id) == bindparam("user"),
        col(Ticket.service_day) == bindparam("day"),
        col(Ticket.state).in_(_AWAITED),
    )
    .distinct()
)


def at_desk(session: Session, desk_id: int, day: date) -> list[Unreached]:
    """The desk's tickets of the day whose holders are not reached, by number given."""
    return [Unreached(*row) for row in execute(session, _AT_DESK, desk=desk_id, day=day)]


def in_city(session: Session, municipality_id: int, day: date) -> list[Unreached]:
    """The same at all desks of a municipality."""
    return [Unreached(*row) for row in execute(session, _IN_CITY, city=municipality_id, day=day)]


def desks_awaiting(session: Session, line_user_id: int, day: date) -> list[int]:
    """The desks that may have to call this citizen on that day."""
    return list(execute(session, _DESKS_OF, user=line_user_id, day=day).scalars())
