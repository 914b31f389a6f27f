"""Closing the day: what was left open on past days gets its end, so that the new day starts clean."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

from sqlalchemy import or_, select, update
from sqlmodel import col

from ..domain.booking import ReservationState
from ..domain.tickets import Action, TicketState
from ..store import desks
from ..store.tables import Counter, Desk, Reservation, Ticket, TicketChange
from .office import Office, Unit

_ENDS: Final = {
    TicketState.WAITING: TicketState.CANCELLED,
    TicketState.ON_HOLD: TicketState.CANCELLED,
    TicketState.CALLED: TicketState.MISSED,
    TicketState.SERVING: TicketState.DONE,
}


def close_past_days(office: Office) -> int:
    """End every open ticket and reservation of days before today; how many. Twice does no more than once.

    A visit that nobody finished gets no time of finishing, so that statistics leave it out.
    """
    with office.look() as unit:
        desk_ids = list(unit.session.execute(select(col(Desk.id)).order_by(col(Desk.id))).scalars())
    return sum(_close_desk(office, desk_id) for desk_id in desk_ids)


def _close_desk(office: Office, desk_id: int) -> int:
    with office.change() as unit:
        # Whoever changes tickets locks their desk first.
        desks.lock_desk(unit.session, desk_id)
        ended = sum(_end_tickets(unit, desk_id, state, end) for state, end in _ENDS.items())
        ended += _end_reservations(unit, desk_id)
        if _free_counters(unit, desk_id) or ended:
            unit.desk_changed(desk_id)
    return ended


def _end_tickets(unit: Unit, desk_id: int, state: TicketState, end: TicketState) -> int:
    values: dict[str, object] = {"state": end.value, "version": col(Ticket.version) + 1}
    past = (
        update(Ticket)
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) < unit.today,
            col(Ticket.state) == state.value,
        )
        .values(values)
    )
    return _count(unit, past)


def _end_reservations(unit: Unit, desk_id: int) -> int:
    # Sent on to another service and not served there, somebody was here all the same.
    sent_on = select(col(TicketChange.ticket_id)).where(
        col(TicketChange.action) == Action.HAND_OVER.value, col(TicketChange.undone).is_(False)
    )
    seen = select(col(Ticket.reservation_id)).where(
        or_(col(Ticket.state) == TicketState.DONE.value, col(Ticket.id).in_(sent_on)),
        col(Ticket.reservation_id).is_not(None),
        col(Ticket.service_day) < unit.today,
    )
    arrived = update(Reservation).where(
        col(Reservation.desk_id) == desk_id,
        col(Reservation.day) < unit.today,
        col(Reservation.state) == ReservationState.CHECKED_IN.value,
        col(Reservation.id).in_(seen),
    )
    absent = update(Reservation).where(
        col(Reservation.desk_id) == desk_id,
        col(Reservation.day) < unit.today,
        col(Reservation.state).in_([ReservationState.BOOKED.value, ReservationState.CHECKED_IN.value]),
    )
    return _count(unit, arrived.values(state=ReservationState.DONE.value, ended_at=unit.now)) + _count(
        unit, absent.values(state=ReservationState.MISSED.value, ended_at=unit.now)
    )


def _free_counters(unit: Unit, desk_id: int) -> int:
    """Who forgot to stand up yesterday does not count as working today; who sat down today stays."""
    today_began = datetime.combine(unit.today, time(), unit.zone).astimezone(UTC)
    forgotten = update(Counter).where(
        col(Counter.desk_id) == desk_id,
        col(Counter.staff_id).is_not(None),
        col(Counter.taken_at) < today_began,
    )
    return _count(unit, forgotten.values(staff_id=None, taken_at=None, seen_at=None, paused=False))


def _count(unit: Unit, statement: object) -> int:
    return int(unit.session.connection().execute(statement).rowcount)  # type: ignore[call-overload]
