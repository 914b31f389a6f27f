"""Queries for the desk's calendar of reservations, the search and the sheet of the day.

Each is bound to a desk or to a municipality; none reads a name or phone number except
`names_on`, and the two that find by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.waitlist import WaitState
from .tables import Contact, Desk, Pool, Reservation, Service, Slot, Ticket, WaitingListEntry


class SlotRow(NamedTuple):
    """A place of the desk with the pool it belongs to."""

    slot_id: int
    pool_id: int
    pool: str
    day: date
    starts_at: datetime
    capacity: int
    taken: int


class ReservationRow(NamedTuple):
    """A reservation as lists show it, with the number of its ticket if it has checked in."""

    id: int
    code: str
    desk_id: int
    desk: Mapping[str, str]
    service_id: int
    service: Mapping[str, str]
    late_minutes: int
    slot_id: int
    day: date
    starts_at: datetime
    state: str
    channel: str
    language: str
    party: int
    line_user_id: int | None
    over_reason: str | None
    letter: str | None
    number: int | None


_ROWS: Any = (
    select(
        col(Reservation.id),
        col(Reservation.code),
        col(Reservation.desk_id),
        col(Desk.names),
        col(Reservation.service_id),
        col(Service.names),
        col(Service.late_minutes),
        col(Reservation.slot_id),
        col(Reservation.day),
        col(Reservation.starts_at),
        col(Reservation.state),
        col(Reservation.channel),
        col(Reservation.language),
        col(Reservation.party),
        col(Reservation.line_user_id),
        col(Reservation.over_reason),
        col(Ticket.letter),
        col(Ticket.number),
    )
    .join(Desk, col(Desk.id) == col(Reservation.desk_id))
    .join(Service, col(Service.id) == col(Reservation.service_id))
    .outerjoin(Ticket, col(Ticket.reservation_id) == col(Reservation.id))
)
_BOOKED_ONCE = col(Reservation.booked_at).is_not(None)


def slots(
    session: Session, desk_id: int, first: date, last: date, pool_id: int | None = None
) -> list[SlotRow]:
    """The desk's places from `first` to `last` that are open or taken, by time."""
    query = (
        select(
            col(Slot.id),
            col(Slot.pool_id),
            col(Pool.name),
            col(Slot.day),
            col(Slot.starts_at),
            col(Slot.capacity),
            col(Slot.taken),
        )
        .join(Pool, col(Pool.id) == col(Slot.pool_id))
        .where(
            col(Pool.desk_id) == desk_id,
            col(Slot.day) >= first,
            col(Slot.day) <= last,
            (col(Slot.capacity) > 0) | (col(Slot.taken) > 0),
        )
        .order_by(col(Slot.starts_at), col(Slot.pool_id))
    )
    if pool_id is not None:
        query = query.where(col(Slot.pool_id) == pool_id)
    return [SlotRow(*row) for row in session.execute(query)]


def reservations(
    session: Session, desk_id: int, first: date, last: date, states: Collection[ReservationState]
) -> list[ReservationRow]:
    """The desk's reservations in `states` from `first` to `last`, by time."""
    query = _ROWS.where(
        col(Reservation.desk_id) == desk_id,
        col(Reservation.day) >= first,
        col(Reservation.day) <= last,
        col(Reservation.state).in_([state.value for state in states]),
    )
    ordered = query.order_by(col(Reservation.starts_at), col(Reservation.id))
    return [ReservationRow(*row) for row in session.execute(ordered)]


def one(session: Session, municipality_id: int, reservation_id: int) -> ReservationRow | None:
    """The municipality's reservation with that id, once it was booked."""
    return some(session, municipality_id, [reservation_id]).get(reservation_id)


def some(session: Session, municipality_id: int, ids: Collection[int]) -> dict[int, ReservationRow]:
    """Those of the municipality's reservations that were ever booked, by id."""
    query = _ROWS.where(
        col(Reservation.id).in_(ids), col(Desk.municipality_id) == municipality_id, _BOOKED_ONCE
    )
    return {row[0]: ReservationRow(*row) for row in session.execute(query)}


