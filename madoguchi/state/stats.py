"""`/staff/stats`: how good a desk's told waiting times were."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from ..domain.promises import Quality
from ..domain.roles import Permission, may
from ..services import dashboard, estimate_quality, running
from ..services.actors import Actor
from ..services.estimate_quality import EstimateQuality
from . import caller, typed
from .access import needs, signed_in
from .answers import asked
from .slots_view import Option

_log = logging.getLogger(__name__)
FEWEST: Final = 20
"""Fewer promises say nothing about a desk."""
FEWEST_IN_ROW: Final = 5


@dataclass
class Figures:
    """A row; `share` is the coverage in hundredths, 0 where there are too few."""

    name: str
    promises: str
    coverage: str
    share: int
    error: str
    plain: str


class StatsState(rx.State):
    """One tab's view of the statistics."""

    desks: list[Option] = []
    desk_id: int = 0
    loaded: bool = False
    enough: bool = False
    period: str = ""
    promises: str = ""
    coverage: str = ""
    waited: str = ""
    error: str = ""
    plain: str = ""
    verdict: str = ""
    by_service: list[Figures] = []
    by_hour: list[Figures] = []
    refusal: str = ""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the first desk, or the one shown last."""
        actor = await caller.actor_of(caller.caller().token)
        if actor is None or not may(actor.role, Permission.SEE_QUEUE):
            return
        self.refusal = ""
        found = await self._run(dashboard.desks_for, actor)
        self.desks = [Option(f"{desk_id}", name) for desk_id, name in found or ()]
        known = [int(one.value) for one in self.desks]
        await self._open(actor, self.desk_id if self.desk_id in known else min(known, default=0))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk's figures."""
        actor = await caller.actor_of(caller.caller().token)
        wanted = typed.whole(desk_id)
        if actor is not None and str(wanted) in {one.value for one in self.desks}:
            self.refusal = ""
            await self._open(actor, wanted)

    async def _open(self, actor: Actor, desk_id: int) -> None:
        if not desk_id:
            return
        found = await self._run(estimate_quality.estimate_quality, actor, desk_id)
        if found is None:
            return
        self.desk_id, self.loaded = desk_id, True
        for name, value in view_of(found).items():
            setattr(self, name, value)

    async def _run(self, service: Callable[..., Any], *arguments: object) -> Any:
        """What a service answers; None when it refused, which is then said."""
        answer, refusal = await asked(_log, "the statistics", service, running.office(), *arguments)
        self.refusal = refusal or self.refusal
        return answer


def view_of(found: EstimateQuality) -> dict[str, Any]:
    """The variables of the page."""
    first, last = found.first, found.last
    return {
        "enough": found.all.promises >= FEWEST,
        "period": f"{first.month}月{first.day}日から{last.month}月{last.day}日まで",
        "promises": f"{found.all.promises:,}",
        "coverage": percent(found.all),
        "waited": percent(found.waited),
        "error": minutes(found.all.error),
        "plain": minutes(found.all.plain_error),
        "verdict": verdict(found.all),
        "by_service": [_row(name, one) for name, one in found.by_service],
        "by_hour": [_row(f"{hour}時台", one) for hour, one in found.by_hour],
    }


def percent(one: Quality) -> str:
    """81％; a dash without promises."""
    return f"{round(one.coverage * 100)}％" if one.promises else "－"


def minutes(value: float) -> str:
    """4.2分."""
    return f"{value:.1f}分"


def verdict(one: Quality) -> str:
    """What the coverage means, in a sentence."""
    if one.coverage < 0.75:
        return "目標より外れが多めです。結果を学んで、これからお伝えする幅を自動で広げます。"
    if one.coverage > 0.85:
        return "目標よりよく当たっています。幅が広すぎるので、自動で狭めます。"
    return "目標どおりです。"


def _row(name: str, one: Quality) -> Figures:
    few = one.promises < FEWEST_IN_ROW
    return Figures(
        name=name,
        promises=f"{one.promises:,}",
        coverage="－" if few else percent(one),
        share=0 if few else round(one.coverage * 100),
        error="－" if few else minutes(one.error),
        plain="－" if few else minutes(one.plain_error),
    )
