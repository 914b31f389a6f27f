"""Last month's visits of a desk, for levelling. Nothing of who they were is read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, tzinfo

from sqlalchemy import select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.past_visits import PastVisit, never_came, past_visit
from ..domain.tickets import TicketState
from .tables import Reservation, Ticket


def visits(
    session: Session, desk_id: int, first: date, last: date, planned: Collection[int], zone: tzinfo
) -> list[PastVisit]:
    """Visits of the days from `first` to `last`, and bookings nobody came for, of the `planned` services."""
    query = (
        select(
            col(Ticket.id),
            col(Ticket.state),
            col(Ticket.service_day),
            col(Ticket.service_id),
            col(Ticket.issued_at),
            col(Ticket.called_at),
            col(Ticket.finished_at),
            col(Ticket.appointment_at),
            col(Ticket.counter_id),
            col(Ticket.priority),
        )
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) >= first,
            col(Ticket.service_day) <= last,
            col(Ticket.state).in_([TicketState.DONE.value, TicketState.MISSED.value]),
        )
        .order_by(col(Ticket.id))
    )
    found = [
        past_visit(
            row[0],
            TicketState(row[1]),
            row[2],
            zone,
            issued_at=row[4],
            called_at=row[5],
            finished_at=row[6],
            appointment_at=row[7],
            counter_id=row[8],
            priority=row[9],
            in_plan=row[3] in planned,
        )
        for row in session.execute(query)
    ]
    return [one for one in found if one is not None] + _absent(session, desk_id, first, last, planned, zone)


def _absent(
    session: Session, desk_id: int, first: date, last: date, planned: Collection[int], zone: tzinfo
) -> list[PastVisit]:
    came = select(col(Ticket.reservation_id)).where(col(Ticket.reservation_id).is_not(None))
    query = (
        select(col(Reservation.id), col(Reservation.starts_at), col(Reservation.day))
        .where(
            col(Reservation.desk_id) == desk_id,
            col(Reservation.day) >= first,
            col(Reservation.day) <= last,
            col(Reservation.service_id).in_(planned),
            col(Reservation.state) == ReservationState.MISSED.value,
            col(Reservation.id).not_in(came),
        )
        .order_by(col(Reservation.id))
    )
    return [never_came(row[0], row[1], row[2], zone) for row in session.execute(query)]
