"""Whether the system can work, and a few honest figures about it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from ..domain.tickets import TicketState
from ..store.migrate import is_current
from ..store.tables import Desk, OutboxMessage, Terminal, Ticket
from .office import Office


class Figure(NamedTuple):
    """One sample of a metric."""

    name: str
    help: str
    labels: dict[str, str]
    value: float


def unready(office: Office) -> str | None:
    """Why the system cannot work now, None when it can."""
    try:
        return None if is_current(office.database) else "the database is not migrated"
    except SQLAlchemyError as error:
        return f"the database does not answer: {type(error).__name__}"


def figures(office: Office) -> list[Figure]:
    """Counts over the whole office; no figure is about a person."""
    with office.look() as unit:
        tickets = unit.session.execute(
            select(col(Desk.code), col(Ticket.state), func.count())
            .join(Desk, col(Desk.id) == col(Ticket.desk_id))
            .where(col(Ticket.service_day) == unit.today)
            .group_by(col(Desk.code), col(Ticket.state))
        ).all()
        outbox = unit.session.execute(
            select(col(OutboxMessage.state), func.count()).group_by(col(OutboxMessage.state))
        ).all()
        terminals = unit.session.execute(
            select(col(Terminal.id), col(Terminal.seen_at), col(Terminal.unsent)).where(
                col(Terminal.revoked_at).is_(None)
            )
        ).all()
    counted = {(desk, state): number for desk, state, number in tickets}
    desks = sorted({desk for desk, _state in counted})
    return [
        *(
            Figure("madoguchi_tickets_today", "Tickets of the service day.", labels, counted.get(key, 0))
            for desk in desks
            for state in TicketState
            for key, labels in [((desk, state.value), {"desk": desk, "state": state.value})]
        ),
        *(
            Figure("madoguchi_outbox_messages", "Messages to LINE.", {"state": state}, number)
            for state, number in outbox
        ),
        *(
            Figure(
                "madoguchi_terminal_seen_seconds_ago",
                "Since a terminal last reported.",
                {"terminal": str(terminal_id)},
                (unit.now - seen_at).total_seconds(),
            )
            for terminal_id, seen_at, _unsent in terminals
            if seen_at is not None
        ),
        *(
            Figure(
                "madoguchi_terminal_unsent",
                "What a terminal still has to send.",
                {"terminal": str(terminal_id)},
                unsent,
            )
            for terminal_id, _seen_at, unsent in terminals
        ),
    ]
