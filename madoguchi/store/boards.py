"""Queries for what a desk's board shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from ..domain.tickets import TicketState
from .tables import Call, Counter, Ticket


class CalledRow(NamedTuple):
    """A ticket with its newest call."""

    letter: str
    number: int
    language: str
    calls: int
    call_id: int
    called_at: datetime
    counter: str


def last_calls(
    session: Session, desk_id: int, day: date, states: Sequence[TicketState], limit: int
) -> list[CalledRow]:
    """The day's tickets in any of `states` that were called, each with its newest call, newest call first."""
    newest = (
        select(func.max(col(Call.id)).label("call_id"))
        .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state).in_([state.value for state in states]),
        )
        .group_by(col(Call.ticket_id))
        .order_by(func.max(col(Call.id)).desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(
            col(Ticket.letter),
            col(Ticket.number),
            col(Ticket.language),
            col(Ticket.calls),
            col(Call.id),
            col(Call.called_at),
            col(Counter.label),
        )
        .join(newest, col(Call.id) == newest.c.call_id)
        .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
        .join(Counter, col(Counter.id) == col(Call.counter_id))
        .order_by(col(Call.id).desc())
    )
    return [CalledRow(*row) for row in session.execute(query)]


def missed_numbers(session: Session, desk_id: int, day: date, limit: int) -> list[tuple[str, int]]:
    """Letter and number of the newest absent ones of the day."""
    query = (
        select(col(Ticket.letter), col(Ticket.number))
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state) == TicketState.MISSED.value,
        )
        .order_by(col(Ticket.called_at).desc(), col(Ticket.id).desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
