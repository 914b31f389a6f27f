"""枠の計画 as staff read it: a pool's patterns, exceptions and switches, and what they say of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..domain.errors import Refusal
from ..domain.plan_csv import written
from ..domain.plan_weeks import as_exceptions, as_pattern, week_of
from ..domain.roles import Permission
from ..domain.slot_plans import (
    Band,
    ClosedBy,
    Pattern,
    Places,
    PlanChange,
    PoolPlan,
    in_force,
)
from ..store import slot_plans as rows
from .actors import Actor
from .holidays import is_holiday
from .making_slots import last_day
from .office import Office
from .pools import own

MOST_COPIED_DAYS = 366


@dataclass(frozen=True, slots=True)
class PlanView:
    """A pool's plan."""

    pool_id: int
    name: str
    desk_id: int
    plan: PoolPlan
    today: date
    last: date
    """Until when slots are made from it."""

    def in_force(self, day: date | None = None) -> Pattern | None:
        """The pattern of a day, or of today."""
        return in_force(self.plan.patterns, day or self.today)

    def closed_by(self, day: date, plan: PoolPlan | None = None) -> ClosedBy | None:
        """Why a day has no places, under this plan or another one."""
        return (plan or self.plan).closed_by(day, is_holiday)


def plan_of(office: Office, actor: Actor, pool_id: int) -> PlanView:
    """All plans, exceptions and switches of the pool. Raises `Refusal`: not_allowed, unknown_pool."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        pool, desk = own(unit, actor, pool_id)
        return PlanView(
            pool_id=pool_id,
            name=pool.name,
            desk_id=desk.id or 0,
            plan=rows.plan(unit.session, pool),
            today=unit.today,
            last=last_day(unit, pool),
        )


def places_of(plan: PoolPlan, days: Sequence[date]) -> dict[date, dict[str, int]]:
    """What the plan gives each day: local time ``09:30`` → capacity; days it says nothing about are empty."""
    return {
        day: {f"{at:%H:%M}": capacity for at, capacity in (plan.places(day, is_holiday) or {}).items()}
        for day in days
    }


def copied_week(
    office: Office, actor: Actor, pool_id: int, source: date, first: date, last: date
) -> PlanChange:
    """The change that gives the days from `first` to `last` what the week of `source` really has.

    Days that are closed anyway (holidays, the year's end) stay as they are.
    Raises `Refusal`: not_allowed, unknown_pool, plan_range(most).
    """
    view = plan_of(office, actor, pool_id)
    count = (last - first).days + 1
    if not 0 < count <= MOST_COPIED_DAYS or first < view.today:
        raise Refusal("plan_range", most=MOST_COPIED_DAYS)
    days = [first + timedelta(days=ahead) for ahead in range(count)]
    open_days = [day for day in days if view.closed_by(day) in {None, ClosedBy.EXCEPTION}]
    note = f"{week_of(source)[0]:%Y-%m-%d}の週から複写"
    return PlanChange(exceptions=dict(as_exceptions(_week(view.plan, source), open_days, note)))


def week_as_pattern(office: Office, actor: Actor, pool_id: int, source: date) -> tuple[Band, ...]:
    """The bands that make every week like that of `source`. Raises `Refusal`: not_allowed, unknown_pool."""
    return as_pattern(_week(plan_of(office, actor, pool_id).plan, source))


def plan_file(office: Office, actor: Actor, pool_id: int) -> str:
    """The plans in force or to come and the exceptions from today on, as CSV text.

    Raises `Refusal`: not_allowed, unknown_pool.
    """
    view = plan_of(office, actor, pool_id)
    now = view.in_force()
    patterns = [one for one in view.plan.patterns if one == now or one.effective_from > view.today]
    ahead = {day: one for day, one in view.plan.exceptions.items() if day >= view.today}
    return written(patterns, ahead)


def _week(plan: PoolPlan, source: date) -> dict[date, Places]:
    return {day: plan.places(day, is_holiday) or {} for day in week_of(source)}
