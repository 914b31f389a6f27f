"""今日の窓口: what the clerk's page shows and does. Every action is a service; every rule is there."""

from __future__ import annotations

from uuid import uuid4

import reflex as rx
from reflex.state import BaseState

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..services import abandoned, counters, dashboard, running, undoing
from ..services.actors import Actor
from ..services.dashboard import Dashboard
from ..services.steps import Outcome
from ..texts import refusal_text, say
from . import caller, typed
from .access import needs, signed_in
from .notifier import NOTIFIER, leave_others
from .today_counter import OF_COUNTER, TodayCounter
from .today_day import TodayDay
from .today_queue import CHECKED_IN, ISSUED, TodayQueue
from .today_view import Choice
from .undo_time import in_time


class TodayState(TodayCounter, TodayQueue, TodayDay, rx.State):
    """One tab's view of one desk, and what its buttons and keys do."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the desk where this member of staff sits, else the first."""
        actor = await caller.onlooker()
        if actor is None:
            return
        leave_others(NOTIFIER, caller.caller().tab)
        office = running.office()
        desks = await running.in_thread(dashboard.desks_for, office, actor)
        self.desks = [Choice(desk_id, name) for desk_id, name in desks]
        self.form = self.form or uuid4().hex
        known = {choice.id for choice in self.desks}
        if self.desk_id not in known:
            sits_at: int | None = await running.in_thread(counters.desk_of, office, actor)
            self.desk_id = sits_at or min(known, default=0)
            lost: str | None = await running.in_thread(abandoned.lost, office, actor)
            if sits_at is None and lost is not None:
                self.refusal = say("ja", "staff.counter_freed", counter=lost)
        await self._refresh(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk of the municipality."""
        actor = await caller.acting()
        wanted = typed.whole(desk_id)
        if actor is None or wanted not in {choice.id for choice in self.desks}:
            return
        self._quiet()
        self.seat_asked = self.menu_id = 0
        self.panel, self.walk_in_open = "", False
        self.desk_id, self.undo_batch, self.walk_in_number = wanted, "", ""
        self._leaving = True
        await self._refresh(actor)
        self._leaving = False

    @rx.event
    @needs(Permission.CALL)
    async def undo(self) -> None:
        """Take the last click back, within ten seconds."""
        batch, self.undo_batch = self.undo_batch, ""
        if batch and not in_time(self.undo_until):
            undone = self._refused(refusal_text("ja", Refusal("undo_too_late")))
        elif batch.startswith(OF_COUNTER):
            undone = await self._undo_counter(batch)
        elif batch.startswith((CHECKED_IN, ISSUED)):
            undone = await self._undo_number(batch)
        else:
            undone = bool(batch) and isinstance(await self._do(undoing.undo, batch), Outcome)
        if undone:
            self.said = "元に戻しました"


async def write_board(root: BaseState, actor: Actor, board: Dashboard) -> None:
    """Put a desk's news into a tab's state; the notifier's pushes come through here."""
    (await root.get_state(TodayState))._show(board, actor)
