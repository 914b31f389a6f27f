"""Queries on the waiting lists of full days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.waitlist import OPEN, WaitState
from .inserting import insert_into
from .tables import LineUser, Reservation, Service, Slot, WaitingListEntry

_OPEN = [state.value for state in OPEN]


def add(session: Session, line_user_id: int, service_id: int, day: date, now: datetime) -> bool:
    """Write an entry; False when the user is on this list already."""
    statement = (
        insert_into(session, WaitingListEntry)
        .values(
            line_user_id=line_user_id,
            service_id=service_id,
            day=day,
            state=WaitState.WAITING.value,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(WaitingListEntry.id))
    )
    return session.execute(statement).first() is not None


def lock_first(
    session: Session, slot_id: int, but: Collection[int] = ()
) -> tuple[WaitingListEntry, Slot, Service] | None:
    """Who has waited longest for the slot's day and can be told, locked; not for one of the services `but`.

    Entries that somebody else works on are left out. The person is locked too, and left out while they take
    or book a place of their own (never waited for: citizens come before slots): by the next moment they may
    wait no longer.
    """
    query = (
        select(WaitingListEntry, Slot, Service)
        .join(Service, col(Service.id) == col(WaitingListEntry.service_id))
        .join(LineUser, col(LineUser.id) == col(WaitingListEntry.line_user_id))
        .join(
            Slot, (col(Slot.pool_id) == col(Service.pool_id)) & (col(Slot.day) == col(WaitingListEntry.day))
        )
        .where(
            col(Slot.id) == slot_id,
            col(WaitingListEntry.state) == WaitState.WAITING.value,
            col(Service.bookable),
            col(Service.id).not_in(but),
            col(LineUser.following),
        )
        .order_by(col(WaitingListEntry.created_at), col(WaitingListEntry.id))
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True, of=[WaitingListEntry, LineUser])
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def end_offers(session: Session, reservation_ids: Collection[int], state: WaitState, now: datetime) -> None:
    """Set what was offered with these reservations to `state`."""
    session.execute(
        update(WaitingListEntry)
        .where(
            col(WaitingListEntry.reservation_id).in_(reservation_ids),
            col(WaitingListEntry.state) == WaitState.OFFERED.value,
        )
        .values(state=state.value, ended_at=now)
    )


def lock_offered(session: Session, slot_id: int, made_at: datetime) -> Reservation | None:
    """The newest place of the slot that was offered at that moment and is still held, locked."""
    offered = select(col(WaitingListEntry.reservation_id)).where(
        col(WaitingListEntry.state) == WaitState.OFFERED.value
    )
    query = (
        select(Reservation)
        .where(
            col(Reservation.slot_id) == slot_id,
            col(Reservation.created_at) == made_at,
            col(Reservation.state) == ReservationState.HELD.value,
            col(Reservation.id).in_(offered),
        )
        .order_by(col(Reservation.id).desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    return session.execute(query).scalar_one_or_none()


def reopen(session: Session, reservation_ids: Collection[int]) -> None:
    """Let those wait again to whom the places were offered."""
    session.execute(
        update(WaitingListEntry)
        .where(col(WaitingListEntry.reservation_id).in_(reservation_ids))
        .values(state=WaitState.WAITING.value, reservation_id=None, ended_at=None)
    )


def end_lapsed(session: Session, line_user_id: int, service_id: int, day: date, now: datetime) -> None:
    """End the user's offer of this list if its time is over."""
    over = select(col(Reservation.id)).where(col(Reservation.hold_until) <= now)
    session.execute(
        update(WaitingListEntry)
        .where(
            col(WaitingListEntry.line_user_id) == line_user_id,
            col(WaitingListEntry.service_id) == service_id,
            col(WaitingListEntry.day) == day,
            col(WaitingListEntry.state) == WaitState.OFFERED.value,
            col(WaitingListEntry.reservation_id).in_(over),
        )
        .values(state=WaitState.LAPSED.value, ended_at=now)
    )


def end_day(
    session: Session, line_user_id: int, service_id: int, day: date, state: WaitState, now: datetime
) -> bool:
    """Set the user's open entry of this list to `state`; whether there was one."""
    found = session.execute(
        update(WaitingListEntry)
        .where(
            col(WaitingListEntry.line_user_id) == line_user_id,
            col(WaitingListEntry.service_id) == service_id,
            col(WaitingListEntry.day) == day,
            col(WaitingListEntry.state).in_(_OPEN),
        )
        .values(state=state.value, ended_at=now)
        .returning(col(WaitingListEntry.id))
    )
    return found.first() is not None


def open_of(session: Session, line_user_id: int, first: date) -> list[WaitingListEntry]:
    """The user's open entries for days from `first` on, by day."""
    query = (
        select(WaitingListEntry)
        .where(
            col(WaitingListEntry.line_user_id) == line_user_id,
            col(WaitingListEntry.state).in_(_OPEN),
            col(WaitingListEntry.day) >= first,
        )
        .order_by(col(WaitingListEntry.day), col(WaitingListEntry.id))
    )
    return list(session.execute(query).scalars())


def waiting_counts(session: Session, service_id: int, first: date, last: date) -> dict[date, int]:
    """How many wait for each day of the service from `first` to `last`."""
    query = (
        select(col(WaitingListEntry.day), func.count())
        .where(
            col(WaitingListEntry.service_id) == service_id,
            col(WaitingListEntry.day) >= first,
            col(WaitingListEntry.day) <= last,
            col(WaitingListEntry.state) == WaitState.WAITING.value,
        )
        .group_by(col(WaitingListEntry.day))
    )
    return {row[0]: int(row[1]) for row in session.execute(query)}


def slots_to_offer(session: Session, now: datetime, today: date) -> list[int]:
    """Slots with a free place on days that somebody waits for."""
    query = (
        select(col(Slot.id))
        .join(Service, col(Service.pool_id) == col(Slot.pool_id))
        .join(
            WaitingListEntry,
            (col(WaitingListEntry.service_id) == col(Service.id))
            & (col(WaitingListEntry.day) == col(Slot.day)),
        )
        .join(LineUser, col(LineUser.id) == col(WaitingListEntry.line_user_id))
        .where(
            col(WaitingListEntry.state) == WaitState.WAITING.value,
            col(Service.bookable),
            col(LineUser.following),
            col(Slot.day) >= today,
            col(Slot.starts_at) > now,
            col(Slot.taken) < col(Slot.capacity),
        )
        .distinct()
        .order_by(col(Slot.id))
    )
    return list(session.execute(query).scalars())


def close_past(session: Session, today: date, now: datetime) -> None:
    """End the entries of days that are over."""
    session.execute(
        update(WaitingListEntry)
        .where(col(WaitingListEntry.day) < today, col(WaitingListEntry.state).in_(_OPEN))
        .values(state=WaitState.LAPSED.value, ended_at=now)
    )
