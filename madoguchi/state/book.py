"""`/book`: a citizen books a visit. Whoever holds the signed link, or the ID token of LIFF
(`book_liff`), is that citizen, nobody else.

Any handler can be called by anyone with anything, so each checks its arguments itself; the identity
lives in variables the browser never sees. Name and number live in none: they come as arguments and go
back as letters.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import reflex as rx
from reflex.event import EventSpec

from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import LANGUAGES, known
from ..domain.names import kana_name, to_kana
from ..domain.phones import national, phone_e164
from ..services import booking_form, holds, liff, links, profile, running
from ..services.booking_form import Visitor
from ..services.booking_together import BookWish, book_together
from ..services.holding_together import HoldWish, hold_together
from ..services.running import in_thread
from ..texts import refusal_text
from . import book_letters, book_view
from .access import anyone
from .book_letters import KANA, PHONE, Letter
from .book_liff import BookLiff
from .book_shown import CONTACT, SERVICE, WHEN

LONGEST: Final = 200
"""More than anyone types into a field; the domain's own limits are shorter."""
_GONE: Final = ("hold_lapsed", "slot_closed", "unknown_place", "unknown_reservation", "booking_ended")


class BookState(BookLiff, rx.State):
    """One tab of `/book`."""

    @rx.event
    @anyone
    async def open_page(self) -> AsyncIterator[EventSpec | None]:
        """Read the link or ask LIFF; show what is known, and ask LINE for the name if nothing better is."""
        query = self.router.url.query_parameters
        link, desk_id = query.get("k", ""), liff.desk_asked(query)
        language = known(self.router.headers.accept_language.split(",")[0].split(";")[0])
        if not link and desk_id is not None and running.office().settings.liff_id:
            contact = await self._open_by_liff(query, desk_id, language)
        else:
            contact = await self._open(link, language)
        if contact is not None:
            yield book_letters.known_contact(*contact)
        elif self.phase == "open":
            yield None
            if letter := book_letters.display_name(await self._name_in_line()):
                yield letter

    @rx.event
    @anyone
    async def choose_language(self, language: str) -> None:
        """Show everything in another language."""
        if isinstance(language, str) and language in LANGUAGES:
            self.error = self.kana_error = self.phone_error = ""
            self._speak(language)

    @rx.event
    @anyone
    async def open_step(self, step: int) -> None:
        """Open a step that has been reached before."""
        reached = CONTACT if self._reservation_id else WHEN if self._service_id else SERVICE
        if self.phase == "open" and isinstance(step, int) and SERVICE <= step <= reached:
            self.step = step

    @rx.event
    @anyone
    async def choose_service(self, code: str) -> None:
        """Show the service's calendar."""
        found = [one for one in self._offered() if one.code == code]
        if self.phase != "open" or not found:
            return
        self.error = ""
        with self._kept():
            if found[0].id != self._service_id:
                await self._let_go()
            self._service_id = found[0].id
            self._month = self._day = None
            await self._refresh()
            self.step = WHEN

    @rx.event
    @anyone
    async def show_month(self, step: int) -> None:
        """Turn the calendar one month back (-1) or on (1)."""
        if type(step) is not int or step not in (-1, 1) or self._month is None:
            return
        if (step < 0 and self.has_earlier) or (step > 0 and self.has_later):
            months = self._month.year * 12 + self._month.month - 1 + step
            self._month = date(months // 12, months % 12 + 1, 1)
            self._speak(self.language)

    @rx.event
    @anyone
    async def choose_day(self, day: str) -> None:
        """Show the day's times."""
        chosen = _day(day)
        # A day that was full when the page was drawn may be free now: the fresh calendar decides.
        if self.phase != "open" or chosen not in self._days:
            return
        self.error = ""
        self._day = chosen
        with self._kept():
            await self._refresh()

    @rx.event
    @anyone
    async def choose_place(self, slot_id: int) -> None:
        """Hold the place; when it is gone, show the calendar as it is now."""
        if (
            self.phase != "open"
            or type(slot_id) is not int
            or slot_id not in [slot for slot, _, _ in self._free]
        ):
            return
        self.error = ""
        with self._kept():
            try:
                wish = HoldWish(self._citizen(), self._service_id, slot_id)
                held = await running.together(hold_together, wish)
            except Refusal as refusal:
                self.error = refusal_text(self.language, refusal)
                await self._refresh()
            else:
                self._keep(held)
                self.step = CONTACT
                self._speak_of_place()

    @rx.event
    @anyone
    async def check_kana(self, typed: str) -> EventSpec | None:
        """Convert what was typed into katakana and say what cannot be."""
        if self.phase != "open" or not isinstance(typed, str):
            return None
        given = _text(typed)
        # Passing by an empty field is no mistake.
        self.kana_error = self._complaint(kana_name, given) if given.strip() else ""
        return book_letters.send(_in_katakana(given))

    @rx.event
    @anyone
    async def check_phone(self, typed: str) -> EventSpec | None:
        """Say whether the number can be read; one that can is written as people in Japan do."""
        if self.phase != "open" or not isinstance(typed, str):
            return None
        given = _text(typed)
        self.phone_error = self._complaint(phone_e164, given) if given.strip() else ""
        if self.phone_error or not given.strip():
            return None
        return book_letters.send(book_letters.converted(PHONE, given, national(phone_e164(given))))

    @rx.event
    @anyone
    async def submit(self, form_data: dict[str, Any]) -> AsyncIterator[EventSpec]:
        """Book the held place with what the form holds."""
        kana, phone = _field(form_data, "kana"), _field(form_data, "phone")
        if self.phase != "open" or self.sending:
            return
        self.kana_error = self._complaint(kana_name, kana)
        self.phone_error = self._complaint(phone_e164, phone)
        self.error = "" if self._reservation_id else self.text["error.no_place"]
        self.sending = not (self.kana_error or self.phone_error or self.error)
        try:
            yield book_letters.send(_in_katakana(kana))
            if self.sending:
                with self._kept():
                    await self._book(kana, phone)
        finally:
            self.sending = False
        if self.phase == "done":
            yield book_letters.send(*book_letters.emptied())

    async def _book(self, kana: str, phone: str) -> None:
        try:
            wish = BookWish(self._citizen(), self._reservation_id, kana, phone, self.language)
            made = await running.together(book_together, wish)
        except Refusal as refusal:
            self.error = refusal_text(self.language, refusal)
            if refusal.code in _GONE:
                self._keep(None)
            self.step = WHEN
            await self._refresh()
        else:
            self._booking = made
            self.phase = "done"
            self._speak_of_booking()

    async def _open(self, link: str, language: str) -> tuple[str, str] | None:
        """Find out who comes. Kana and phone for the fields, if an earlier booking told them."""
        office = running.office()
        again = bool(link) and link == self._link
        if again and self.phase == "done":
            return None
        try:
            if again and self._who is not None:
                found = await in_thread(booking_form.visitor_known, office, self._who)
            else:
                self.reset()  # type: ignore[no-untyped-call]
                who = links.read(office, link)
                found = await in_thread(booking_form.visitor_known, office, who)
                self._link, self._who = link, who
        except Refusal as refusal:
            self._turn_away(refusal, language)
            return None
        await self._welcome(found, self.language if again else found.language)
        return found.contact

    async def _welcome(self, found: Visitor, language: str) -> None:
        self._desk = found.desk
        self.phase = "open"
        self.sending = False
        self._keep(found.held)
        if found.held is not None:
            self._service_id = found.held.service_id
            self._day = found.held.starts_at.astimezone(running.office().settings.zone).date()
            self._month = book_view.first_of(self._day)
            self.step = CONTACT
        elif len(found.desk.services) == 1:
            self._service_id = found.desk.services[0].id
            self.step = WHEN
        self.step = min(self.step, CONTACT if found.held else WHEN if self._service_id else SERVICE)
        self._speak(language)
        await self._refresh()

    async def _let_go(self) -> None:
        """Another service: the place held of the former one goes back."""
        if self._reservation_id:
            await in_thread(holds.release, running.office(), self._citizen(), self._reservation_id)
        self._keep(None)

    def _citizen(self) -> Citizen:
        return self._who.citizen if self._who else Citizen()

    async def _name_in_line(self) -> str:
        user = self._citizen().line_user_id
        return await profile.display_name(running.office(), user) if user else ""


PUBLIC_HANDLERS: Final = frozenset(
    {
        "open_page",
        "open_by_liff",
        "choose_language",
        "open_step",
        "choose_service",
        "show_month",
        "choose_day",
        "choose_place",
        "check_kana",
        "check_phone",
        "submit",
    }
)
"""What anyone may call: each proves the citizen by the link or token read before, and checks what it gets."""


def _day(typed: object) -> date | None:
    """A day as the page sends it, None for anything else."""
    try:
        return date.fromisoformat(typed) if isinstance(typed, str) else None
    except ValueError:
        return None


def _field(form_data: object, name: str) -> str:
    """A form's field, empty when it is missing or no text."""
    value = form_data.get(name) if isinstance(form_data, dict) else None
    return _text(value) if isinstance(value, str) else ""


def _in_katakana(typed: str) -> Letter:
    return book_letters.converted(KANA, typed, to_kana(typed))


def _text(typed: str) -> str:
    """What was typed, within limits. Half characters are legal JSON, but no answer could carry them back."""
    return typed[:LONGEST].encode("utf-8", "replace").decode("utf-8")
