"""The one contact that a clerk asked to see, for as long as it takes to dial."""

from __future__ import annotations

import asyncio
from typing import Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..services import contacts, running
from ..texts import refusal_text
from . import caller
from .access import needs

SHOWN_SECONDS: Final = 30.0


class ContactState(rx.State):
    """Kana and phone of one reservation, gone again after `SHOWN_SECONDS` or by a click."""

    reservation_id: int = 0
    kana: str = ""
    phone: str = ""
    refusal: str = ""
    _asked: int = 0

    @rx.event(background=True)
    @needs(Permission.SEE_CONTACT)
    async def show(self, reservation_id: int) -> None:
        """Show this reservation's contact; the look is audited. A second click hides it."""
        actor = await caller.acting()
        async with self:
            again = self.reservation_id == reservation_id
            asked = self._forget()
        if actor is None or again or type(reservation_id) is not int or not 0 < reservation_id < 2**31:
            return
        try:
            found = await running.in_thread(contacts.contact_of, running.office(), actor, reservation_id)
        except Refusal as refusal:
            async with self:
                self.refusal = refusal_text("ja", refusal)
            return
        async with self:
            if self._asked != asked:
                return
            self.reservation_id, (self.kana, self.phone) = reservation_id, found
        await asyncio.sleep(SHOWN_SECONDS)
        async with self:
            if self._asked == asked:
                self._forget()

    @rx.event
    @needs(Permission.SEE_CONTACT)
    async def hide(self) -> None:
        """Take it off the page."""
        self._forget()

    def _forget(self) -> int:
        self.reservation_id, self.kana, self.phone, self.refusal = 0, "", "", ""
        self._asked += 1
        return self._asked
