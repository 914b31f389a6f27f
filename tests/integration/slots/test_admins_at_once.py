"""Admins at the same moment: nobody waits in a circle, and nobody works on what was a moment ago."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from plan_kit import FRIDAY, Planned, weekdays

from madoguchi.domain.slot_plans import Exceptional, ExceptionKind, PlanChange
from madoguchi.services import (
    checkup,
    making_slots,
    plan_changes,
    plan_previews,
    pools,
    service_rules,
    slot_plans,
)
from madoguchi.services.making_slots import start_plan
from madoguchi.store.tables import Service
from tests.integration.booking.at_once import at_once, refusals

ROUNDS = 12


def second_pool(plan: Planned) -> int:
    """The desk's other service, with a plan of its own; its pool."""
    with plan.office.change() as unit:
        service = unit.session.get_one(Service, plan.city.other_service_id)
        service.bookable = True
        return start_plan(unit, service, weekdays(), unit.today).id or 0


def test_two_services_change_pools_crosswise(plan: Planned) -> None:
    office, admin = plan.office, plan.admin
    mine, other = plan.pool_id, second_pool(plan)
    for _ in range(ROUNDS):
        done = at_once(
            lambda to=other: pools.choose_pool(office, admin, plan.city.service_id, to),  # type: ignore[misc]
            lambda to=mine: pools.choose_pool(office, admin, plan.city.other_service_id, to),  # type: ignore[misc]
        )
        assert done == [other, mine]
        mine, other = other, mine
    assert checkup.findings(office) == []


def test_rules_and_pool_of_one_service(plan: Planned) -> None:
    office, admin, service = plan.office, plan.admin, plan.city.service_id
    rules = service_rules.rules_for(office, admin, service)
    here, there = plan.pool_id, second_pool(plan)
    for turn in range(ROUNDS):
        at_once(
            lambda to=there: pools.choose_pool(office, admin, service, to),  # type: ignore[misc]
            lambda late=turn: service_rules.save_rules(  # type: ignore[misc]
                office, admin, service, replace(rules, late_minutes=20 + late)
            ),
            lambda: making_slots.make_all(office),
        )
        assert service_rules.rules_for(office, admin, service).late_minutes == 20 + turn
        here, there = there, here


def test_a_switch_thrown_meanwhile_is_a_changed_plan(plan: Planned) -> None:
    for turn in range(ROUNDS):
        now = slot_plans.plan_of(plan.office, plan.admin, plan.pool_id).plan.closed_on_holidays
        switch = PlanChange(closed_on_holidays=not now)
        day = PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, turn + 1)})
        done = at_once(applying(plan, switch), applying(plan, day))
        assert refusals(done) == {"plan_changed_meanwhile"}
        assert sum(isinstance(one, plan_changes.Applied) for one in done) == 1


def applying(plan: Planned, change: PlanChange) -> Callable[[], plan_changes.Applied]:
    """Applying what was previewed just now."""
    seen = plan_previews.preview(plan.office, plan.admin, plan.pool_id, change)
    shown = [one.id for one in seen.touched]
    return lambda: plan_changes.apply(
        plan.office, plan.admin, plan.pool_id, change, version=seen.version, shown=shown, moves={}
    )
