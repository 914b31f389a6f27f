"""今日の窓口, left and right: rows of those who wait, numbers given at the desk, reservations."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import reflex as rx

from ..domain.priorities import PriorityReason
from ..domain.roles import Permission
from ..services import checkin, handling, issuing, prioritizing
from ..services.actors import Actor
from ..services.office import Office
from ..services.steps import Outcome
from . import typed
from .access import needs
from .today_acts import TodayActs
from .today_words import PRIORITIES

CHECKED_IN: Final = "checkin:"
ISSUED: Final = "issued:"
"""Begin the undo marks of what gave a number; the id of the reservation or of the ticket follows."""


class TodayQueue(TodayActs, mixin=True):
    """Those who wait, and those who come."""

    @rx.event
    @needs(Permission.CALL)
    async def open_menu(self, ticket_id: int) -> None:
        """Show what is seldom done with a row, or put it away."""
        wanted = typed.whole(ticket_id)
        self.menu_id = 0 if self.menu_id == wanted else wanted

    @rx.event
    @needs(Permission.CALL)
    async def put_back(self, ticket_id: int) -> None:
        """A ticket on hold or absent waits again."""
        self.menu_id = 0
        await self._change("列に戻しました", handling.resume, typed.whole(ticket_id))

    @rx.event
    @needs(Permission.CALL)
    async def cancel_ticket(self, ticket_id: int) -> None:
        """Take a number back that was given by mistake."""
        self.menu_id = 0
        outcome = await self._change("取り消しました", handling.cancel_waiting, typed.whole(ticket_id))
        if isinstance(outcome, Outcome) and outcome.ticket_id == self.walk_in_id:
            self.walk_in_number = ""

    @rx.event
    @needs(Permission.CALL)
    async def prioritize(self, ticket_id: int, reason: str) -> None:
        """Let somebody go first, for a reason; an empty reason takes that away."""
        wanted = typed.text(reason)
        if wanted not in PRIORITIES and reason != "":
            return
        self.menu_id = 0
        because = PriorityReason(wanted) if wanted else None
        said = "優先にしました" if wanted else "優先をやめました"
        await self._change(said, prioritizing.prioritize, typed.whole(ticket_id), because)

    @rx.event
    @needs(Permission.CALL)
    async def check_in(self, reservation_id: int) -> None:
        """The visitor of a reservation is here: give the number."""
        issued = await self._do(checkin.check_in_at_desk, typed.whole(reservation_id))
        if isinstance(issued, issuing.IssuedTicket):
            self._offer(f"{CHECKED_IN}{typed.whole(reservation_id)}", f"{issued.number} 受付しました")

    @rx.event
    @needs(Permission.CALL)
    async def walk_in(self, service_id: int, form: str) -> None:
        """A number for somebody without LINE and without paper; the same form gives the same number."""
        await self._issue([typed.whole(service_id)], form, None)

    @rx.event
    @needs(Permission.CALL)
    async def open_walk_in(self) -> None:
        """Choose several services, or a priority, for one number; again: do not."""
        self.walk_in_open = not self.walk_in_open
        self.walk_in_chosen, self.walk_in_reason = [], ""

    @rx.event
    @needs(Permission.CALL)
    async def choose_walk_in(self, service_id: int) -> None:
        """Put a service at the end of what the visitor came for, or take it out."""
        wanted = typed.whole(service_id)
        if wanted in {one.id for one in self.services}:
            chosen = [one for one in self.walk_in_chosen if one != wanted]
            self.walk_in_chosen = chosen if wanted in self.walk_in_chosen else [*chosen, wanted]

    @rx.event
    @needs(Permission.CALL)
    async def choose_walk_in_reason(self, reason: str) -> None:
        """Why this visitor goes first; empty: does not."""
        wanted = typed.text(reason)
        self.walk_in_reason = wanted if wanted in PRIORITIES else ""

    @rx.event
    @needs(Permission.CALL)
    async def walk_in_several(self, form: str) -> None:
        """One number for all that was chosen."""
        if self.walk_in_open and self.walk_in_chosen:
            reason = PriorityReason(self.walk_in_reason) if self.walk_in_reason else None
            await self._issue(list(self.walk_in_chosen), form, reason)

    @rx.event
    @needs(Permission.CALL)
    async def walk_in_told(self) -> None:
        """The number was told to the visitor."""
        self.walk_in_number = ""

    async def _undo_number(self, mark: str) -> bool:
        """Take a number back that was given a moment ago; whether it was."""
        if mark.startswith(CHECKED_IN):
            await self._do(checkin.take_back, typed.whole(mark.removeprefix(CHECKED_IN)))
        else:
            await self._do(handling.cancel_waiting, typed.whole(mark.removeprefix(ISSUED)))
            self.walk_in_number = "" if not self.refusal else self.walk_in_number
        return not self.refusal

    async def _issue(self, services: list[int], form: str, reason: PriorityReason | None) -> None:
        first, *also = services
        key = typed.text(form)[:64]

        def issue(office: Office, actor: Actor) -> issuing.IssuedTicket:
            return issuing.issue_at_desk(office, actor, service_id=first, form=key, also=also, reason=reason)

        issued = await self._do(issue)
        if isinstance(issued, issuing.IssuedTicket):
            self.walk_in_id, self.walk_in_number = issued.id, issued.number
            names = {one.id: one.name for one in self.services}
            self.walk_in_service = " → ".join([issued.service["ja"], *(names[one] for one in also)])
            self.form = uuid4().hex
            self._offer(f"{ISSUED}{issued.id}", f"{issued.number} 発行しました")
            self.walk_in_open, self.walk_in_chosen, self.walk_in_reason = False, [], ""
