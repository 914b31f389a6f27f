"""今日の窓口: what the clerk's page shows and does. Every action is a service; every rule is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import reflex as rx
from reflex.state import BaseState

from ..domain.roles import Permission, may
from ..services import (
    calling,
    checkin,
    counters,
    dashboard,
    handing_over,
    handling,
    issuing,
    running,
    undoing,
)
from ..services.actors import Actor
from ..services.dashboard import Dashboard
from ..services.office import Office
from ..services.steps import Outcome
from ..texts import say
from . import caller, typed
from .access import needs, signed_in
from .answers import asked
from .notifier import NOTIFIER, Tab
from .today_shown import TodayShown
from .today_view import Choice, milliseconds, view_of

_log = logging.getLogger(__name__)

_OVERTAKEN_MS: Final = 30_000
BOUNCE_SECONDS: Final = 0.6
"""A second press of 次を呼ぶ this soon is a bouncing key: it would end the visit that just began."""


class TodayState(TodayShown, rx.State):
    """One tab's view of one desk, and what its buttons and keys do."""

    _pressed_at: float = 0.0

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the desk where this member of staff sits, else the first."""
        actor = await _actor()
        if actor is None or not may(actor.role, Permission.SEE_QUEUE):
            return
        office = running.office()
        desks = await running.in_thread(dashboard.desks_for, office, actor)
        self.desks = [Choice(desk_id, name) for desk_id, name in desks]
        self.form = self.form or uuid4().hex
        known = {choice.id for choice in self.desks}
        if self.desk_id not in known:
            sits_at: int | None = await running.in_thread(counters.desk_of, office, actor)
            self.desk_id = sits_at or min(known, default=0)
        await self._refresh(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk of the municipality."""
        actor = await _actor()
        wanted = typed.whole(desk_id)
        if actor is None or wanted not in {choice.id for choice in self.desks}:
            return
        self._quiet()
        self.seat_asked = 0
        self.desk_id, self.undo_batch, self.walk_in_number = wanted, "", ""
        await self._refresh(actor)

    @rx.event
    @needs(Permission.CALL)
    async def choose_counter(self, counter_id: str) -> None:
        """Sit down at a counter; 0 stands up. Where a colleague sits, ask first."""
        wanted = typed.whole(counter_id)
        self.seat_asked = 0
        taken = next((one for one in self.counters if one.id == wanted and one.staff and not one.mine), None)
        if taken is not None:
            self._quiet()
            self.seat_asked, self.seat_asked_label = taken.id, taken.label
            self.seat_asked_staff = taken.staff
        elif wanted:
            await self._do(counters.take_counter, wanted)
        elif self.counter_id:
            await self._do(counters.leave_counter, self.counter_id)

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
        await self._act("呼び出しました", calling.call_next, typed.whole(shown) or None)
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
        """The visit is over; nobody is called."""
        await self._act("終了しました", handling.finish, typed.whole(shown))

    @rx.event
    @needs(Permission.CALL)
    async def ask_hand_over(self) -> None:
        """Show which services the current ticket can be handed over to."""
        self.handing_over = self.current_id != 0 and not self.handing_over

    @rx.event
    @needs(Permission.CALL)
    async def hand_over(self, shown: int, service_id: int) -> None:
        """Let the current ticket wait for another service."""
        await self._act("引き継ぎました", handing_over.hand_over, typed.whole(shown), typed.whole(service_id))

    @rx.event
    @needs(Permission.CALL)
    async def put_back(self, ticket_id: int) -> None:
        """A ticket on hold or absent waits again."""
        outcome = await self._do(handling.resume, typed.whole(ticket_id))
        self._remember(outcome, "列に戻しました")

    @rx.event
    @needs(Permission.CALL)
    async def cancel_ticket(self, ticket_id: int) -> None:
        """Take a number back that was given by mistake."""
        outcome = await self._do(handling.cancel_ticket, typed.whole(ticket_id))
        self._remember(outcome, "取り消しました")
        if isinstance(outcome, Outcome) and outcome.ticket_id == self.walk_in_id:
            self.walk_in_number = ""

    @rx.event
    @needs(Permission.CALL)
    async def undo(self) -> None:
        """Take the last click back, within ten seconds."""
        batch, self.undo_batch = self.undo_batch, ""
        if batch and isinstance(await self._do(undoing.undo, batch), Outcome):
            self.said = "元に戻しました"

    @rx.event
    @needs(Permission.CALL)
    async def check_in(self, reservation_id: int) -> None:
        """The visitor of a reservation is here: give the number."""
        issued = await self._do(checkin.check_in_at_desk, typed.whole(reservation_id))
        if isinstance(issued, issuing.IssuedTicket):
            self.said = f"{issued.number} 受付しました"

    @rx.event
    @needs(Permission.CALL)
    async def walk_in(self, service_id: int, form: str) -> None:
        """A number for somebody without LINE and without paper; the same form gives the same number."""
        wanted = typed.whole(service_id)

        def issue(office: Office, actor: Actor) -> issuing.IssuedTicket:
            return issuing.issue_at_desk(office, actor, service_id=wanted, form=typed.text(form)[:64])

        issued = await self._do(issue)
        if isinstance(issued, issuing.IssuedTicket):
            self.walk_in_id, self.walk_in_number = issued.id, issued.number
            self.walk_in_service = issued.service["ja"]
            self.form = uuid4().hex

    @rx.event
    @needs(Permission.CALL)
    async def walk_in_told(self) -> None:
        """The number was told to the visitor."""
        self.walk_in_number = ""

    async def _act(self, said: str, service: Callable[..., Outcome], *arguments: int | None) -> None:
        """Run an action of my counter and offer to undo it."""
        self.handing_over = False
        if not self.counter_id:
            self._quiet()
            self.refusal = say("ja", "staff.no_counter")
            return
        outcome = await self._do(service, self.counter_id, *arguments)
        self._remember(outcome, said)

    def _remember(self, outcome: object, said: str) -> None:
        if not isinstance(outcome, Outcome) or outcome.batch is None:
            return
        self.said = f"{outcome.number} {said}" if outcome.number else "終了しました。待っている人はいません"
        self.undo_batch, self.undo_text = outcome.batch, self.said
        self.undo_until = milliseconds(outcome.undo_until)

    async def _do(self, service: Callable[..., Any], *arguments: object) -> object:
        """Run a service as who is signed in, say what it refused, and show the desk anew."""
        self._quiet()
        actor = await _actor()
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
        sat_at = self.counter_id
        for name, value in view_of(board, actor, running.office().settings.zone).items():
            if getattr(self, name) != value:
                setattr(self, name, value)
        if not self.current_id:
            self.handing_over = False
        if sat_at and not self.counter_id:
            self._tell_who_took_over(sat_at)

    def _tell_who_took_over(self, counter_id: int) -> None:
        taken = next((one for one in self.counters if one.id == counter_id and one.staff), None)
        if taken is not None:
            self.said = ""
            self.refusal = say("ja", "staff.taken_over", counter=taken.label, staff=taken.staff)


async def write_board(root: BaseState, actor: Actor, board: Dashboard) -> None:
    """Put a desk's news into a tab's state; the notifier's pushes come through here."""
    (await root.get_state(TodayState))._show(board, actor)


async def _actor() -> Actor | None:
    return await caller.actor_of(caller.caller().token)
