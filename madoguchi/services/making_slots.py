"""Slots are rows made from a pool's plan, far enough ahead for everybody who may book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..domain.slot_plans import Band, PlanChange, PoolPlan, changed
from ..domain.workdays import OpenOn
from ..store import slot_plans as rows
from ..store.slot_plans import SlotRow
from ..store.tables import Desk, Pool, Service
from .booking_rules import rules_of
from .holidays import is_holiday
from .office import Office, Unit
from .slots import pool_of, slot_rows

BEYOND: Final = timedelta(weeks=6)
"""Made so far beyond the last day that may be booked: staff plan with them, and see who comes."""
_FURTHEST: Final = timedelta(days=400)
_ONE_DAY: Final = timedelta(days=1)

Wanted = Mapping[date, Mapping[datetime, int]]
"""Day → start in UTC → capacity; days that the plan says nothing about are not in it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to be done so that the slots are as the plan says."""

    new: tuple[tuple[date, datetime, int], ...]
    """Day, start and capacity of slots that are missing."""
    capacities: Mapping[int, int]
    """Slot id → its new capacity; 0 for a time that the plan no longer has."""


def make_all(office: Office) -> tuple[int, int]:
    """Bring the slots of every pool with a plan up to date: how many are new, how many changed."""
    with office.change() as unit:
        _give_pools(unit)
    with office.look() as unit:
        found = rows.planned_pools(unit.session)
    new = other = 0
    for pool_id in found:
        with office.change() as unit:
            done = make_pool(unit, unit.session.get_one(Pool, pool_id))
        new, other = new + len(done.new), other + len(done.capacities)
    return new, other


def make_pool(unit: Unit, pool: Pool) -> Difference:
    """Bring one pool's slots up to date. Never lowers what is taken, never deletes a slot."""
    rows.lock_pools(unit.session, [pool.id or 0])
    plan = rows.plan(unit.session, pool)
    return bring_about(unit, pool, plan, rows.slots_from(unit.session, pool.id or 0, unit.now, lock=True))


def bring_about(unit: Unit, pool: Pool, plan: PoolPlan, slots: Iterable[SlotRow]) -> Difference:
    """Make the pool's `slots` from now on what the plan says; they must be locked."""
    there = list(slots)
    found = difference(wanted(unit, plan, last_day(unit, pool, there)), there)
    rows.set_capacities(unit.session, found.capacities)
    rows.add(unit.session, slot_rows(pool.id or 0, found.new))
    return found


def wanted(unit: Unit, plan: PoolPlan, last: date) -> Wanted:
    """What the plan says about the times from now to the end of the day `last`."""
    days: dict[date, dict[datetime, int]] = {}
    day = unit.today
    while day <= last:
        places = plan.places(day, is_holiday)
        if places is not None:
            moments = {
                datetime.combine(day, at, unit.zone).astimezone(UTC): capacity
                for at, capacity in places.items()
            }
            days[day] = {moment: capacity for moment, capacity in moments.items() if moment >= unit.now}
        day += _ONE_DAY
    return days


def difference(plan: Wanted, slots: Iterable[SlotRow]) -> Difference:
    """Where the slots are not what the plan wants."""
    capacities, there = {}, set()
    for slot in slots:
        there.add(slot.starts_at)
        if slot.day in plan:
            capacity = plan[slot.day].get(slot.starts_at, 0)
            if capacity != slot.capacity:
                capacities[slot.id] = capacity
    new = tuple(
        (day, moment, capacity)
        for day, moments in plan.items()
        for moment, capacity in moments.items()
        if moment not in there and capacity
    )
    return Difference(new, capacities)


def last_day(unit: Unit, pool: Pool, slots: Iterable[SlotRow] = ()) -> date:
    """Until when the pool's slots are made: beyond all that may be booked, and not less than there is."""
    desk = unit.session.get_one(Desk, pool.desk_id)
    bookable = [
        rules_of(unit, service, desk).last_day(unit.now)
        for service in rows.services_of(unit.session, pool.id or 0)
    ]
    furthest = min(max([unit.today, *bookable]) + BEYOND, unit.today + _FURTHEST)
    return max([furthest, *(slot.day for slot in slots)])


def start_plan(unit: Unit, service: Service, bands: tuple[Band, ...], first: date) -> Pool:
    """Give the service's pool its first plan, unless it has one, and make its slots."""
    pool = unit.session.get_one(Pool, pool_of(unit, service))
    rows.lock_pools(unit.session, [pool.id or 0])
    plan = rows.plan(unit.session, pool)
    if not plan.patterns:
        change = PlanChange(patterns={first: bands})
        rows.write_change(
            unit.session, pool, change, changed(plan, change, min(first, unit.today)), unit.now, None
        )
    make_pool(unit, pool)
    return pool


def every_weekday(template: Iterable[Band], open_on: OpenOn | None = None) -> tuple[Band, ...]:
    """The bands of one weekday for all seven, or for those that `open_on` opens in an ordinary week."""
    # 2024-01-15 was a Monday, and that week has no holiday.
    monday = date(2024, 1, 15)
    return tuple(
        Band(weekday, band.starts, band.ends, band.every, band.capacity)
        for weekday in range(7)
        for band in template
        if open_on is None or open_on(monday + timedelta(days=weekday))
    )


def _give_pools(unit: Unit) -> None:
    """Give every bookable service without a pool one of its own."""
    query = select(Service).where(col(Service.bookable), col(Service.pool_id).is_(None))
    without = list(unit.session.execute(query.order_by(col(Service.id))).scalars())
    for service in without:
        pool_of(unit, service)
