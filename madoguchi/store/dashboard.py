"""Queries for the clerk's screen, which is drawn anew on every change: built once, columns only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.tickets import AT_COUNTER, Action, TicketState
from .direct import execute
from .tables import (
    Counter,
    LineUser,
    OutboxMessage,
    Pool,
    Reservation,
    Service,
    Slot,
    Staff,
    Ticket,
    TicketChange,
)


class TicketRow(NamedTuple):
    """A ticket as the lists show it."""

    ticket_id: int
    letter: str
    number: int
    service_id: int
    state: str
    channel: str
    issued_at: datetime
    appointment_at: datetime | None
    priority: int
    called_at: datetime | None
    counter_id: int | None
    calls: int
    line_user_id: int | None
    queued_at: datetime
    priority_reason: str
    not_before: datetime | None
    postponed: int
    serving_at: datetime | None
    route: list[int]


class CounterRow(NamedTuple):
    """A counter with the display name of who sits there."""

    counter_id: int
    label: str
    staff_id: int | None
    staff_name: str | None
    paused: bool
    services: list[int]


class FinishedRow(NamedTuple):
    """A ticket that is done or was cancelled, with the moment."""

    ticket_id: int
    letter: str
    number: int
    service_id: int
    state: str
    counter_id: int | None
    ended_at: datetime


class AbsenceRow(NamedTuple):
    """An absence that nobody clicked, not taken back, of a ticket that has not changed since."""

    batch: str
    ticket_id: int
    counter_id: int
    changed_at: datetime


class ReservationRow(NamedTuple):
    """A reservation with the number of its ticket, if it has checked in."""

    reservation_id: int
    code: str
    service_id: int
    starts_at: datetime
    state: str
    channel: str
    letter: str | None
    number: int | None
    following: bool | None
    """Whether it was made in LINE by somebody whom LINE reaches; None: not in LINE."""


_HANDLED = [state.value for state in (*AT_COUNTER, TicketState.ON_HOLD, TicketState.MISSED)]
_SHOWN_RESERVATIONS = [
    state.value
    for state in ReservationState
    if state not in (ReservationState.HELD, ReservationState.CANCELLED)
]
_TICKETS: Any = select(
    col(Ticket.id),
    col(Ticket.letter),
    col(Ticket.number),
    col(Ticket.service_id),
    col(Ticket.state),
    col(Ticket.channel),
    col(Ticket.issued_at),
    col(Ticket.appointment_at),
    col(Ticket.priority),
    col(Ticket.called_at),
    col(Ticket.counter_id),
    col(Ticket.calls),
    col(Ticket.line_user_id),
    col(Ticket.queued_at),
    col(Ticket.priority_reason),
    col(Ticket.not_before),
    col(Ticket.postponed),
    col(Ticket.serving_at),
    col(Ticket.route),
)
_BY_ID: Any = _TICKETS.where(col(Ticket.id).in_(bindparam("ids", expanding=True)))
_TODAY = (col(Ticket.desk_id) == bindparam("desk"), col(Ticket.service_day) == bindparam("day"))
_HANDLED_TODAY: Any = _TICKETS.where(*_TODAY, col(Ticket.state).in_(_HANDLED)).order_by(col(Ticket.id))
_WAITING_TODAY: Any = select(func.count(), func.min(col(Ticket.issued_at))).where(
    *_TODAY, col(Ticket.state) == TicketState.WAITING.value
)
# Cancelling leaves no moment on the ticket itself, only in its history.
_changed_at = (
    select(func.max(col(TicketChange.changed_at)))
    .where(col(TicketChange.ticket_id) == col(Ticket.id))
    .scalar_subquery()
)
_ended_at = func.coalesce(col(Ticket.finished_at), _changed_at, col(Ticket.issued_at))
_FINISHED_TODAY: Any = (
    select(
        col(Ticket.id),
        col(Ticket.letter),
        col(Ticket.number),
        col(Ticket.service_id),
        col(Ticket.state),
        col(Ticket.counter_id),
        _ended_at,
    )
    .where(*_TODAY, col(Ticket.state).in_([TicketState.DONE.value, TicketState.CANCELLED.value]))
    .order_by(_ended_at.desc(), col(Ticket.id).desc())
    .limit(bindparam("most"))
)
_ABSENCES: Any = (
    select(
        col(TicketChange.batch),
        col(TicketChange.ticket_id),
        col(TicketChange.counter_id),
        col(TicketChange.changed_at),
    )
    .join(Ticket, col(Ticket.id) == col(TicketChange.ticket_id))
    .where(
        col(TicketChange.ticket_id).in_(bindparam("ids", expanding=True)),
        col(TicketChange.action) == Action.MISS.value,
        col(TicketChange.staff_id).is_(None),
        col(TicketChange.counter_id).is_not(None),
        col(TicketChange.undone).is_(False),
        col(TicketChange.changed_at) >= bindparam("since"),
        col(TicketChange.version_after) == col(Ticket.version),
    )
    .order_by(col(TicketChange.id))
)
_COUNTERS: Any = (
    select(
        col(Counter.id),
        col(Counter.label),
        col(Counter.staff_id),
        col(Staff.display_name),
        col(Counter.paused),
        col(Counter.services),
    )
    .outerjoin(Staff, col(Counter.staff_id) == col(Staff.id))
    .where(col(Counter.desk_id) == bindparam("desk"), col(Counter.retired).is_(False))
)
_RESERVATIONS: Any = (
    select(
        col(Reservation.id),
        col(Reservation.code),
        col(Reservation.service_id),
        col(Reservation.starts_at),
        col(Reservation.state),
        col(Reservation.channel),
        col(Ticket.letter),
        col(Ticket.number),
        col(LineUser.following),
    )
    .outerjoin(Ticket, col(Ticket.reservation_id) == col(Reservation.id))
    .outerjoin(LineUser, col(LineUser.id) == col(Reservation.line_user_id))
    .where(
        col(Reservation.desk_id) == bindparam("desk"),
        col(Reservation.day) == bindparam("day"),
        col(Reservation.state).in_(_SHOWN_RESERVATIONS),
    )
    .order_by(col(Reservation.starts_at), col(Reservation.id))
)
_free = case((col(Slot.taken) < col(Slot.capacity), col(Slot.capacity) - col(Slot.taken)), else_=0)
_PLACES_LEFT: Any = (
    select(func.coalesce(func.sum(_free), 0))
    .join(Pool, col(Slot.pool_id) == col(Pool.id))
    .where(
        col(Pool.desk_id) == bindparam("desk"),
        col(Slot.day) == bindparam("day"),
        col(Slot.starts_at) > bindparam("now"),
    )
)
_UNSENT: Any = select(func.count()).where(
    col(OutboxMessage.state) == "pending", col(OutboxMessage.created_at) < bindparam("before")
)


def tickets(session: Session, ids: Sequence[int]) -> dict[int, TicketRow]:
    """The tickets with these ids."""
    found = execute(session, _BY_ID, ids=list(ids))
    return {row[0]: TicketRow(*row) for row in found}


def handled(session: Session, desk_id: int, day: date) -> list[TicketRow]:
    """The desk's tickets of the day at a counter, on hold or missed, by number given."""
    return [TicketRow(*row) for row in execute(session, _HANDLED_TODAY, desk=desk_id, day=day)]


