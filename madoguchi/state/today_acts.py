"""今日の窓口: running a service for a clerk's click, what it said, the way back, and showing the desk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from ..services import dashboard, running
from ..services.actors import Actor
from ..services.dashboard import Dashboard
from ..services.steps import Outcome
from ..texts import say
from . import caller
from .answers import asked
from .notifier import NOTIFIER, Tab
from .today_shown import TodayShown
from .today_view import absent_line, milliseconds, view_of
from .today_words import not_reached
from .undo_time import in_time, undo_until

_log = logging.getLogger(__name__)

_OVERTAKEN_MS: Final = 30_000
ABOUT_CURRENT: Final = frozenset({"hand_over", "route"})
"""Panels that are about the ticket at my counter, and close when it leaves."""


class TodayActs(TodayShown, mixin=True):
    """What every part of the page does the same way."""

    async def _act(
        self, said: str, service: Callable[..., Any], *arguments: object, nobody: str = ""
    ) -> None:
        """Run an action of my counter and offer to undo it; `nobody` is said when it is about no ticket."""
        self.panel = ""
        if not self.counter_id:
            self._quiet()
            self.refusal = say("ja", "staff.no_counter")
            return
        await self._change(said, service, self.counter_id, *arguments, nobody=nobody)

    async def _change(
        self, said: str, service: Callable[..., Any], *arguments: object, nobody: str = ""
    ) -> object:
        """Run an action that can be undone, and offer it; what came of it."""
        outcome = await self._do(service, *arguments)
        if isinstance(outcome, Outcome) and outcome.batch is not None:
            done = f"{outcome.number} {said}" if outcome.number else nobody or said
            self._offer(outcome.batch, "。".join([done, *map(not_reached, outcome.unreached)]))
            self.undo_until = milliseconds(outcome.undo_until)
        return outcome

    def _offer(self, batch: str, said: str) -> None:
        """Say what was done and that it can be undone."""
        self.said = said
        self.undo_batch, self.undo_text, self.undo_until = batch, said, undo_until()

    async def _do(self, service: Callable[..., Any], *arguments: object) -> object:
        """Run a service as who is signed in, say what it refused, and show the desk anew."""
        self._quiet()
        actor = await caller.acting()
        if actor is None:
            return None
        what = "an action of the counter"
        result, self.refusal = await asked(_log, what, service, running.office(), actor, *arguments)
        # A change comes back to this page with the notifier's push, a moment later. Asked for here as
        # well, the desk would be worked out twice, and the lobby would have to wait for it.
        changed = isinstance(result, Outcome) and result.batch is not None
        if not (changed and NOTIFIER.will_show(self._tab(actor))):
            await self._refresh(actor)
        return result

    def _tab(self, actor: Actor) -> Tab:
        who = caller.caller()
        return Tab(who.tab, who.socket, who.token, actor.staff_id, self.desk_id)

    def _quiet(self) -> None:
        self.said = self.refusal = ""

    def _refused(self, why: str) -> bool:
        """Say why nothing was done: False."""
        self.said, self.refusal = "", why
        return False

    async def _refresh(self, actor: Actor) -> None:
        """Show the desk as it is, and have it kept so."""
        if not self.desk_id:
            return
        NOTIFIER.register(self._tab(actor))
        board = await running.in_thread(dashboard.dashboard, running.office(), actor, self.desk_id)
        self._show(board, actor)

    def _show(self, board: Dashboard, actor: Actor) -> None:
        behind = self.server_now - milliseconds(board.generated_at)
        # Overtaken by a newer one. Further behind it cannot be: then the machine's clock was put back.
        if board.desk_id != self.desk_id or 0 < behind < _OVERTAKEN_MS:
            return
        sat_at, label = self.counter_id, self.counter_label
        for name, value in view_of(board, actor, running.office().settings.zone).items():
            if getattr(self, name) != value:
                setattr(self, name, value)
        if not self.current_id and self.panel in ABOUT_CURRENT:
            self.panel = ""
        if self.menu_id not in {row.ticket_id for row in (*self.waiting, *self.on_hold)}:
            self.menu_id = 0
        if self.undo_batch and not in_time(self.undo_until):
            self.undo_batch = ""
        self._tell_of_absence(board)
        if sat_at and not self.counter_id:
            self._tell_who_took_over(sat_at, label)

    def _tell_of_absence(self, board: Dashboard) -> None:
        """Somebody was called in vain and became absent by the desk's rule: say so, once."""
        batch, text, until = absent_line(board, self.counter_id)
        if batch and batch != self.absent_told:
            self.absent_told, self.refusal = batch, ""
            self._offer(batch, text)
            self.undo_until = until

    def _tell_who_took_over(self, counter_id: int, label: str) -> None:
        taken = next((one for one in self.counters if one.id == counter_id and one.staff), None)
        if taken is not None:
            self.said = ""
            self.refusal = say("ja", "staff.taken_over", counter=taken.label, staff=taken.staff)
        elif not self._leaving:
            self.said, self.refusal = "", say("ja", "staff.counter_freed", counter=label)
