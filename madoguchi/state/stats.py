"""`/staff/stats`: the statistics of a period, as staff ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Final

import reflex as rx

from ..domain.roles import Permission, may
from ..domain.statistics.figures import BANDS
from ..domain.statistics.periods import Comparison, Period, Preset, compared_with, preset_of
from ..domain.tickets import Channel
from ..services import running, statistics
from ..services.actors import Actor
from ..services.statistics import Choices, Question
from . import caller, typed
from .access import needs, signed_in
from .slots_view import Option
from .stats_shown import StatsShown
from .stats_view import view_of

OWN: Final = "own"
"""Two days of one's own choice instead of a preset."""
_FILTERS: Final = ("desk", "service", "counter", "channel", "preset", "first", "last", "band", "comparison")


class StatsState(StatsShown, rx.State):
    """One tab's view of the statistics."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show what was asked for last, at first the last four weeks of all desks."""
        actor = await caller.acting()
        if actor is not None and may(actor.role, Permission.SEE_QUEUE):
            await self._show(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose(self, what: str, value: str) -> AsyncIterator[None]:
        """Ask for something else: one of the filters got another value."""
        actor = await caller.acting()
        if actor is None or what not in _FILTERS:
            return
        setattr(self, what, typed.text(value, 20))
        if what == "desk":
            self.service = self.counter = ""
        if what in ("first", "last"):
            self.preset = OWN
        self.busy = True
        yield
        await self._show(actor)
        self.busy = False

    async def _show(self, actor: Actor) -> None:
        self.refusal = ""
        choices = await self._run(statistics.choices, actor)
        if choices is None:
            return
        self._offer(choices)
        question = self._question(running.office().today())
        if question is None:
            # Half a date is no mistake yet: who types one sees the last answer until it is whole.
            return
        answer = await self._run(statistics.statistics, actor, question)
        if answer is None:
            self.loaded = False
            return
        for name, value in view_of(answer, running.office().settings.zone).items():
            setattr(self, name, value)
        self.loaded = True

    def _offer(self, choices: Choices) -> None:
        """What can be chosen; what is chosen and gone is given up."""
        desk = typed.whole(self.desk)
        if self.desk and desk not in {one.id for one in choices.desks}:
            self.desk, desk = "", 0
        self.desks = _options((one.id, one.name) for one in choices.desks)
        services, counters = (
            {one: name for one, name in choices.names(of, desk or None).items() if one in _of_desk(of, desk)}
            for of in (choices.services, choices.counters)
        )
        self.services, self.counters = _options(services.items()), _options(counters.items())
        if typed.whole(self.service) not in services:
            self.service = ""
        if typed.whole(self.counter) not in counters:
            self.counter = ""

    def _question(self, today: date) -> Question | None:
        period = self._period(today)
        if period is None:
            return None
        self.first, self.last = f"{period.first}", f"{period.last}"
        band = typed.whole(self.band)
        self.band = f"{band if band in BANDS else 60}"
        kind = Comparison(self.comparison) if self.comparison in set(Comparison) else Comparison.NONE
        self.comparison = kind.value
        self.channel = self.channel if self.channel in set(Channel) else ""
        return Question(
            period,
            desk_id=typed.whole(self.desk) or None,
            service_id=typed.whole(self.service) or None,
            counter_id=typed.whole(self.counter) or None,
            channel=Channel(self.channel) if self.channel else None,
            band=int(self.band),
            compared=_compared(period, kind),
        )

    def _period(self, today: date) -> Period | None:
        if self.preset in set(Preset):
            return preset_of(Preset(self.preset), today)
        self.preset = OWN
        first, last = typed.day(self.first), typed.day(self.last)
        return None if first is None or last is None else Period(first, last)


def _compared(period: Period, kind: Comparison) -> Period | None:
    try:
        return compared_with(period, kind)
    except (OverflowError, ValueError):
        # Before the first year that there is.
        return None


def _options(found: Iterable[tuple[int, str]]) -> list[Option]:
    """All of them first."""
    return [Option("", "すべて"), *(Option(f"{one}", name) for one, name in found)]


def _of_desk(of: tuple[statistics.Choice, ...], desk_id: int) -> set[int]:
    return {one.id for one in of if desk_id in (0, one.desk_id)}
