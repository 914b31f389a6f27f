"""Queries for the clerk's screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.tickets import TicketState
from .tables import (
    Counter,
    OutboxMessage,
    Reservation,
    Service,
    Slot,
    Staff,
    Terminal,
    Ticket,
)

_SHOWN_RESERVATIONS = tuple(
    state.value
    for state in ReservationState
    if state not in (ReservationState.HELD, ReservationState.CANCELLED)
)


def tickets(session: Session, desk_id: int, day: date, states: Sequence[TicketState]) -> list[Ticket]:
    """The desk's tickets of the day in any of `states`, by number given."""
    query = (
        select(Ticket)
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state).in_([state.value for state in states]),
        )
        .order_by(col(Ticket.id))
    )
    return list(session.execute(query).scalars())


def counters_with_staff(session: Session, desk_id: int) -> list[tuple[Counter, str | None]]:
    """The desk's counters with the display name of who sits there."""
    query = (
        select(Counter, col(Staff.display_name))
        .outerjoin(Staff, col(Counter.staff_id) == col(Staff.id))
        .where(col(Counter.desk_id) == desk_id)
    )
    return [(counter, name) for counter, name in session.execute(query)]


def reservations(session: Session, desk_id: int, day: date) -> list[tuple[Reservation, Ticket | None]]:
    """The desk's reservations of the day, by time, with the ticket of those who checked in."""
    query = (
        select(Reservation, Ticket)
        .outerjoin(Ticket, col(Ticket.reservation_id) == col(Reservation.id))
        .where(
            col(Reservation.desk_id) == desk_id,
            col(Reservation.day) == day,
            col(Reservation.state).in_(_SHOWN_RESERVATIONS),
        )
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return [(reservation, ticket) for reservation, ticket in session.execute(query)]


def places_left(session: Session, desk_id: int, day: date, now: datetime) -> int:
    """Free places of the day that have not started."""
    query = (
        select(func.coalesce(func.sum(col(Slot.capacity) - col(Slot.taken)), 0))
        .join(Service, col(Slot.service_id) == col(Service.id))
        .where(col(Service.desk_id) == desk_id, col(Slot.day) == day, col(Slot.starts_at) > now)
    )
    return max(0, int(session.execute(query).scalar_one()))


def unsent_messages(session: Session, tried_before: datetime) -> int:
    """Messages that should have gone out before `tried_before` and are still waiting."""
    query: Any = select(func.count()).where(
        col(OutboxMessage.state) == "pending", col(OutboxMessage.created_at) < tried_before
    )
    return int(session.execute(query).scalar_one())


def terminals(session: Session, desk_id: int) -> list[Terminal]:
    """The desk's paired terminals."""
    query = select(Terminal).where(col(Terminal.desk_id) == desk_id, col(Terminal.revoked_at).is_(None))
    return list(session.execute(query).scalars())