def slot_of(session: Session, municipality_id: int, slot_id: int) -> tuple[date, int] | None:
    """Day and pool of the municipality's place with that id."""
    query = (
        select(col(Slot.day), col(Slot.pool_id))
        .join(Pool, col(Pool.id) == col(Slot.pool_id))
        .join(Desk, col(Desk.id) == col(Pool.desk_id))
        .where(col(Slot.id) == slot_id, col(Desk.municipality_id) == municipality_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def held_in(session: Session, slot_ids: Collection[int]) -> dict[int, int]:
    """How many places of each slot are held for somebody who is still typing."""
    query = (
        select(col(Reservation.slot_id), func.count())
        .where(
            col(Reservation.slot_id).in_(slot_ids),
            col(Reservation.state) == ReservationState.HELD.value,
        )
        .group_by(col(Reservation.slot_id))
    )
    return {row[0]: int(row[1]) for row in session.execute(query)}


def waiting(session: Session, desk_id: int, first: date, last: date) -> dict[tuple[date, int], int]:
    """How many wait for a place, by day and service."""
    query = (
        select(col(WaitingListEntry.day), col(WaitingListEntry.service_id), func.count())
        .join(Service, col(Service.id) == col(WaitingListEntry.service_id))
        .where(
            col(Service.desk_id) == desk_id,
            col(WaitingListEntry.day) >= first,
            col(WaitingListEntry.day) <= last,
            col(WaitingListEntry.state) == WaitState.WAITING.value,
        )
        .group_by(col(WaitingListEntry.day), col(WaitingListEntry.service_id))
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(query)}


def with_code(
    session: Session, municipality_id: int, code: str, today: date, limit: int
) -> list[ReservationRow]:
    """The municipality's reservations with this number."""
    return _found(session, municipality_id, col(Reservation.code) == code, today, limit)


def with_kana(
    session: Session, municipality_id: int, key: str, today: date, limit: int
) -> list[ReservationRow]:
    """Those whose folded name holds `key`, names that begin with it first. Masked ones are not found."""
    begins = case((col(Contact.kana_key).startswith(key, autoescape=True), 0), else_=1)
    return _of_contacts(
        session,
        municipality_id,
        col(Contact.kana_key).contains(key, autoescape=True),
        today,
        limit,
        begins,
    )


def with_phone(
    session: Session, municipality_id: int, last_digits: str, today: date, limit: int
) -> list[ReservationRow]:
    """Those whose phone number ends so. Masked ones are not found."""
    ends = col(Contact.phone).endswith(last_digits, autoescape=True)
    return _of_contacts(session, municipality_id, ends, today, limit)


def names_on(session: Session, desk_id: int, day: date) -> dict[int, str]:
    """Kana names by reservation, for the sheet of the day."""
    query = (
        select(col(Reservation.id), col(Contact.kana))
        .join(Contact, col(Contact.id) == col(Reservation.contact_id))
        .where(col(Reservation.desk_id) == desk_id, col(Reservation.day) == day)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def acted_since(session: Session, reservation: Reservation, states: Collection[ReservationState]) -> bool:
    """Whether who made the reservation has booked or moved another visit of the service since it ended."""
    if reservation.line_user_id is None and reservation.guest is None:
        return False
    owner = (
        col(Reservation.line_user_id) == reservation.line_user_id
        if reservation.line_user_id is not None
        else col(Reservation.guest) == reservation.guest
    )
    query = select(col(Reservation.id)).where(
        owner,
        col(Reservation.id) != reservation.id,
        col(Reservation.service_id) == reservation.service_id,
        col(Reservation.state).in_([state.value for state in states]),
        (col(Reservation.booked_at) >= reservation.ended_at)
        | (col(Reservation.moved_at) >= reservation.ended_at),
    )
    return session.execute(query.limit(1)).first() is not None


def _of_contacts(
    session: Session, municipality_id: int, condition: Any, today: date, limit: int, *first: Any
) -> list[ReservationRow]:
    readable = col(Contact.masked_at).is_(None)
    query = _ROWS.join(Contact, col(Contact.id) == col(Reservation.contact_id)).where(readable)
    return _ordered(session, query.where(condition), municipality_id, today, limit, *first)


def _found(
    session: Session, municipality_id: int, condition: Any, today: date, limit: int
) -> list[ReservationRow]:
    return _ordered(session, _ROWS.where(condition), municipality_id, today, limit)


def _ordered(
    session: Session, query: Any, municipality_id: int, today: date, limit: int, *first: Any
) -> list[ReservationRow]:
    """Coming visits before past ones, the nearest first."""
    coming = col(Reservation.day) >= today
    ordered = (
        query.where(col(Desk.municipality_id) == municipality_id, _BOOKED_ONCE)
        .order_by(
            *first,
            case((coming, 0), else_=1),
            case((coming, col(Reservation.day)), else_=None),
            col(Reservation.day).desc(),
            col(Reservation.starts_at),
            col(Reservation.id),
        )
        .limit(limit)
    )
    return [ReservationRow(*row) for row in session.execute(ordered)]
