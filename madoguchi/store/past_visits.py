"""Last month's visits of a desk, for levelling. Nothing of who they were is read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, tzinfo
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.past_visits import PastVisit, never_came, past_visit
from ..domain.tickets import TicketState
from . import parts
from .tables import Reservation, Ticket, VisitPart

_PART: Final = 1 << 40
"""Added to the id of a part of a visit, so that it never meets a ticket's."""


def visits(
    session: Session, desk_id: int, first: date, last: date, planned: Collection[int], zone: tzinfo
) -> list[PastVisit]:
    """Visits of the days from `first` to `last`, and bookings nobody came for, of the `planned` services."""
    earlier = parts.last_ended(first, last)
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
            earlier.c.ended,
        )
        .outerjoin(earlier, earlier.c.ticket_id == col(Ticket.id))
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
            # Who came from another counter arrived when they left that one, and no plan moves that.
            issued_at=row[4] if row[10] is None else row[10],
            called_at=row[5],
            finished_at=row[6],
            appointment_at=row[7] if row[10] is None else None,
            counter_id=row[8],
            priority=row[9],
            in_plan=row[10] is None and row[3] in planned,
        )
        for row in session.execute(query)
    ]
    found += _parts(session, desk_id, first, last, planned, zone)
    return [one for one in found if one is not None] + _absent(session, desk_id, first, last, planned, zone)


def _parts(
    session: Session, desk_id: int, first: date, last: date, planned: Collection[int], zone: tzinfo
) -> list[PastVisit | None]:
    """The services that were finished before a visit went on with the same ticket."""
    query = (
        select(VisitPart)
        .where(
            col(VisitPart.desk_id) == desk_id,
            col(VisitPart.service_day) >= first,
            col(VisitPart.service_day) <= last,
        )
        .order_by(col(VisitPart.id))
    )
    return [
        past_visit(
            _PART + (part.id or 0),
            TicketState.DONE,
            part.service_day,
            zone,
            issued_at=part.queued_at,
            called_at=part.called_at,
            finished_at=part.finished_at,
            appointment_at=part.appointment_at,
            counter_id=part.counter_id,
            in_plan=part.place == 0 and part.service_id in planned,
        )
        for part in session.execute(query).scalars()
    ]


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
