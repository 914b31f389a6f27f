"""Changing a pool's plan: the plan, its slots, and the bookings it touches, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.slot_plans import PlanChange, changed
from ..store import booking as booking_rows
from ..store import slot_plans as rows
from ..store.tables import Pool
from . import audit, moving, waiting_list
from .actors import Actor
from .making_slots import bring_about
from .office import Office, Unit
from .plan_previews import prospect, touched, version_of
from .pools import own

MOST_MOVES: Final = 200
"""Others who book wait as long as this takes: some milliseconds for each."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    new: int
    """Times that are new."""
    other: int
    """Times with another capacity."""
    moved: tuple[int, ...]
    """Reservations that got another time."""
    kept: tuple[int, ...]
    """Reservations that stay beyond the capacity of their time."""


def apply(
    office: Office,
    actor: Actor,
    pool_id: int,
    change: PlanChange,
    *,
    version: str,
    shown: Collection[int],
    moves: Mapping[int, datetime],
) -> Applied:
    """Make the change as it was previewed: `version` and the touched bookings' ids as they were `shown`.

    Each of them is in `moves` with its new time, and is told, or stays where it is, listed as 要調整.
    Raises `Refusal`: not_allowed, unknown_pool, plan_changed_meanwhile (the plan, the bookings it touches or
    a chosen place are not what was shown; nothing is changed then), plan_too_many_moves(most), and what
    `slot_plans.changed` raises.
    """
    actor.require(Permission.ADMINISTER)
    if len(moves) > MOST_MOVES:
        raise Refusal("plan_too_many_moves", most=MOST_MOVES)
    with office.change() as unit:
        pool, desk = own(unit, actor, pool_id)
        rows.lock_pools(unit.session, [pool_id])
        old = rows.plan(unit.session, pool)
        if version_of(old) != version or not moves.keys() <= set(shown):
            raise Refusal("plan_changed_meanwhile")
        new = changed(old, change, unit.today)
        # Citizens, reservations, slots: as everybody locks them.
        moving.lock_owners(unit, moves.keys())
        for reservation_id in sorted(shown):
            booking_rows.lock_reservation(unit.session, reservation_id)
        slots = rows.slots_from(unit.session, pool_id, unit.now, lock=True)
        seen = prospect(unit, pool, new, slots)
        found = {one.id for one in touched(unit, desk, pool_id, seen, seen.less)}
        if found != set(shown):
            raise Refusal("plan_changed_meanwhile")
        rows.write_change(unit.session, pool, change, new, unit.now, actor.staff_id)
        done = bring_about(unit, pool, new, slots)
        for reservation_id in sorted(moves):
            _move(unit, actor, pool, reservation_id, moves[reservation_id])
        kept = tuple(sorted(found - moves.keys()))
        _record(unit, actor, pool_id, change, kept, tuple(sorted(moves)))
        unit.desk_changed(desk.id or 0)
        result = Applied(len(done.new), len(done.capacities), tuple(sorted(moves)), kept)
    waiting_list.offer_free_places(office)
    return result


def settle(office: Office, actor: Actor, pool_id: int, reservation_id: int, moment: datetime) -> None:
    """Move one booking to the pool's time `moment`, as out of an over-full one; the citizen is told.

    Raises `Refusal`: not_allowed, unknown_pool, plan_changed_meanwhile.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        pool, _desk = own(unit, actor, pool_id)
        moving.lock_owners(unit, [reservation_id])
        _move(unit, actor, pool, reservation_id, moment)


def _move(unit: Unit, actor: Actor, pool: Pool, reservation_id: int, moment: datetime) -> None:
    slot_id = rows.slot_at(unit.session, pool.id or 0, moment)
    if slot_id is None:
        raise Refusal("plan_changed_meanwhile")
    try:
        moving.move_within(unit, actor, reservation_id, slot_id)
    except Refusal:
        # Full, too late, or no booking any more: the list has to be looked at again.
        raise Refusal("plan_changed_meanwhile") from None


def _record(
    unit: Unit,
    actor: Actor,
    pool_id: int,
    change: PlanChange,
    kept: tuple[int, ...],
    moved: tuple[int, ...],
) -> None:
    facts: dict[str, object] = {
        "patterns": [day.isoformat() for day in sorted(change.patterns)],
        "days": [day.isoformat() for day in sorted(change.exceptions)],
        "moved": list(moved),
        "kept": list(kept),
    }
    if change.closed_on_holidays is not None:
        facts["holidays"] = change.closed_on_holidays
    if change.closed_year_end is not None:
        facts["year_end"] = change.closed_year_end
    audit.record(unit, actor.staff_id, "change_plan", f"pool:{pool_id}", **facts)
