"""今日の窓口, the middle: where I sit, whom I call, and what becomes of them."""

from __future__ import annotations

import logging
import time
from typing import Final

import reflex as rx

from ..domain.roles import Permission
from ..services import (
    calling,
    counters,
    handing_over,
    handling,
    reopening,
    running,
    visit_route,
)
from ..texts import say
from . import caller, typed
from .access import needs
from .answers import asked
from .today_acts import TodayActs
from .today_view import targets_of

_log = logging.getLogger(__name__)

BOUNCE_SECONDS: Final = 0.6
"""A second press of 次を呼ぶ this soon is a bouncing key: it would end the visit that just began."""
OF_COUNTER: Final = "counter:"
"""Begins the undo mark of what is no ticket's change: ``pause`` or ``services``, and the counter's id."""


class TodayCounter(TodayActs, mixin=True):
    """My counter."""

    _pressed_at: float = 0.0
    _paused_before: bool = False
    _services_before: list[int] = []
    _services_after: list[int] = []
    _route_before: list[int] = []

    @rx.event
    @needs(Permission.CALL)
    async def choose_counter(self, counter_id: str) -> None:
        """Sit down at a counter; 0 stands up. Where a colleague sits, ask first."""
        wanted = typed.whole(counter_id)
        self.seat_asked = 0
        self.panel = ""
        taken = next((one for one in self.counters if one.id == wanted and one.staff and not one.mine), None)
        if taken is not None:
            self._quiet()
            self.seat_asked, self.seat_asked_label = taken.id, taken.label
            self.seat_asked_staff = taken.staff
        elif wanted:
            await self._do(counters.take_counter, wanted)
        elif self.counter_id:
            self._leaving = True
            await self._do(counters.leave_counter, self.counter_id)
            self._leaving = False

    @rx.event
    @needs(Permission.CALL)
    async def take_over(self, yes: bool) -> None:
        """Sit down where a colleague sits, or leave them there."""
        wanted, self.seat_asked = self.seat_asked, 0
        if yes is True and wanted:
            await self._do(counters.take_counter, wanted)

    @rx.event
    @needs(Permission.CALL)
    async def call_next(self, shown: int) -> None:
        """Finish `shown`, the ticket id on the page (0: nobody), and call the next."""
        if time.monotonic() - self._pressed_at < BOUNCE_SECONDS:
            return
        nobody = "終了しました。待っている人はいません"
        await self._act("呼び出しました", calling.call_next, typed.whole(shown) or None, nobody=nobody)
        self._pressed_at = time.monotonic()

    @rx.event
    @needs(Permission.CALL)
    async def call_row(self, ticket_id: int) -> None:
        """Call this one out of turn."""
        await self._act("呼び出しました", calling.call_chosen, typed.whole(ticket_id))

    @rx.event
    @needs(Permission.CALL)
    async def recall(self, shown: int) -> None:
        """Announce the current number once more."""
        await self._act("もう一度呼び出しました", calling.recall, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def serve(self, shown: int) -> None:
        """The person has come: from here on nobody is absent without a click."""
        await self._act("対応を始めました", handling.serve, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def miss(self, shown: int) -> None:
        """Called and not there."""
        await self._act("不在にしました", handling.miss, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def hold(self, shown: int) -> None:
        """Park the current ticket."""
        await self._act("保留にしました", handling.hold, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def finish(self, shown: int) -> None:
        """Done here; nobody is called. Who has more to do goes on to it."""
        await self._act("終了しました", handling.finish, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def reopen(self, ticket_id: int) -> None:
        """What ended by mistake: a finished one comes back to my counter, a cancelled one waits again."""
        await self._act("もう一度開きました", reopening.reopen, typed.whole(ticket_id))

    @rx.event
    @needs(Permission.CALL)
    async def ask_hand_over(self) -> None:
        """Show which services the current ticket can be handed over to."""
        await self._ask_where("hand_over")

    @rx.event
    @needs(Permission.CALL)
    async def hand_over(self, shown: int, service_id: int) -> None:
        """Let the current ticket wait for another service, here or at another desk."""
        await self._act("引き継ぎました", handing_over.hand_over, typed.whole(shown), typed.whole(service_id))

    @rx.event
    @needs(Permission.CALL)
    async def ask_route(self) -> None:
        """Show what can follow in the same visit, with what was chosen before."""
        await self._ask_where("route")
        self.route_chosen = list(self.current_route)
        self._route_before = list(self.current_route)
        self._tell_route()

    @rx.event
    @needs(Permission.CALL)
    async def pick(self, service_id: int) -> None:
        """Put a service at the end of what follows, or take it out."""
        wanted = typed.whole(service_id)
        if self.panel != "route" or wanted not in {one.id for one in self.targets}:
            return
        chosen = [one for one in self.route_chosen if one != wanted]
        self.route_chosen = chosen if wanted in self.route_chosen else [*chosen, wanted]
        self._tell_route()

    @rx.event
    @needs(Permission.CALL)
    async def follow_with(self, shown: int) -> None:
        """Let the chosen services follow in the same visit, in that order."""
        chosen, ticket_id = list(self.route_chosen), typed.whole(shown)
        if self.panel != "route":
            return
        self.panel = ""
        said = "続けて受ける業務を決めました" if chosen else "続けて受ける業務をなくしました"
        await self._change(said, visit_route.follow_with, ticket_id, chosen, list(self._route_before))

    @rx.event
    @needs(Permission.CALL)
    async def open_panel(self, name: str) -> None:
        """Show what is seldom needed in the place of the buttons, or put it away."""
        known = {"counter": self.counter_id != 0, "finished": True, "day": True, "": True}
        wanted = typed.text(name)
        if known.get(wanted):
            self.panel = "" if self.panel == wanted else wanted

    @rx.event
    @needs(Permission.CALL)
    async def pause(self) -> None:
        """Call nobody to my counter for a while, or go on."""
        before, counter_id = self.counter_paused, self.counter_id
        self.panel = ""
        if not counter_id:
            return
        if await self._do(counters.pause, counter_id, not before) is not None:
            self._paused_before = before
            said = "窓口を再開しました" if before else "窓口を休止しました"
            self._offer(f"{OF_COUNTER}pause:{counter_id}", said)

    @rx.event
    @needs(Permission.CALL)
    async def take_service(self, service_id: int) -> None:
        """Take a service at my counter or leave it to the others; 0 takes all of them."""
        wanted, shown, counter_id = typed.whole(service_id), self.counter_services, self.counter_id
        if not counter_id or (wanted and wanted not in {one.id for one in shown}):
            return
        before = self._services_shown()
        after = [one.id for one in shown if one.taken is not (one.id == wanted)] if wanted else []
        if wanted and not after:
            self._quiet()
            self.refusal = "一つは受ける業務を選んでください。"
            return
        chosen = [] if len(after) == len(shown) else after
        if await self._do(counters.choose_services, counter_id, chosen, before) is not None:
            self._services_before, self._services_after = before, chosen
            self._offer(f"{OF_COUNTER}services:{counter_id}", "受ける業務を変えました")

    async def _undo_counter(self, mark: str) -> bool:
        """Take pausing or the choice of services back, at the counter that was changed; whether it was."""
        what, counter_id = mark.removeprefix(OF_COUNTER).split(":")
        changed = next((one for one in self.counters if one.id == int(counter_id)), None)
        if changed is None or not changed.mine:
            label = "" if changed is None else changed.label
            return self._refused(say("ja", "staff.undo_not_my_counter", counter=label))
        if what == "pause":
            return await self._do(counters.pause, changed.id, self._paused_before) is not None
        before, after = list(self._services_before), list(self._services_after)
        return await self._do(counters.choose_services, changed.id, before, after) is not None

    def _services_shown(self) -> list[int]:
        """What the page says my counter takes, as it is stored: nothing for all."""
        taken = [one.id for one in self.counter_services if one.taken]
        return [] if len(taken) == len(self.counter_services) else taken

    async def _ask_where(self, name: str) -> None:
        """Open a panel that needs to know where the current ticket can go on to; again closes it."""
        if not self.current_id or self.panel == name:
            self.panel = ""
            return
        actor = await caller.acting()
        if actor is None:
            return
        self._quiet()
        found, self.refusal = await asked(
            _log, "where to", handing_over.targets, running.office(), actor, self.desk_id
        )
        if found is not None:
            self.targets = targets_of(found, self.desk_id)
            self.panel = name

    def _tell_route(self) -> None:
        names = {one.id: one.name for one in self.targets}
        self.route_text = " → ".join(names[one] for one in self.route_chosen if one in names)
