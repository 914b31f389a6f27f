"""`/book` opened by LIFF: the browser brings the ID token that LINE gave it, and LINE says whose it is.

Nothing else that the browser brings says who somebody is. The token is an argument and gone with its
event; the name beside it goes back as a letter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

import reflex as rx
from reflex.event import EventSpec

from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..services import booking_form, liff, running
from ..services.booking_form import Visitor
from ..services.links import BookingLink
from ..services.running import in_thread
from ..texts import say
from . import book_letters
from .access import anyone
from .book_shown import BookShown


class BookLiff(BookShown, mixin=True):
    """The way into `/book` by LIFF."""

    liff_id: str = ""
    """Empty unless the page is to ask LIFF who holds the phone."""
    liff_sdk: str = ""
    """Where the page finds what plays the LIFF SDK; empty for the real one."""
    liff_desk: int = 0
    liff_booking: int = 0
    """The booking that the page was opened to change; 0 for none."""
    liff_serial: int = 0
    """Counts how often the page was asked: after a broken connection it answers again."""
    liff_renew: bool = False
    """Whether the token that the page gave was no good, so that it is to get another."""

    _by_liff: bool = False
    """Whether `_who` is somebody whom LINE vouched for in this tab."""

    @rx.event
    @anyone
    async def open_by_liff(self, id_token: str) -> AsyncIterator[EventSpec]:
        """Take the raw ID token of a page that was asked for one; empty when LIFF gave it none."""
        if not self._awaits_liff() or not isinstance(id_token, str):
            return
        try:
            name, found = await self._proven(id_token)
        except Refusal as refusal:
            self._doubt(refusal)
            return
        self._by_liff = True
        self.liff_id = ""
        await self._welcome(found, found.language or self.language)
        if found.contact is not None:
            yield book_letters.known_contact(*found.contact)
        elif letter := book_letters.display_name(name):
            yield letter

    async def _proven(self, id_token: str) -> tuple[str, Visitor]:
        """What LINE calls the token's owner, and the owner. Raises `Refusal`."""
        if not id_token:
            raise Refusal("liff_refused" if self.liff_renew else "liff_unreachable")
        office = running.office()
        who = await liff.prove(office, id_token)
        link = BookingLink(Citizen.in_line(who.line_user_id), self.liff_desk, self.liff_booking)
        found = await in_thread(booking_form.visitor_known, office, link)
        self._who = link
        return who.name, found

    def _doubt(self, refusal: Refusal) -> None:
        """Outside of LINE the SDK keeps a token for longer than it is good: one more try."""
        if refusal.code == "liff_refused" and not self.liff_renew:
            self.liff_renew = True
            self.liff_serial += 1
        else:
            self._turn_away(refusal, self.language)

    def _speak(self, language: str) -> None:
        """As ever; only that the account's links do not end after ten minutes."""
        super()._speak(language)
        if running.office().settings.liff_id:
            self.text = self.text | {"expired.how": say(language, "book.expired.how_liff")}

    def _awaits_liff(self) -> bool:
        return bool(self.liff_id) and self.phase == "loading"

    async def _open_by_liff(
        self, query: Mapping[str, str], desk_id: int, language: str
    ) -> tuple[str, str] | None:
        """Have the page ask LIFF; whoever reloads an open page is known already, as with a link.

        Gives kana and phone for the fields, if somebody is known and an earlier booking told them.
        """
        office = running.office()
        # A page that LIFF has just opened may be in other hands than what this tab showed before.
        again = self._by_liff and self.liff_desk == desk_id and liff.STATE not in query
        if again and self.phase == "done":
            return None
        try:
            if again and self._who is not None:
                found = await in_thread(booking_form.visitor_known, office, self._who)
                await self._welcome(found, self.language, again=True)
                return found.contact
        except Refusal as refusal:
            self._turn_away(refusal, language)
            return None
        asked = self.liff_serial
        self.reset()  # type: ignore[no-untyped-call]
        self.liff_desk, self.liff_serial = desk_id, asked + 1
        self.liff_booking = liff.booking_asked(query)
        self.liff_id, self.liff_sdk = office.settings.liff_id, office.settings.liff_sdk
        self._speak(language)
        return None

    if TYPE_CHECKING:

        async def _welcome(self, found: Visitor, language: str, *, again: bool = False) -> None: ...
