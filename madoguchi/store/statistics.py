"""What statistics are made of: visits, bookings and places in numbers. Neither contacts nor LINE users."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import case, delete, func, insert, literal, or_, select
from sqlmodel import Session, col

from ..domain.tickets import TicketState
from . import parts
from .tables import (
    Counter,
    DayFigures,
    Desk,
    Municipality,
    Pool,
    Reservation,
    Service,
    Slot,
    Ticket,
    VisitPart,
)

_OWN_WISH: Final = or_(col(Ticket.postponed) > 0, col(Ticket.not_before).is_not(None))


def turns(session: Session, desk_ids: Collection[int], first: date, last: date) -> list[Any]:
    """Day, desk, service, counter, state, channel, whether first, came, appointment, answered, called,
    finished, own wish: as `domain.statistics.turns.Turn` names them."""
    earlier = parts.last_ended(first, last)
    alone = earlier.c.ended.is_(None)
    of_tickets = (
        select(
            col(Ticket.service_day),
            col(Ticket.desk_id),
            col(Ticket.service_id),
            col(Ticket.counter_id),
            col(Ticket.state),
            col(Ticket.channel),
            alone,
            func.coalesce(earlier.c.ended, col(Ticket.issued_at)),
            case((alone, col(Ticket.appointment_at)), else_=None),
            case((alone, col(Ticket.first_called_at)), else_=col(Ticket.called_at)),
            col(Ticket.called_at),
            col(Ticket.finished_at),
            _OWN_WISH,
        )
        .outerjoin(earlier, earlier.c.ticket_id == col(Ticket.id))
        .where(
            col(Ticket.desk_id).in_(desk_ids),
            col(Ticket.service_day) >= first,
            col(Ticket.service_day) <= last,
        )
    )
    beginning = col(VisitPart.place) == 0
    of_parts = (
        select(
            col(VisitPart.service_day),
            col(VisitPart.desk_id),
            col(VisitPart.service_id),
            col(VisitPart.counter_id),
            literal(TicketState.DONE.value),
            col(Ticket.channel),
            beginning,
            case((beginning, col(Ticket.issued_at)), else_=col(VisitPart.queued_at)),
            col(VisitPart.appointment_at),
            case((beginning, col(Ticket.first_called_at)), else_=col(VisitPart.called_at)),
            col(VisitPart.called_at),
            col(VisitPart.finished_at),
            _OWN_WISH,
        )
        .join(Ticket, col(Ticket.id) == col(VisitPart.ticket_id))
        .where(
            col(VisitPart.desk_id).in_(desk_ids),
            col(VisitPart.service_day) >= first,
            col(VisitPart.service_day) <= last,
        )
    )
    connection = session.connection()
    return [*connection.execute(of_tickets), *connection.execute(of_parts)]


def bookings(session: Session, desk_ids: Collection[int], first: date, last: date) -> list[Any]:
    """Day, desk, service, state, how many; of those that stood once."""
    keys = (
        col(Reservation.day),
        col(Reservation.desk_id),
        col(Reservation.service_id),
        col(Reservation.state),
    )
    query = (
        select(*keys, func.count())
        .where(
            col(Reservation.desk_id).in_(desk_ids),
            col(Reservation.day) >= first,
            col(Reservation.day) <= last,
            col(Reservation.booked_at).is_not(None),
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return list(session.connection().execute(query))


def places(session: Session, desk_ids: Collection[int], first: date, last: date) -> list[Any]:
    """Day, desk, pool, start, capacity, taken; of times that had any."""
    query = (
        select(
            col(Slot.day),
            col(Pool.desk_id),
            col(Slot.pool_id),
            col(Slot.starts_at),
            col(Slot.capacity),
            col(Slot.taken),
        )
        .join(Pool, col(Pool.id) == col(Slot.pool_id))
        .where(
            col(Pool.desk_id).in_(desk_ids),
            col(Slot.day) >= first,
            col(Slot.day) <= last,
            or_(col(Slot.capacity) > 0, col(Slot.taken) > 0),
        )
        .order_by(col(Slot.day), col(Slot.pool_id), col(Slot.starts_at))
    )
    return list(session.connection().execute(query))


def kept_days(session: Session, first: date, last: date) -> set[date]:
    """Days that are kept."""
    query = select(col(DayFigures.day)).where(col(DayFigures.day) >= first, col(DayFigures.day) <= last)
    return set(session.connection().execute(query.distinct()).scalars())


def kept(session: Session, desk_ids: Collection[int], first: date, last: date) -> Sequence[Any]:
    """Day, desk, turns, tallies, set minutes of kept days."""
    query = (
        select(
            col(DayFigures.day),
            col(DayFigures.desk_id),
            col(DayFigures.turns),
            col(DayFigures.tallies),
            col(DayFigures.set_minutes),
        )
        .where(
            col(DayFigures.day) >= first,
            col(DayFigures.day) <= last,
            col(DayFigures.desk_id).in_(desk_ids),
        )
        .order_by(col(DayFigures.day), col(DayFigures.desk_id))
    )
    return session.connection().execute(query).all()


def keep(session: Session, day: date, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the day in these rows, one a desk."""
    connection = session.connection()
    connection.execute(delete(DayFigures).where(col(DayFigures.day) == day))
    connection.execute(insert(DayFigures), rows)


