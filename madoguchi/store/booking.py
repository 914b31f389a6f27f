"""Queries on places and reservations.

Locking, for PostgreSQL (SQLite has one writer at a time): a use case that takes or frees places locks
the LINE user first, then reservations, then slots in order of their id. Nobody who holds a slot's row
waits for a reservation or a user, so no two of them can wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from .inserting import insert_into
from .tables import Contact, Desk, LineUser, Reservation, Service, Slot, Ticket

_HELD = ReservationState.HELD.value


def place(session: Session, slot_id: int) -> tuple[Slot, Service, Desk] | None:
    """A slot with its service and desk."""
    query = (
        select(Slot, Service, Desk)
        .join(Service, col(Service.id) == col(Slot.service_id))
        .join(Desk, col(Desk.id) == col(Service.desk_id))
        .where(col(Slot.id) == slot_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def slots_between(
    session: Session, service_id: int, first: date, last: date
) -> list[tuple[int, datetime, date, int, int]]:
    """Id, start, day, capacity and taken of the service's slots from `first` to `last`, in order."""
    query = (
        select(col(Slot.id), col(Slot.starts_at), col(Slot.day), col(Slot.capacity), col(Slot.taken))
        .where(col(Slot.service_id) == service_id, col(Slot.day) >= first, col(Slot.day) <= last)
        .order_by(col(Slot.starts_at))
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]


def add_slots(session: Session, rows: Iterable[dict[str, Any]]) -> int:
    """Insert slots; one that the service already has at that time stays as it is. How many are new."""
    values = list(rows)
    if not values:
        return 0
    statement = (
        insert_into(session, Slot)
        .values(values)
        .on_conflict_do_nothing(index_elements=["service_id", "starts_at"])
        .returning(col(Slot.id))
    )
    return len(session.execute(statement).all())


def take_place(session: Session, slot_id: int) -> bool:
    """Take one place in one conditional write; False when none is free."""
    statement = (
        update(Slot)
        .where(col(Slot.id) == slot_id, col(Slot.taken) < col(Slot.capacity))
        .values(taken=col(Slot.taken) + 1)
    )
    return _rows_changed(session, statement) == 1


def give_back(session: Session, slot_id: int, places: int = 1) -> None:
    """Free `places` of a slot."""
    if places:
        _rows_changed(
            session, update(Slot).where(col(Slot.id) == slot_id).values(taken=col(Slot.taken) - places)
        )


def _rows_changed(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def lock_line_user(session: Session, line_user_id: int) -> LineUser | None:
    """The LINE user, locked, so that one person's taps are worked one after another."""
    # NO KEY UPDATE: rows that merely point to the user (a message to send) need not wait.
    query = select(LineUser).where(col(LineUser.id) == line_user_id).with_for_update(key_share=True)
    return session.execute(query).scalar_one_or_none()


def lock_reservation(session: Session, reservation_id: int) -> Reservation | None:
    """The reservation, locked and as it stands now."""
    query = (
        select(Reservation)
        .where(col(Reservation.id) == reservation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.execute(query).scalar_one_or_none()


def lock_holds(session: Session, line_user_id: int, service_id: int) -> list[Reservation]:
    """What the user holds of the service, lapsed or not, locked."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.line_user_id) == line_user_id,
            col(Reservation.service_id) == service_id,
            col(Reservation.state) == _HELD,
        )
        .order_by(col(Reservation.id))
        .with_for_update(key_share=True)
    )
    return list(session.execute(query).scalars())


def lock_lapsed(session: Session, slot_id: int, now: datetime) -> list[Reservation]:
    """The slot's holds whose time is over, locked; those that somebody else works on are left out."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.slot_id) == slot_id,
            col(Reservation.state) == _HELD,
            col(Reservation.hold_until) <= now,
        )
        .order_by(col(Reservation.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.execute(query).scalars())


def slots_with_lapsed(session: Session, now: datetime) -> list[int]:
    """The slots with holds whose time is over."""
    query = (
        select(col(Reservation.slot_id))
        .where(col(Reservation.state) == _HELD, col(Reservation.hold_until) <= now)
        .distinct()
    )
    return list(session.execute(query).scalars())


def add_reservation(session: Session, values: dict[str, Any]) -> int | None:
    """Insert a reservation; None when its code is already in use at the desk on that day."""
    statement = (
        insert_into(session, Reservation)
        .values(values)
        .on_conflict_do_nothing(index_elements=["desk_id", "day", "code"])
        .returning(col(Reservation.id))
    )
    made: int | None = session.execute(statement).scalar_one_or_none()
    return made


def reservation_on(
    session: Session, line_user_id: int, service_id: int, day: date, states: Collection[ReservationState]
) -> Reservation | None:
    """The user's reservation of a service on a day in one of `states`."""
    query = select(Reservation).where(
        col(Reservation.line_user_id) == line_user_id,
        col(Reservation.service_id) == service_id,
        col(Reservation.day) == day,
        col(Reservation.state).in_([state.value for state in states]),
    )
    return session.execute(query.limit(1)).scalar_one_or_none()


def by_origin(session: Session, origin: str) -> Reservation | None:
    """The reservation that a form made."""
    query = select(Reservation).where(col(Reservation.origin) == origin)
    return session.execute(query).scalar_one_or_none()


def coming(
    session: Session, line_user_id: int, first: date, states: Collection[ReservationState]
) -> list[Reservation]:
    """The user's reservations in `states` from `first` on, by time."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.line_user_id) == line_user_id,
            col(Reservation.day) >= first,
            col(Reservation.state).in_([state.value for state in states]),
        )
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return list(session.execute(query).scalars())


def booked_between(session: Session, desk_id: int, first: date, last: date) -> list[Reservation]:
    """Reservations made in LINE for visits at the desk from `first` to `last` that still stand."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.desk_id) == desk_id,
            col(Reservation.day) >= first,
            col(Reservation.day) <= last,
            col(Reservation.state) == ReservationState.BOOKED.value,
            col(Reservation.line_user_id).is_not(None),
        )
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return list(session.execute(query).scalars())


def with_code(session: Session, desk_id: int, code: str) -> list[Reservation]:
    """The desk's reservations of any day with this code, newest day first; held ones are nobody's yet."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.desk_id) == desk_id,
            col(Reservation.code) == code,
            col(Reservation.booked_at).is_not(None),
            col(Reservation.state) != ReservationState.CANCELLED.value,
        )
        .order_by(col(Reservation.day).desc())
    )
    return list(session.execute(query).scalars())


def newest_unmasked_contact(session: Session, line_user_id: int) -> Contact | None:
    """The contact that the user gave last, unless it is masked already."""
    query = (
        select(Contact)
        .join(Reservation, col(Reservation.contact_id) == col(Contact.id))
        .where(col(Reservation.line_user_id) == line_user_id, col(Contact.masked_at).is_(None))
        .order_by(col(Contact.created_at).desc(), col(Contact.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def ticket_of(session: Session, reservation_id: int) -> Ticket | None:
    """The ticket that the reservation became at check-in."""
    query = select(Ticket).where(col(Ticket.reservation_id) == reservation_id)
    return session.execute(query).scalar_one_or_none()
