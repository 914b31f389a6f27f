"""`/staff/stats`: how good a desk's told waiting times were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from ..domain.promises import Quality
from ..domain.roles import Permission, may
from ..services import estimate_quality
from ..services.actors import Actor
from ..services.estimate_quality import EstimateQuality
from . import caller
from .access import needs, signed_in
from .desk_choice import DeskChoice

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


class StatsState(DeskChoice, rx.State):
    """One tab's view of the statistics."""

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

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the first desk, or the one shown last."""
        actor = await caller.actor_of(caller.caller().token)
        if actor is None or not may(actor.role, Permission.SEE_QUEUE):
            return
        self.refusal = ""
        await self._open(actor, await self._first_desk(actor))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk's figures."""
        actor = await caller.actor_of(caller.caller().token)
        if actor is not None and (wanted := self._known_desk(desk_id)):
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
