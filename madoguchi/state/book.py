"""`/book`: a citizen books a visit. Whoever holds the signed link, or the ID token of LIFF
(`book_liff`), is that citizen, nobody else.

Any handler can be called by anyone with anything, so each checks its arguments itself; the identity
lives in variables the browser never sees. Name and number live in none: they come as arguments and go
back as letters.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import reflex as rx
from reflex.event import EventSpec

from ..domain.errors import Refusal
from ..domain.languages import LANGUAGES, known
from ..domain.names import kana_name, to_kana
from ..domain.phones import national, phone_e164
from ..domain.questions import checked_answers
from ..services import booking_form, guest_holds, liff, links, profile, running
from ..services.booking_form import Visitor
from ..services.booking_together import BookWish, book_together
from ..services.holding_together import HoldWish, hold_together
from ..services.running import in_thread
from ..texts import refusal_text
from . import book_letters, book_view
from .access import anyone
from .book_letters import KANA, PHONE, Letter
from .book_liff import BookLiff
from .book_mine import BookMine
from .book_shown import CONTACT, SERVICE, WHEN
from .typed import field as _field
from .typed import text as _text

_GONE: Final = ("hold_lapsed", "slot_closed", "unknown_place", "unknown_reservation", "booking_ended")


class BookState(BookMine, BookLiff, rx.State):
    """One tab of `/book`."""

    @rx.event
    @anyone
    async def open_page(self) -> AsyncIterator[EventSpec | None]:
        """Read the link or ask LIFF; show what is known, and ask LINE for the name if nothing better is."""
        query = self.router.url.query_parameters
        link, desk_id = query.get("k", ""), liff.desk_asked(query)
        language = self._asked_language(query)
        if not link and desk_id is not None and running.office().settings.liff_id:
            contact = await self._open_by_liff(query, desk_id, language)
        else:
            contact = await self._open(link, language)
        self.asked_for_mine |= "mine" in query
        self._fold()
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
        self.answered += 1
        if isinstance(language, str) and language in LANGUAGES:
            self._clear()
            self.kana_error = self.phone_error = self.party_error = ""
            self._speak(language)

    @rx.event
    @anyone
    async def open_step(self, step: int) -> None:
        """Open a step that has been reached before."""
        self.answered += 1
        if self.phase != "open" or type(step) is not int or not self._first() <= step <= self._reached():
            return
        self._clear()
        self.step = step
        if step == WHEN:
            # Taking a place left the calendar as it was; it may be old by now.
            with self._kept():
                await self._refresh()

    @rx.event
    @anyone
    async def choose_service(self, code: str) -> None:
        """Show the service's calendar."""
        self.answered += 1
        found = [one for one in self._offered() if one.code == code]
        if self.phase != "open" or self.moving or not self.may_book or not found:
            return
        self._clear()
        with self._kept():
            if found[0].id != self._service_id:
                await self._let_go()
                self._service_id = found[0].id
                self._show_service()
            self._month = self._day = None
            self.step = WHEN
            await self._refresh()

    @rx.event
    @anyone
    async def choose_place(self, slot_id: int) -> None:
        """Hold the place (or remember it for moving); when it is gone, show the calendar as it is now."""
        self.answered += 1
        if (
            self.phase != "open"
            or type(slot_id) is not int
            or slot_id not in [slot for slot, _, _ in self._free]
        ):
            return
        self._clear()
        if self.moving:
            self._choose_new_time(slot_id)
        else:
            await self._hold(slot_id)

    @rx.event
    @anyone
    async def choose_near(self) -> None:
        """Take the free place that was offered instead of one that is gone."""
        self.answered += 1
        if self.phase != "open" or self._near is None:
            return
        near = self._near
        self._clear()
        if self.moving:
            self._to = near
            self.step = CONTACT
            self._show_held()
        else:
            await self._hold(near[0])

    @rx.event
    @anyone
    async def show_bookings(self) -> None:
        """Leave the confirmation for the list of bookings."""
        self.answered += 1
        if self.phase != "done" or self._who is None:
            return
        self.asked_for_mine = True
        await self._open(self._link, self.language, leave_done=True)

    @rx.event
    @anyone
    async def book_more(self) -> None:
        """Show the steps of a new booking below the bookings there are."""
        self.answered += 1
        if self.phase == "open" and not self.moving and self.may_book:
            self._clear()
            self.folded = False
            if len(self._offered()) > 1:
                # What was booked before is hardly what is wanted next.
                self._service_id = 0
            self._day = self._month = None
            self.step = self._reached()
            self._show_service()
            with self._kept():
                await self._refresh()

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
        self.answered += 1
        kana, phone = _field(form_data, "kana"), _field(form_data, "phone")
        if self.phase != "open" or self.sending or self.moving:
            return
        self._clear()
        self.kana_error = self._complaint(kana_name, kana)
        self.phone_error = self._complaint(phone_e164, phone)
        party, answers = self._asked(form_data)
        self.error = "" if self._reservation_id else self.text["error.no_place"]
        unanswered = any(one.error for one in self.questions)
        wrong = self.kana_error or self.phone_error or self.party_error or unanswered or self.error
        self.sending = not wrong
        try:
            yield book_letters.send(_in_katakana(kana))
            if self.sending:
                with self._kept():
                    await self._book(kana, phone, party, answers)
        finally:
            self.sending = False
        if self.phase == "done":
            words = [one.field for one in self.questions if not one.options]
            yield book_letters.send(*book_letters.emptied(words))

    def _asked(self, form_data: object) -> tuple[int, dict[str, str]]:
        """How many come and the answers; what is wrong with them stands beside the fields."""
        service = self._service()
        typed = _field(form_data, "party")
        party = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 1
        most = len(self.parties)
        wrong = bool(most) and not 1 <= party <= most
        self.party_error = refusal_text(self.language, Refusal("party_size", most=most)) if wrong else ""
        answers: dict[str, str] = {}
        shown = book_view.questions(service, self.language)
        for one, question in zip(shown, service.questions if service else (), strict=True):
            answers[one.key] = _field(form_data, one.name)
            try:
                checked_answers([question], answers)
            except Refusal as refusal:
                one.error = refusal_text(self.language, refusal)
        if shown or self.questions:
            self.questions = shown
        return party if most else 1, answers

    async def _book(self, kana: str, phone: str, party: int, answers: dict[str, str]) -> None:
        try:
            wish = BookWish(self._citizen(), self._reservation_id, kana, phone, self.language, party, answers)
            with self._counted():
                made = await running.together(book_together, wish)
        except Refusal as refusal:
            self._refused(refusal)
            if refusal.code in _GONE:
                self._keep(None)
            self.step = WHEN
            await self._refresh()
        else:
            guest_holds.WATCH.booked(*self._guest_place())
            self._finish(made, moved=False)

    async def _hold(self, slot_id: int) -> None:
        with self._kept():
            try:
                wish = HoldWish(self._citizen(), self._service_id, slot_id)
                with self._counted():
                    held = await running.together(hold_together, wish)
            except Refusal as refusal:
                self._refused(refusal)
                self.step = WHEN
                await self._refresh()
            else:
                self._keep(held)
                self._day = held.starts_at.astimezone(self._zone()).date()
                self.step = CONTACT

    def _asked_language(self, query: Mapping[str, str]) -> str:
        """What the link says, else what the browser says."""
        asked = query.get(links.LANGUAGE, "")
        return (
            asked
            if asked in LANGUAGES
            else known(self.router.headers.accept_language.partition(",")[0].partition(";")[0])
        )

    def _first(self) -> int:
        return WHEN if self.moving else SERVICE

    def _reached(self) -> int:
        if self.moving:
            return CONTACT if self._to else WHEN
        return CONTACT if self._reservation_id else WHEN if self._service_id else SERVICE

    async def _open(self, link: str, language: str, *, leave_done: bool = False) -> tuple[str, str] | None:
        """Find out who comes. Kana and phone for the fields, if an earlier booking told them."""
        office = running.office()
        again = self._who is not None and (leave_done or (bool(link) and link == self._link))
        if again and self.phase == "done" and not leave_done:
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
        await self._welcome(found, self.language if again else found.language or language, again=again)
        return found.contact

    async def _welcome(self, found: Visitor, language: str, *, again: bool = False) -> None:
        self._desk = found.desk
        self.phase = "open"
        self.sending = False
        self.cancelling = 0
        self._clear()
        self.guest = found.citizen.line_user_id is None
        self.may_book = not self.guest or found.desk.guest_booking
        self._mine, self._waits = list(found.bookings), list(found.waits)
        self._booking, self.done = None, book_view.Done()
        self._keep(found.held)
        if found.held is not None:
            self._service_id = found.held.service_id
            self._day = found.held.starts_at.astimezone(self._zone()).date()
            self._month = book_view.first_of(self._day)
        elif len(found.desk.services) == 1 and self.may_book:
            self._service_id = found.desk.services[0].id
        self.step = self._reached()
        moving, self.moving = self.moving if again else found.reservation_id, 0
        self._speak(language)
        if moving:
            self.asked_for_mine = True
            await self._begin_move(moving)
        if not self.moving:
            await self._refresh()
        self._fold()

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
        "look_again",
        "choose_place",
        "choose_near",
        "show_bookings",
        "book_more",
        "ask_cancel",
        "keep_booking",
        "cancel",
        "move",
        "leave_move",
        "confirm_move",
        "wait_for_day",
        "stop_waiting",
        "check_kana",
        "check_phone",
        "submit",
    }
)
"""What anyone may call: each proves the citizen by the link or token read before, and checks what it gets."""


def _in_katakana(typed: str) -> Letter:
    return book_letters.converted(KANA, typed, to_kana(typed))
