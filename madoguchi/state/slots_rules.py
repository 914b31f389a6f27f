"""予約枠: the rules of each service, and which pool it draws on."""

from __future__ import annotations

from dataclasses import fields
from datetime import time
from typing import Any, Final

import reflex as rx

from ..domain.arrival import LatePolicy
from ..domain.booking_rules import ClosesUnit, OpensUnit
from ..domain.roles import Permission
from ..domain.service_rules import ServiceRules
from ..services import pools, service_rules
from ..services.actors import Actor
from . import caller, typed
from .access import needs, signed_in
from .answers import Answered
from .slots import SlotsState
from .slots_form import read_number, read_time, text_of
from .slots_view import Option
from .undo_time import in_time, undo_until

_NO_PLAN_YET: Final = "新しい枠を上の一覧から選び、計画を作るまで、この業務は予約できません。"


class SlotRules(Answered, rx.State):
    """One service's rules in a form."""

    services: list[Option] = []
    """Of the shown pool's desk."""
    service_id: int = 0
    service_name: str = ""
    values: dict[str, str] = {}
    drawn_from: str = ""
    """The pool that the service draws on."""
    shared: list[Option] = []
    """Pools of the same desk."""
    said: str = ""
    undo_until: int = 0
    _before: tuple[ServiceRules, ...] = ()

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the rules of the shown pool's first service."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        await self._list(actor)
        known = [int(one.value) for one in self.services]
        await self._open(actor, self.service_id if self.service_id in known else min(known, default=0))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_service(self, service_id: str) -> None:
        """Show another service's rules."""
        actor = await caller.acting()
        wanted = typed.whole(service_id)
        if actor is not None and str(wanted) in {one.value for one in self.services}:
            self._quiet()
            await self._open(actor, wanted)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Set the rules as the form says; for ten seconds they can be put back."""
        actor = await caller.acting()
        self._quiet()
        if actor is None or not self.service_id:
            return
        wanted = rules_from(form_data)
        if wanted is None:
            self.refusal = "数と時刻をすべて入力してください。まだ保存していません。"
            return
        before = await self._run(service_rules.save_rules, actor, self.service_id, wanted)
        if before is not None:
            await self._open(actor, self.service_id)
            self.said = "保存しました。" if before != wanted else "変わったところはありません。"
            if before != wanted:
                self._before, self.undo_until = (before,), undo_until()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put the rules back that the last save replaced."""
        actor = await caller.acting()
        before = self._before
        still = in_time(self.undo_until)
        self._quiet()
        if actor is None or not before or not still:
            return
        if await self._run(service_rules.save_rules, actor, self.service_id, before[0]) is not None:
            await self._open(actor, self.service_id)
            self.said = "元に戻しました。"

    @rx.event
    @needs(Permission.ADMINISTER)
    async def draw_from(self, form_data: dict[str, Any]) -> None:
        """Let the service share another pool, or have one of its own again."""
        actor = await caller.acting()
        wanted = text_of(form_data, "pool")
        self._quiet()
        if actor is None or wanted not in {"own", *(one.value for one in self.shared)}:
            return
        pool_id = None if wanted == "own" else typed.whole(wanted)
        if await self._run(pools.choose_pool, actor, self.service_id, pool_id) is not None:
            slots = await self.get_state(SlotsState)
            await slots._read_pools(actor)
            slots.pool_services = slots._services.get(slots.pool_id, "")
            await self._open(actor, self.service_id)
            self.said = "枠のまとまりを変えました。" + (_NO_PLAN_YET if pool_id is None else "")

    @rx.event
    @needs(Permission.ADMINISTER)
    async def rename(self, form_data: dict[str, Any]) -> None:
        """Call the shown pool something else."""
        slots = await self.get_state(SlotsState)
        actor = await caller.acting()
        self._quiet()
        if actor is None:
            return
        name = text_of(form_data, "name")

        def work(office: Any, who: Actor) -> bool:
            pools.rename_pool(office, who, slots.pool_id, name)
            return True

        if await self._run(work, actor):
            await slots._read_pools(actor)
            slots.pool_name = " ".join(name.split())
            await self._list(actor)
            self.said = "名前を変えました。"

    async def _list(self, actor: Actor) -> None:
        slots = await self.get_state(SlotsState)
        found = await self._run(pools.desk_of_pool, actor, slots.pool_id)
        if found is None:
            return
        self.services = [Option(f"{service_id}", name) for service_id, name in found.services]
        self.shared = [Option(f"{pool_id}", name) for pool_id, name in found.pools]

    async def _open(self, actor: Actor, service_id: int) -> None:
        if not service_id:
            return
        rules = await self._run(service_rules.rules_for, actor, service_id)
        if rules is None:
            return
        self.service_id = service_id
        self.service_name = next((one.text for one in self.services if one.value == f"{service_id}"), "")
        self.values = values_of(rules)
        slots = await self.get_state(SlotsState)
        found = await self._run(pools.desk_of_pool, actor, slots.pool_id)
        self.drawn_from = f"{found.drawn.get(service_id, 0)}" if found is not None else ""

    def _quiet(self) -> None:
        self.said = self.refusal = ""
        self._before, self.undo_until = (), 0


def values_of(rules: ServiceRules) -> dict[str, str]:
    """The rules as the form's fields have them."""
    values = {one.name: getattr(rules, one.name) for one in fields(rules)}
    return {
        name: f"{value:%H:%M}" if isinstance(value, time) else "" if value is None else str(value)
        for name, value in values.items()
    }


def rules_from(form_data: object) -> ServiceRules | None:
    """The rules that a form describes; None when a field is missing or is no number or time."""
    numbers = {name: read_number(text_of(form_data, name)) for name in _NUMBERS}
    times = {name: read_time(text_of(form_data, name)) for name in _TIMES}
    try:
        units: dict[str, Any] = {
            "opens_unit": OpensUnit(text_of(form_data, "opens_unit")),
            "closes_unit": ClosesUnit(text_of(form_data, "closes_unit")),
            "late_policy": LatePolicy(text_of(form_data, "late_policy")),
        }
    except ValueError:
        return None
    same_day = text_of(form_data, "remind_same_day_at")
    at = read_time(same_day)
    if None in numbers.values() or None in times.values() or (same_day and at is None):
        return None
    return ServiceRules(**numbers, **times, **units, remind_same_day_at=at)  # type: ignore[arg-type]


_TIMES: Final = ("opens_at", "closes_at", "remind_at")
_NUMBERS: Final = tuple(
    one.name
    for one in fields(ServiceRules)
    if one.name not in {*_TIMES, "opens_unit", "closes_unit", "late_policy", "remind_same_day_at"}
)