def finished(session: Session, desk_id: int, day: date, most: int) -> list[FinishedRow]:
    """The desk's tickets of the day that ended last, the newest first."""
    found = execute(session, _FINISHED_TODAY, desk=desk_id, day=day, most=most)
    return [FinishedRow(*row) for row in found]


def absences(session: Session, ids: Sequence[int], since: datetime) -> list[AbsenceRow]:
    """Of these tickets: which became absent since then without a click, the newest last."""
    return (
        [AbsenceRow(*row) for row in execute(session, _ABSENCES, ids=list(ids), since=since)] if ids else []
    )


def services(session: Session, ids: Sequence[int]) -> list[Service]:
    """These services, of whatever desk."""
    return list(session.execute(select(Service).where(col(Service.id).in_(ids))).scalars()) if ids else []


def waiting(session: Session, desk_id: int, day: date) -> tuple[int, datetime | None]:
    """How many wait, and when the one who waits longest took the number."""
    count, since = execute(session, _WAITING_TODAY, desk=desk_id, day=day).one()
    return count, since


def counters(session: Session, desk_id: int) -> list[CounterRow]:
    """The desk's counters by label, numbers in number order."""
    found = [CounterRow(*row) for row in execute(session, _COUNTERS, desk=desk_id)]
    return sorted(found, key=lambda one: (len(one.label), one.label))


def reservations(session: Session, desk_id: int, day: date) -> list[ReservationRow]:
    """The desk's reservations of the day, by time."""
    return [ReservationRow(*row) for row in execute(session, _RESERVATIONS, desk=desk_id, day=day)]


def places_left(session: Session, desk_id: int, day: date, now: datetime) -> int:
    """Free places of the day that have not started."""
    return max(0, int(execute(session, _PLACES_LEFT, desk=desk_id, day=day, now=now).scalar_one()))


def unsent_messages(session: Session, written_before: datetime) -> int:
    """Messages written before that moment which still wait to be sent."""
    return int(execute(session, _UNSENT, before=written_before).scalar_one())
