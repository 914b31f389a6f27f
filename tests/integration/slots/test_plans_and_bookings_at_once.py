"""Plans change while people book, move and cancel: nobody waits for ever, every booking is there after."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from plan_kit import FRIDAY, THURSDAY, Planned, weekdays
from sqlmodel import col, select

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.errors import Refusal
from madoguchi.domain.slot_plans import Exceptional, ExceptionKind, PlanChange
from madoguchi.services import (
    booking,
    checkup,
    making_slots,
    moving,
    plan_changes,
    plan_previews,
    pools,
    slots,
)
from madoguchi.services.making_slots import start_plan
from madoguchi.store import slot_plans as rows
from madoguchi.store.tables import Reservation, Service

EXPECTED = {"sold_out", "sold_out_near", "slot_closed", "unknown_place", "booking_ended"}
DAYS = (FRIDAY, FRIDAY + timedelta(days=3))


def somebody(plan: Planned, number: int) -> tuple[set[int], set[int]]:
    """Books, moves and cancels at random; what stands and what was cancelled."""
    chance = random.Random(number)
    standing: set[int] = set()
    cancelled: set[int] = set()
    for turn in range(12):
        free = slots.places(plan.office, plan.city.service_id, chance.choice(DAYS))
        if not free:
            continue
        slot = chance.choice(free).slot_id
        try:
            if standing and turn % 3 == 1:
                moving.move_at_desk(plan.office, plan.admin, chance.choice(sorted(standing)), slot)
            elif standing and turn % 5 == 4:
                gone = chance.choice(sorted(standing))
                booking.cancel_booking(plan.office, plan.admin, gone, reason=CancelReason.REQUESTED)
                standing.discard(gone)
                cancelled.add(gone)
            else:
                made = booking.book_at_desk(
                    plan.office,
                    plan.admin,
                    service_id=plan.city.service_id,
                    slot_id=slot,
                    kana="モリ ハナ",
                    phone="0312345678",
                    form=f"{number}-{turn}",
                )
                standing.add(made.id)
        except Refusal as refused:
            if refused.code not in EXPECTED:
                raise
    return standing, cancelled


def planner(plan: Planned) -> int:
    """Changes the plan again and again; how often it could."""
    chance = random.Random(0)
    done = 0
    for _ in range(12):
        change = chance.choice(
            [
                PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, chance.randint(0, 6))}),
                PlanChange(exceptions={FRIDAY: None, DAYS[1]: Exceptional(ExceptionKind.CLOSED)}),
                PlanChange(exceptions={DAYS[1]: None}),
                PlanChange(patterns={THURSDAY: weekdays(ends=14, capacity=chance.randint(1, 4))}),
            ]
        )
        seen = plan_previews.preview(plan.office, plan.admin, plan.pool_id, change)
        moves = {one.id: one.nearest for one in seen.touched if one.nearest and chance.random() < 0.7}
        shown = [one.id for one in seen.touched]
        try:
            plan_changes.apply(
                plan.office, plan.admin, plan.pool_id, change, version=seen.version, shown=shown, moves=moves
            )
            done += 1
        except Refusal as refused:
            if refused.code != "plan_changed_meanwhile":
                raise
        making_slots.make_all(plan.office)
    return done


def test_all_at_once_loses_nothing(plan: Planned) -> None:
    with ThreadPoolExecutor(6) as threads:
        people = [threads.submit(somebody, plan, number) for number in range(1, 6)]
        plans = threads.submit(planner, plan)
        wait([*people, plans], timeout=120)
        assert plans.result(timeout=0) > 0
        standing = set().union(*(one.result(timeout=0)[0] for one in people))
    with plan.office.look() as unit:
        query = select(Reservation.id).where(col(Reservation.state) == "booked")
        assert set(unit.session.exec(query).all()) == standing
    assert standing
    assert checkup.findings(plan.office) == []


def test_two_services_change_pools_at_once_and_nobody_waits_for_ever(
    plan: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = plan.city.service_id, plan.city.other_service_id
    with plan.office.change() as unit:
        other = start_plan(unit, unit.session.get_one(Service, second), weekdays(), unit.today).id
    both, locked = Barrier(2), rows.slots_from

    def locked_together(*arguments: Any, **more: Any) -> list[rows.SlotRow]:
        found = locked(*arguments, **more)
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return found

    monkeypatch.setattr(rows, "slots_from", locked_together)
    with ThreadPoolExecutor(2) as threads:
        crossing = [
            threads.submit(pools.choose_pool, plan.office, plan.admin, service, pool)
            for service, pool in ((first, other), (second, plan.pool_id))
        ]
        assert [one.result(timeout=30) for one in crossing] == [other, plan.pool_id]
