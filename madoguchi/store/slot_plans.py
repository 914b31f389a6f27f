"""Queries on pools, their plans, and the slots made from them.

Whoever changes a plan, or makes slots from it, locks the service first if it changes that; then pools in
order of their id; then reservations, then slots in order of their id, as everybody does
(`store/booking.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ..domain.booking import TAKES_PLACE, ReservationState
from ..domain.slot_plans import (
    Exceptional,
    ExceptionKind,
    Pattern,
    PlanChange,
    PoolPlan,
    bands_as_json,
    bands_from_json,
)
from .booking import add_slots
from .tables import DayException, Desk, Pool, Reservation, Service, Slot, SlotPlan

_AT_ONCE: Final = 1_000
"""Rows of one statement: SQLite takes 32,766 values in all."""


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as it stands."""

    id: int
    starts_at: datetime
    day: date
    capacity: int
    taken: int


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    """A reservation that takes a place, without anything about who it is."""

    id: int
    code: str
    service_id: int
    starts_at: datetime
    state: str
    since: datetime


def pools(session: Session, municipality_id: int) -> list[tuple[Pool, Desk]]:
    """The municipality's pools that a service draws on, by desk."""
    used = select(col(Service.pool_id)).where(col(Service.pool_id).is_not(None))
    query = (
        select(Pool, Desk)
        .join(Desk, col(Desk.id) == col(Pool.desk_id))
        .where(col(Desk.municipality_id) == municipality_id, col(Pool.id).in_(used))
        .order_by(col(Desk.id), col(Pool.id))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def own_pool(session: Session, pool_id: int, municipality_id: int) -> tuple[Pool, Desk] | None:
    """The pool and its desk, if they are the municipality's."""
    query = (
        select(Pool, Desk)
        .join(Desk, col(Desk.id) == col(Pool.desk_id))
        .where(col(Pool.id) == pool_id, col(Desk.municipality_id) == municipality_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def lock_service(session: Session, service_id: int) -> None:
    """Work the changes of one service one after another; it then is as it stands now."""
    query = select(Service).where(col(Service.id) == service_id).with_for_update(key_share=True)
    session.execute(query.execution_options(populate_existing=True))


def lock_pools(session: Session, pool_ids: Collection[int]) -> None:
    """Work the changes of these pools' places one after another; bookings go on meanwhile.

    The pools then are as they stand now: whoever held them may have thrown a switch.
    """
    query = select(Pool).where(col(Pool.id).in_(pool_ids)).order_by(col(Pool.id))
    session.execute(query.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def lock_slots_ahead(session: Session, pool_ids: Collection[int], first: datetime) -> None:
    """Let nobody take or free a place of these pools from `first` on."""
    query = select(col(Slot.id)).where(col(Slot.pool_id).in_(pool_ids), col(Slot.starts_at) >= first)
    session.execute(query.order_by(col(Slot.id)).with_for_update(key_share=True)).all()


def planned_pools(session: Session) -> list[int]:
    """The pools that have a plan."""
    exceptional = select(col(DayException.pool_id))
    query = select(col(SlotPlan.pool_id)).union(exceptional).order_by("pool_id")
    return [int(row[0]) for row in session.execute(query)]


def services_of(session: Session, pool_id: int) -> list[Service]:
    """The services that draw on the pool."""
    query = select(Service).where(col(Service.pool_id) == pool_id)
    return list(session.execute(query.order_by(col(Service.position), col(Service.id))).scalars())


def plan(session: Session, pool: Pool) -> PoolPlan:
    """All that says which places the pool has."""
    weeks = session.execute(select(SlotPlan).where(col(SlotPlan.pool_id) == pool.id)).scalars()
    days = session.execute(select(DayException).where(col(DayException.pool_id) == pool.id)).scalars()
    patterns = [Pattern(one.effective_from, bands_from_json(one.bands)) for one in weeks]
    return PoolPlan(
        tuple(sorted(patterns, key=lambda one: one.effective_from)),
        {one.day: _exceptional(one) for one in days},
        pool.closed_on_holidays,
        pool.closed_year_end,
    )


def write_change(
    session: Session, pool: Pool, change: PlanChange, new: PoolPlan, now: datetime, staff_id: int | None
) -> None:
    """Store what the change replaces, as `new` has it."""
    patterns = {one.effective_from: one for one in new.patterns}
    _delete(session, SlotPlan, col(SlotPlan.effective_from), pool, change.patterns)
    _delete(session, DayException, col(DayException.day), pool, change.exceptions)
    session.add_all(
        SlotPlan(
            pool_id=pool.id or 0,
            effective_from=day,
            bands=bands_as_json(patterns[day].bands),
            created_at=now,
            staff_id=staff_id,
        )
        for day, bands in change.patterns.items()
        if bands is not None
    )
    session.add_all(
        _day_row(pool.id or 0, day, new.exceptions[day])
        for day, one in change.exceptions.items()
        if one is not None
    )
    pool.closed_on_holidays, pool.closed_year_end = new.closed_on_holidays, new.closed_year_end
    session.add(pool)
    session.flush()


def slots_from(session: Session, pool_id: int, first: datetime, *, lock: bool = False) -> list[SlotRow]:
    """The pool's slots that start at `first` or later, by id; with `lock` nobody takes or frees a place."""
    query = (
        select(col(Slot.id), col(Slot.starts_at), col(Slot.day), col(Slot.capacity), col(Slot.taken))
        .where(col(Slot.pool_id) == pool_id, col(Slot.starts_at) >= first)
        .order_by(col(Slot.id))
    )
    rows = session.execute(query.with_for_update(key_share=True) if lock else query)
    return [SlotRow(*row) for row in rows]


def add(session: Session, rows: Collection[dict[str, Any]]) -> int:
    """Insert slots that are not there yet; how many are new."""
    values = list(rows)
    return sum(add_slots(session, values[at : at + _AT_ONCE]) for at in range(0, len(values), _AT_ONCE))


def set_capacities(session: Session, capacities: Mapping[int, int]) -> None:
    """Slot id → its new capacity. What is taken there stays."""
    by_capacity = sorted(capacities.items(), key=lambda item: (item[1], item[0]))
    for capacity, group in groupby(by_capacity, key=lambda item: item[1]):
        ids = [slot_id for slot_id, _ in group]
        for at in range(0, len(ids), _AT_ONCE):
            chosen = col(Slot.id).in_(ids[at : at + _AT_ONCE])
            session.execute(
                update(Slot).where(chosen).values(capacity=capacity),
                execution_options={"synchronize_session": False},
            )


def slot_at(session: Session, pool_id: int, moment: datetime) -> int | None:
    """The id of the pool's slot that starts at `moment`."""
    query = select(col(Slot.id)).where(col(Slot.pool_id) == pool_id, col(Slot.starts_at) == moment)
    found: int | None = session.execute(query).scalar_one_or_none()
    return found


def places_taken(session: Session, pool_id: int, first: datetime) -> list[PlaceTaken]:
    """The reservations with a place of the pool from `first` on."""
    query = (
        select(
            col(Reservation.id),
            col(Reservation.code),
            col(Reservation.service_id),
            col(Slot.starts_at),
            col(Reservation.state),
            func.coalesce(col(Reservation.booked_at), col(Reservation.created_at)),
        )
        .join(Slot, col(Slot.id) == col(Reservation.slot_id))
        .where(
            col(Slot.pool_id) == pool_id,
            col(Slot.starts_at) >= first,
            col(Reservation.state).in_([state.value for state in TAKES_PLACE]),
        )
        .order_by(col(Reservation.id))
    )
    return [PlaceTaken(*row) for row in session.execute(query)]


def other_days(
    session: Session, reservation_ids: Collection[int], states: Collection[ReservationState], first: date
) -> dict[int, set[date]]:
    """Reservation id → the days from `first` on with another visit of the same person and service."""
    mine, other = aliased(Reservation), aliased(Reservation)
    same = or_(
        col(mine.line_user_id) == col(other.line_user_id),
        col(mine.guest) == col(other.guest),
    )
    found: dict[int, set[date]] = {}
    ids = sorted(reservation_ids)
    for at in range(0, len(ids), _AT_ONCE):
        query = (
            select(col(mine.id), col(other.day))
            .join(
                other,
                same & (col(mine.service_id) == col(other.service_id)) & (col(mine.id) != col(other.id)),
            )
            .where(
                col(mine.id).in_(ids[at : at + _AT_ONCE]),
                col(other.day) >= first,
                col(other.state).in_([state.value for state in states]),
            )
        )
        for reservation_id, day in session.execute(query):
            found.setdefault(reservation_id, set()).add(day)
    return found


def standing_ahead(session: Session, service_id: int, now: datetime) -> int:
    """How many reservations of the service stand or are held for times ahead."""
    states = (ReservationState.HELD, ReservationState.BOOKED, ReservationState.CHECKED_IN)
    query = select(func.count()).where(
        col(Reservation.service_id) == service_id,
        col(Reservation.starts_at) >= now,
        col(Reservation.state).in_([state.value for state in states]),
    )
    return int(session.execute(query).scalar_one())


def _exceptional(row: DayException) -> Exceptional:
    return Exceptional(ExceptionKind(row.kind), row.capacity, bands_from_json(row.bands), row.note)


def _day_row(pool_id: int, day: date, one: Exceptional) -> DayException:
    return DayException(
        pool_id=pool_id,
        day=day,
        kind=one.kind.value,
        capacity=one.capacity,
        bands=bands_as_json(one.bands),
        note=one.note,
    )


def _delete(session: Session, table: Any, column: Any, pool: Pool, days: Iterable[date]) -> None:
    chosen = list(days)
    if chosen:
        session.execute(delete(table).where(col(table.pool_id) == pool.id, column.in_(chosen)))
