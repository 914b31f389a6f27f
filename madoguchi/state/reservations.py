"""`/staff/reservations`: the calendar, the search and what is done with one reservation.

Registering, moving and editing are in `reservation_form`. Every rule is in the services.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import reflex as rx
from reflex.state import BaseState

from ..domain.booking import CancelReason
from ..domain.errors import Refusal
from ..domain.roles import Permission, may
from ..services import (
    booking,
    checkin,
    counters,
    dashboard,
    reservation_changes,
    reservation_desk,
    reservation_places,
    reservation_search,
    running,
)
from ..services.actors import Actor
from ..services.booking_views import BookingView
from ..services.issuing import IssuedTicket
from ..services.running import in_thread
from ..texts import refusal_text
from . import caller, reservations_view, typed
from .access import needs, signed_in
from .answers import asked
from .notifier import CALENDARS, Tab, leave_others
from .reservations_shown import CANCEL, DAY, DETAIL, EARLY, WEEK, ReservationsShown
from .reservations_view import Shown
from .today_view import Choice, milliseconds
from .undo_time import undo_until

_log = logging.getLogger(__name__)

_FURTHEST: Final = timedelta(days=800)
_UNDO: Final[dict[str, Callable[..., BookingView]]] = {
    "cancel": reservation_changes.undo_cancel,
    "miss": reservation_changes.take_back_missed,
}


class ReservationsState(ReservationsShown, rx.State):
    """One tab's view of one desk's reservations, and what its buttons and keys do."""

    _found_ids: list[int] = []

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the desk where this member of staff sits, else the first, from today on."""
        actor = await caller.onlooker()
        if actor is None:
            return
        leave_others(CALENDARS, caller.caller().tab)
        office = running.office()
        self.desks = [
            Choice(desk_id, name) for desk_id, name in await in_thread(dashboard.desks_for, office, actor)
        ]
        known = {choice.id for choice in self.desks}
        if self.desk_id not in known:
            sits_at: int | None = await in_thread(counters.desk_of, office, actor)
            self.desk_id = sits_at or min(known, default=0)
        self.may_reserve = may(actor.role, Permission.RESERVE)
        self.may_exceed = may(actor.role, Permission.ADMINISTER)
        self.day = self.day or office.today().isoformat()
        if self.undo_until < milliseconds(office.clock.now()):
            self._no_undo()
            self._quiet()
        await self._desk_chosen(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk of the municipality."""
        actor, wanted = await caller.acting(), typed.whole(desk_id)
        if actor is None or wanted not in {choice.id for choice in self.desks}:
            return
        self._quiet()
        self._close()
        self._no_undo()
        self.desk_id, self.service_id = wanted, 0
        await self._desk_chosen(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_service(self, service_id: str) -> None:
        """Show the places of one service only, or of all (0)."""
        wanted = typed.whole(service_id)
        if wanted in {0, *(choice.id for choice in self.services)}:
            self.service_id = wanted
            await self._again()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def show(self, view: str) -> None:
        """Show the week or the day."""
        if view in (WEEK, DAY):
            self.view, self.searched = view, False
            await self._again()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def go(self, step: int) -> None:
        """One week or day back (-1) or on (1); 0 goes to today."""
        if type(step) is not int or step not in (-1, 0, 1):
            return
        if step:
            span = timedelta(days=7 if self.view == WEEK else 1)
            self._go_to(self._date() + step * span)
        else:
            self._go_to(running.office().today())
        await self._again()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_day(self, day: str) -> None:
        """Show the time around another day."""
        wanted = typed.day(day)
        if wanted is not None:
            self._go_to(wanted)
            await self._again()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def open_day(self, day: str) -> None:
        """Show one day of the week with everybody on it."""
        wanted = typed.day(day)
        if wanted is not None:
            self._go_to(wanted)
            self.view = DAY
            await self._again()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def search(self, form_data: dict[str, Any]) -> None:
        """Look for a number, a name in kana or the end of a phone number; an empty field ends it."""
        actor, wanted = await caller.acting(), typed.field(form_data, "search")
        if actor is None:
            return
        self.search_refusal = ""
        # What was done before has nothing to do with what is found now.
        self._quiet()
        if not wanted.strip():
            self.searched, self._found_ids, self.found = False, [], []
            return
        try:
            result = await in_thread(reservation_search.find, running.office(), actor, wanted)
        except Refusal as refusal:
            self.search_refusal = refusal_text("ja", refusal)
            return
        self.searched, self.found_more = True, result.more
        self._found_ids = [one.id for one in result.reservations]
        self.found = reservations_view.chips(result.reservations)
        if not self._found_ids and self.panel == DETAIL:
            self._close()
        if len(result.reservations) == 1:
            await self._choose(actor, result.reservations[0].id)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def close_search(self) -> None:
        """Show the calendar again."""
        self.searched, self.search_refusal, self.found, self._found_ids = False, "", [], []

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose(self, reservation_id: int) -> None:
        """Show everything about one reservation."""
        actor = await caller.acting()
        if actor is not None:
            self._quiet()
            await self._choose(actor, typed.whole(reservation_id))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def close_panel(self) -> None:
        """Back to where one came from: from a form to the reservation, from there to nothing."""
        had_picked = self.picking
        self.panel = DETAIL if self.panel not in {"", DETAIL} and self.chosen.id else ""
        self.picking, self.refusal = 0, ""
        if not self.panel:
            self.chosen = Shown()
        if had_picked:
            await self._again()

    @rx.event
    @needs(Permission.RESERVE)
    async def ask_cancel(self) -> None:
        """Ask for the reason first."""
        if self.chosen.may_change:
            self._quiet()
            self.panel = CANCEL

    @rx.event
    @needs(Permission.RESERVE)
    async def cancel(self, form_data: dict[str, Any]) -> None:
        """Cancel the chosen reservation, with or without a message in LINE."""
        reason = typed.field(form_data, "reason")
        if self.panel != CANCEL or reason not in set(CancelReason):
            return
        shown = self.chosen
        push = typed.field(form_data, "push") != ""
        done = await self._do(
            booking.cancel_booking, shown.id, reason=CancelReason(reason), push=shown.in_line and push
        )
        if done is not None:
            self._undoable("cancel", shown.id, f"{shown.code} を取り消しました", f"{shown.code} の取消")

    @rx.event
    @needs(Permission.RESERVE)
    async def miss(self, shown: int) -> None:
        """Nobody came."""
        wanted = typed.whole(shown)
        if await self._do(reservation_changes.mark_missed, wanted) is not None:
            code = self.chosen.code
            self._undoable("miss", wanted, f"{code} を来庁なしにしました", f"{code} の来庁なし")

    @rx.event
    @needs(Permission.RESERVE)
    async def take_back(self, shown: int) -> None:
        """Not absent after all."""
        if await self._do(reservation_changes.take_back_missed, typed.whole(shown)) is not None:
            self.said = "予約に戻しました"

    @rx.event
    @needs(Permission.RESERVE)
    async def undo(self) -> None:
        """Take the last click back, within ten seconds, whatever is shown meanwhile."""
        kind, wanted, what = self.undo_kind, self.undo_id, self.undo_text
        self._no_undo()
        if kind in _UNDO and await self._do(_UNDO[kind], wanted) is not None:
            self.said = f"{what}を元に戻しました"

    @rx.event
    @needs(Permission.CALL)
    async def check_in(self, shown: int) -> None:
        """The visitor is here: give the number; before the service takes people in, ask first."""
        actor, wanted = await caller.acting(), typed.whole(shown)
        if actor is None or not wanted or wanted != self.chosen.id:
            return
        if self.panel != EARLY:
            # No way back from a number that was given, and the key lies beside the others.
            await self._load_chosen(actor)
            if self.chosen.early_until:
                self._quiet()
                self.panel = EARLY
                return
        issued = await self._do(checkin.check_in_at_desk, wanted)
        if isinstance(issued, IssuedTicket):
            self.said = f"{issued.number} 受付しました"

    def _undoable(self, kind: str, reservation_id: int, said: str, what: str) -> None:
        self.said = said
        self.undo_kind, self.undo_id, self.undo_text = kind, reservation_id, what
        self.undo_until = undo_until()

    async def _do(self, service: Callable[..., Any], *arguments: object, **more: object) -> object:
        """Run a service as who is signed in, say what it refused, and show the desk anew."""
        self._quiet()
        actor = await caller.acting()
        if actor is None:
            return None
        what = "an action on a reservation"
        result, self.refusal = await asked(_log, what, service, running.office(), actor, *arguments, **more)
        if result is not None:
            # The way back is from the last thing done, never from the one before it.
            self._no_undo()
            if self.panel in {CANCEL, EARLY} and self.chosen.id in arguments:
                self.panel = DETAIL
        await self._load(actor)
        return result

    async def _choose(self, actor: Actor, reservation_id: int) -> None:
        had_picked, self.picking = self.picking, 0
        self.panel, self.chosen = DETAIL, Shown(id=reservation_id)
        if had_picked:
            await self._load(actor)
        else:
            await self._load_chosen(actor)

    async def _desk_chosen(self, actor: Actor) -> None:
        """Show the desk as it is, and have it kept so."""
        if not self.desk_id:
            return
        who = caller.caller()
        CALENDARS.register(Tab(who.tab, who.socket, who.token, actor.staff_id, self.desk_id))
        services = await in_thread(reservation_places.services_of, running.office(), actor, self.desk_id)
        self.services = [Choice(one.id, one.name, one.code) for one in services]
        await self._load(actor)

    async def _again(self) -> None:
        actor = await caller.acting()
        if actor is not None and self.desk_id:
            await self._load(actor)

    async def _load(self, actor: Actor) -> None:
        """Show what there is now of the desk, of what was found, and of the chosen reservation."""
        if not self.desk_id or not self.day:
            return
        office, wanted = running.office(), self._date()
        service_id = self.picking or self.service_id
        asked = (office, actor, self.desk_id, wanted, service_id)
        zone = office.settings.zone
        if self.view == DAY:
            values = reservations_view.day_values(await in_thread(reservation_desk.day, *asked), zone)
        else:
            week = await in_thread(reservation_desk.week, *asked)
            values = reservations_view.week_values(week, wanted, office.today(), zone)
        if self._found_ids:
            those = await in_thread(reservation_desk.these, office, actor, self._found_ids)
            values["found"] = reservations_view.chips(those)
        self._set(values)
        await self._load_chosen(actor)

    async def _load_chosen(self, actor: Actor) -> None:
        if not self.chosen.id:
            return
        office = running.office()
        try:
            found = await in_thread(reservation_desk.detail, office, actor, self.chosen.id)
        except Refusal as refusal:
            self._close()
            self.refusal = refusal_text("ja", refusal)
            return
        shown = reservations_view.shown_of(found, office.settings.zone)
        self._set({"chosen": shown})
        if gone := reservations_view.gone_text(shown, self.panel):
            self._quiet()
            self.panel, self.picking, self.refusal = DETAIL, 0, gone

    def _set(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def _date(self) -> date:
        return typed.day(self.day) or running.office().today()

    def _go_to(self, wanted: date) -> None:
        today = running.office().today()
        self.day = max(today - _FURTHEST, min(today + _FURTHEST, wanted)).isoformat()
        self.searched = False

    def _close(self) -> None:
        self.panel, self.picking, self.chosen = "", 0, Shown()

    def _no_undo(self) -> None:
        self.undo_kind, self.undo_id, self.undo_text, self.undo_until = "", 0, "", 0

    def _quiet(self) -> None:
        self.said = self.refusal = ""


async def write_calendar(root: BaseState, actor: Actor) -> None:
    """Show a tab its desk as it is now; the notifier's pushes come through here."""
    await (await root.get_state(ReservationsState))._load(actor)