def first_day(session: Session, desk_id: int) -> date | None:
    """The first day with a ticket or a booking at the desk."""
    connection = session.connection()
    found = [
        connection.execute(select(func.min(day)).where(desk == desk_id)).scalar_one()
        for day, desk in (
            (col(Ticket.service_day), col(Ticket.desk_id)),
            (col(Reservation.day), col(Reservation.desk_id)),
        )
    ]
    return min((one for one in found if one is not None), default=None)


def desk_ids(session: Session, municipality_id: int | None = None) -> list[int]:
    """The desks of a municipality, or all."""
    query = select(col(Desk.id)).order_by(col(Desk.id))
    if municipality_id is not None:
        query = query.where(col(Desk.municipality_id) == municipality_id)
    return [one for one in session.connection().execute(query).scalars() if one is not None]


def names(session: Session, municipality_id: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Of a municipality: desks (id, names), services (id, names, desk), counters (id, label, desk)."""
    connection = session.connection()
    own = col(Desk.municipality_id) == municipality_id
    desks = select(col(Desk.id), col(Desk.names)).where(own).order_by(col(Desk.id))
    services = (
        select(col(Service.id), col(Service.names), col(Service.desk_id))
        .join(Desk, col(Desk.id) == col(Service.desk_id))
        .where(own)
        .order_by(col(Service.desk_id), col(Service.position), col(Service.id))
    )
    counters = (
        select(col(Counter.id), col(Counter.label), col(Counter.desk_id))
        .join(Desk, col(Desk.id) == col(Counter.desk_id))
        .where(own)
        .order_by(col(Counter.desk_id), col(Counter.id))
    )
    return tuple(list(connection.execute(one)) for one in (desks, services, counters))  # type: ignore[return-value]


def pools_of(session: Session, service_id: int) -> list[int]:
    """Where the service's places are."""
    query = select(col(Service.pool_id)).where(
        col(Service.id) == service_id, col(Service.pool_id).is_not(None)
    )
    return [one for one in session.connection().execute(query).scalars() if one is not None]


def municipalities(session: Session, code: str | None) -> list[int]:
    """The municipality with that code, or all."""
    query = select(col(Municipality.id)).order_by(col(Municipality.id))
    if code is not None:
        query = query.where(col(Municipality.code) == code)
    return [one for one in session.connection().execute(query).scalars() if one is not None]


def desk_with_code(session: Session, code: str) -> tuple[int, int] | None:
    """Municipality and id of a desk."""
    query = select(col(Desk.municipality_id), col(Desk.id)).where(col(Desk.code) == code)
    found = session.connection().execute(query).one_or_none()
    return None if found is None else (found[0], found[1] or 0)
