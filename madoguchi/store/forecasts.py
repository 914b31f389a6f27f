"""What waiting times are learned and forecast from. Nothing of who came is read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, literal, select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.tickets import AT_COUNTER, TicketState
from . import parts
from .direct import execute
from .tables import Counter, Reservation, Service, Ticket, VisitPart

_ENDED = [TicketState.DONE.value, TicketState.MISSED.value, TicketState.CANCELLED.value]
_EARLIER: Any = parts.last_ended(bindparam("first"), bindparam("last"))
_PAST: Any = (
    select(
        col(Ticket.service_id),
        col(Ticket.state),
        col(Ticket.service_day),
        # Who was still at another counter did not wait here yet.
        case((_EARLIER.c.ended > col(Ticket.queued_at), _EARLIER.c.ended), else_=col(Ticket.queued_at)),
        col(Ticket.called_at),
        col(Ticket.finished_at),
        col(Ticket.counter_id),
        case((_EARLIER.c.ended.is_(None), col(Ticket.appointment_at)), else_=None),
    )
    .outerjoin(_EARLIER, _EARLIER.c.ticket_id == col(Ticket.id))
    .where(
        col(Ticket.desk_id) == bindparam("desk"),
        col(Ticket.service_day) >= bindparam("first"),
        col(Ticket.service_day) <= bindparam("last"),
        col(Ticket.state).in_(_ENDED),
    )
    .order_by(col(Ticket.service_day), col(Ticket.id))
)
_PAST_PARTS: Any = (
    select(
        col(VisitPart.service_id),
        literal(TicketState.DONE.value),
        col(VisitPart.service_day),
        col(VisitPart.queued_at),
        col(VisitPart.called_at),
        col(VisitPart.finished_at),
        col(VisitPart.counter_id),
        col(VisitPart.appointment_at),
    )
    .where(
        col(VisitPart.desk_id) == bindparam("desk"),
        col(VisitPart.service_day) >= bindparam("first"),
        col(VisitPart.service_day) <= bindparam("last"),
    )
    .order_by(col(VisitPart.service_day), col(VisitPart.id))
)
_KEPT: Any = (
    select(
        col(Ticket.promised_low),
        col(Ticket.promised_high),
        col(Ticket.promised_ahead),
        col(Ticket.promised_counters),
        col(Ticket.issued_at),
        col(Ticket.first_called_at),
        col(Service.estimated_minutes),
        col(Service.id),
        col(Ticket.service_day),
    )
    .join(Service, col(Service.id) == col(Ticket.service_id))
    .where(
        col(Ticket.home_desk_id) == bindparam("desk"),
        col(Ticket.desk_id) == bindparam("desk"),
        col(Ticket.service_day) >= bindparam("first"),
        col(Ticket.service_day) <= bindparam("last"),
        col(Ticket.promised_high).is_not(None),
        col(Ticket.first_called_at).is_not(None),
        # What its holder or a clerk decided afterwards was not in the promise.
        col(Ticket.priority) == 0,
        col(Ticket.postponed) == 0,
        col(Ticket.returned) == 0,
        col(Ticket.not_before).is_(None),
    )
    .order_by(col(Ticket.first_called_at).desc(), col(Ticket.id).desc())
    .limit(bindparam("most"))
)
_AT_COUNTERS: Any = (
    select(
        col(Counter.id),
        col(Counter.staff_id),
        col(Counter.paused),
        col(Counter.services),
        col(Ticket.service_id),
        col(Ticket.called_at),
        col(Ticket.state),
    )
    .outerjoin(
        Ticket,
        (col(Ticket.counter_id) == col(Counter.id))
        & (col(Ticket.service_day) == bindparam("day"))
        & (col(Ticket.state).in_([state.value for state in AT_COUNTER])),
    )
    .where(col(Counter.desk_id) == bindparam("desk"))
    .order_by(col(Counter.id))
)
_BOOKED: Any = (
    select(col(Reservation.service_id), col(Reservation.starts_at))
    .where(
        col(Reservation.desk_id) == bindparam("desk"),
        col(Reservation.day) == bindparam("day"),
        col(Reservation.state) == ReservationState.BOOKED.value,
        col(Reservation.starts_at) >= bindparam("since"),
        col(Reservation.starts_at) <= bindparam("until"),
    )
    .order_by(col(Reservation.starts_at), col(Reservation.id))
)
_CAME: Any = (
    select(col(Reservation.state), func.count())
    .where(
        col(Reservation.desk_id) == bindparam("desk"),
        col(Reservation.day) >= bindparam("first"),
        col(Reservation.day) <= bindparam("last"),
    )
    .group_by(col(Reservation.state))
)


def past(session: Session, desk_id: int, first: date, last: date) -> list[Any]:
    """Ended tickets and finished parts of visits: service, state, day, queued, called, finished, counter,
    appointment; by day."""
    days = {"desk": desk_id, "first": first, "last": last}
    found = [*execute(session, _PAST, **days), *execute(session, _PAST_PARTS, **days)]
    return sorted(found, key=lambda row: row[2])


def promises(session: Session, desk_id: int, first: date, last: date, most: int) -> list[Any]:
    """Promised low, high, ahead, counters; issued, first called; set minutes and id of the service; day.

    The newest first; without tickets whose place somebody changed after the promise.
    """
    return list(execute(session, _KEPT, desk=desk_id, first=first, last=last, most=most))


def at_counters(session: Session, desk_id: int, day: date) -> list[Any]:
    """Every counter: id, staff, paused, services, and of the ticket there service, call and state."""
    return list(execute(session, _AT_COUNTERS, desk=desk_id, day=day))


def booked(
    session: Session, desk_id: int, day: date, since: datetime, until: datetime
) -> list[tuple[int, datetime]]:
    """Service and time of those appointments of the day that have not checked in."""
    found = execute(session, _BOOKED, desk=desk_id, day=day, since=since, until=until)
    return [(row[0], row[1]) for row in found]


def appointments_kept(session: Session, desk_id: int, first: date, last: date) -> tuple[int, int]:
    """How many appointments somebody came for, and for how many nobody did."""
    found = {row[0]: int(row[1]) for row in execute(session, _CAME, desk=desk_id, first=first, last=last)}
    came = found.get(ReservationState.DONE.value, 0) + found.get(ReservationState.CHECKED_IN.value, 0)
    return came, found.get(ReservationState.MISSED.value, 0)
