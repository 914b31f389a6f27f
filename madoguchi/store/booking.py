"""Queries on places and reservations.

Locking, for PostgreSQL (SQLite has one writer at a time): a use case that takes or frees places locks
the citizen first, then reservations, then slots in order of their id, then rows of the waiting list. Nobody
waits for a kind of row with a later kind in hand, so no two of them can wait for each other. What is locked
out of order (lapsed holds, who is offered a place) is passed over when somebody else has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, case, func, select, update
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from .inserting import insert_into
from .tables import Contact, Desk, LineUser, Reservation, Service, Slot, Ticket

_HELD = ReservationState.HELD.value


class Visit(NamedTuple):
    """A reservation that counts for a citizen's limits."""

    day: date
    code: str
    state: str


def place(session: Session, slot_id: int, service_id: int) -> tuple[Slot, Service, Desk] | None:
    """A slot with a service that has its places there, and the desk."""
    query = (
        select(Slot, Service, Desk)
        .join(Service, col(Service.pool_id) == col(Slot.pool_id))
        .join(Desk, col(Desk.id) == col(Service.desk_id))
        .where(col(Slot.id) == slot_id, col(Service.id) == service_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def slots_on(
    session: Session, pool_id: int, day: date, earliest: datetime
) -> list[tuple[int, datetime, int, int]]:
    """Id, start, capacity and taken of the pool's places on `day` from `earliest` on, in order."""
    query = (
        select(col(Slot.id), col(Slot.starts_at), col(Slot.capacity), col(Slot.taken))
        .where(
            col(Slot.pool_id) == pool_id,
            col(Slot.day) == day,
            col(Slot.starts_at) >= earliest,
            col(Slot.capacity) > 0,
        )
        .order_by(col(Slot.starts_at))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def day_totals(session: Session, pool_id: int, earliest: datetime, last: date) -> list[tuple[date, int, int]]:
    """Day, free places and capacity of the pool's days from `earliest` to `last`, in order."""
    free = case((col(Slot.taken) < col(Slot.capacity), col(Slot.capacity) - col(Slot.taken)), else_=0)
    query = (
        select(col(Slot.day), func.sum(free), func.sum(col(Slot.capacity)))
        .where(
            col(Slot.pool_id) == pool_id,
            col(Slot.starts_at) >= earliest,
            col(Slot.day) <= last,
            col(Slot.capacity) > 0,
        )
        .group_by(col(Slot.day))
        .order_by(col(Slot.day))
    )
    return [(row[0], int(row[1]), int(row[2])) for row in session.execute(query)]


def nearest_free(
    session: Session, pool_id: int, wanted: datetime, earliest: datetime, last: date
) -> tuple[int, datetime] | None:
    """Id and start of the free place nearest in time to `wanted`, between `earliest` and the day `last`."""

    def one(after: bool) -> Any:
        side = col(Slot.starts_at) >= wanted if after else col(Slot.starts_at) < wanted
        order = col(Slot.starts_at).asc() if after else col(Slot.starts_at).desc()
        return (
            select(col(Slot.id), col(Slot.starts_at))
            .where(
                col(Slot.pool_id) == pool_id,
                side,
                col(Slot.starts_at) >= earliest,
                col(Slot.day) <= last,
                col(Slot.taken) < col(Slot.capacity),
            )
            .order_by(order)
            .limit(1)
        )

    found = [row for after in (True, False) for row in session.execute(one(after))]
    best = min(found, key=lambda row: abs(row[1] - wanted), default=None)
    return None if best is None else (best[0], best[1])


def add_slots(session: Session, rows: Iterable[dict[str, Any]]) -> int:
    """Insert slots; one that the pool already has at that time stays as it is. How many are new."""
    values = list(rows)
    if not values:
        return 0
    statement = (
        insert_into(session, Slot)
        .values(values)
        .on_conflict_do_nothing(index_elements=["pool_id", "starts_at"])
        .returning(col(Slot.id))
    )
    return len(session.execute(statement).all())


def lock_slot(session: Session, slot_id: int) -> Slot | None:
    """The slot, locked and as it stands now."""
    query = (
        select(Slot)
        .where(col(Slot.id) == slot_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.execute(query).scalar_one_or_none()


def take_place(session: Session, slot_id: int, *, beyond: bool = False) -> bool:
    """Take one place in one conditional write; False when none is free, unless it may go `beyond` that."""
    free = [] if beyond else [col(Slot.taken) < col(Slot.capacity)]
    statement = update(Slot).where(col(Slot.id) == slot_id, *free).values(taken=col(Slot.taken) + 1)
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


def owned_by(citizen: Citizen) -> Any:
    """The condition that a reservation is the citizen's own."""
    if citizen.line_user_id is not None:
        return col(Reservation.line_user_id) == citizen.line_user_id
    return col(Reservation.guest) == (citizen.guest or "")


def lock_guest(session: Session, guest: str) -> None:
    """Work one guest's taps one after another, until the transaction ends; on SQLite they are anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(guest, 0))))


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


def standing_visits(
    session: Session,
    citizen: Citizen,
    service_id: int,
    states: Collection[ReservationState],
    but: int | None = None,
) -> list[Visit]:
    """The citizen's reservations of a service in `states`, without the one with id `but`."""
    query = select(col(Reservation.day), col(Reservation.code), col(Reservation.state)).where(
        owned_by(citizen),
        col(Reservation.service_id) == service_id,
        col(Reservation.state).in_([state.value for state in states]),
        col(Reservation.id) != (but or 0),
    )
    return [Visit(*row) for row in session.execute(query)]


def owners(session: Session, reservation_ids: Collection[int]) -> set[Citizen]:
    """Whose the reservations are; those made at the desk are nobody's."""
    query = select(col(Reservation.line_user_id), col(Reservation.guest)).where(
        col(Reservation.id).in_(reservation_ids)
    )
    return {
        Citizen(user, None if user is not None else guest)
        for user, guest in session.execute(query)
        if user is not None or guest is not None
    }


def code_in_use(session: Session, desk_id: int, day: date, code: str) -> bool:
    """Whether a reservation of the desk's day has this code."""
    query = select(col(Reservation.id)).where(
        col(Reservation.desk_id) == desk_id, col(Reservation.day) == day, col(Reservation.code) == code
    )
    return session.execute(query.limit(1)).first() is not None


def by_origin(session: Session, origin: str) -> Reservation | None:
    """The reservation that a form made."""
    query = select(Reservation).where(col(Reservation.origin) == origin)
    return session.execute(query).scalar_one_or_none()


def coming(
    session: Session, citizen: Citizen, first: date, states: Collection[ReservationState]
) -> list[Reservation]:
    """The citizen's reservations in `states` from `first` on, by time."""
    query = (
        select(Reservation)
        .where(
            owned_by(citizen),
            col(Reservation.day) >= first,
            col(Reservation.state).in_([state.value for state in states]),
        )
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return list(session.execute(query).scalars())


def booked_between(session: Session, service_id: int, first: date, last: date) -> list[Reservation]:
    """Reservations made in LINE for visits of the service from `first` to `last` that still stand."""
    query = (
        select(Reservation)
        .where(
            col(Reservation.service_id) == service_id,
            col(Reservation.day) >= first,
            col(Reservation.day) <= last,
            col(Reservation.state) == ReservationState.BOOKED.value,
            col(Reservation.line_user_id).is_not(None),
        )
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return list(session.execute(query).scalars())


def awaited(session: Session, desk_id: int, day: date) -> list[tuple[Reservation, Service]]:
    """The desk's bookings of the day that have not arrived, locked by id, each with its service."""
    query = (
        select(Reservation, Service)
        .join(Service, col(Service.id) == col(Reservation.service_id))
        .where(
            col(Reservation.desk_id) == desk_id,
            col(Reservation.day) == day,
            col(Reservation.state) == ReservationState.BOOKED.value,
        )
        .order_by(col(Reservation.id))
        .with_for_update(of=Reservation, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


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


def newest_unmasked_contact(session: Session, citizen: Citizen) -> Contact | None:
    """The contact that the citizen gave last, unless it is masked already."""
    query = (
        select(Contact)
        .join(Reservation, col(Reservation.contact_id) == col(Contact.id))
        .where(owned_by(citizen), col(Contact.masked_at).is_(None))
        .order_by(col(Contact.created_at).desc(), col(Contact.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def ticket_of(session: Session, reservation_id: int) -> Ticket | None:
    """The ticket that the reservation became at check-in."""
    query = select(Ticket).where(col(Ticket.reservation_id) == reservation_id)
    return session.execute(query).scalar_one_or_none()
