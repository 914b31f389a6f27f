"""Queries for what a desk's board shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from ..domain.tickets import TicketState
from .direct import execute
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


def _last_calls() -> Any:
    # From the desk's own counters and a moment on: the calls of years must not slow a board down.
    newest = (
        select(func.max(col(Call.id)).label("call_id"))
        .where(
            col(Call.counter_id).in_(
                select(col(Counter.id)).where(col(Counter.desk_id) == bindparam("desk"))
            ),
            col(Call.called_at) > bindparam("since"),
        )
        .group_by(col(Call.ticket_id))
        .subquery()
    )
    return (
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
        .where(
            # One that was handed over is shown where it went.
            col(Ticket.desk_id) == bindparam("desk"),
            col(Ticket.service_day) == bindparam("day"),
            col(Ticket.state).in_(bindparam("states", expanding=True)),
        )
        .order_by(col(Call.id).desc())
        .limit(bindparam("most"))
    )


# Built once: a call reaches the lobby the sooner the less is put together for each board.
_LAST_CALLS: Any = _last_calls()
_MISSED: Any = (
    select(col(Ticket.letter), col(Ticket.number))
    .where(
        col(Ticket.desk_id) == bindparam("desk"),
        col(Ticket.service_day) == bindparam("day"),
        col(Ticket.state) == TicketState.MISSED.value,
    )
    .order_by(col(Ticket.called_at).desc(), col(Ticket.id).desc())
    .limit(bindparam("most"))
)
_REVISION: Any = select(func.count() + func.coalesce(func.sum(col(Ticket.version)), 0)).where(
    col(Ticket.desk_id) == bindparam("desk"), col(Ticket.service_day) == bindparam("day")
)
_PAUSED: Any = (
    select(col(Counter.label))
    .where(
        col(Counter.desk_id) == bindparam("desk"),
        col(Counter.paused),
        col(Counter.staff_id).is_not(None),
    )
    .order_by(func.length(col(Counter.label)), col(Counter.label))
)


def last_calls(
    session: Session, desk_id: int, day: date, since: datetime, states: Sequence[TicketState], limit: int
) -> list[CalledRow]:
    """The day's tickets in any of `states` called after `since`, each with its newest call, newest first."""
    wanted = [state.value for state in states]
    found = execute(session, _LAST_CALLS, desk=desk_id, day=day, since=since, states=wanted, most=limit)
    return [CalledRow(*row) for row in found]


def missed_numbers(session: Session, desk_id: int, day: date, limit: int) -> list[tuple[str, int]]:
    """Letter and number of the newest absent ones of the day."""
    return [(row[0], row[1]) for row in execute(session, _MISSED, desk=desk_id, day=day, most=limit)]


def paused_counters(session: Session, desk_id: int) -> list[str]:
    """Labels of the counters where somebody sits but nobody is called for a while."""
    return [row[0] for row in execute(session, _PAUSED, desk=desk_id)]


def revision(session: Session, desk_id: int, day: date) -> int:
    """A number that is another one whenever something happened to a ticket of the day at the desk."""
    return int(execute(session, _REVISION, desk=desk_id, day=day).scalar_one())
