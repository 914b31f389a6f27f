"""Registering a caller, choosing another place, correcting a contact: the forms of `/staff/reservations`.

Name and number come as arguments and go back as letters; they stand in no variable.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final
from uuid import uuid4

import reflex as rx
from reflex.event import EventSpec

from ..dates import day_text
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..domain.names import kana_name, to_kana
from ..domain.phones import national, phone_e164
from ..domain.roles import Permission
from ..services import booking, contacts, moving, reservation_changes, reservation_places, running
from ..services.actors import Actor
from ..services.booking_views import BookingView
from ..services.reservation_places import DeskService
from ..services.running import in_thread
from ..texts import refusal_text, say
from . import caller, trouble, typed
from . import reservation_letters as letters
from .access import needs
from .reservation_form_shown import Option, ReservationFormShown, asked, complaint, left
from .reservation_letters import HEADING, KANA, PHONE
from .reservations import ReservationsState
from .reservations_shown import CREATE, DETAIL, EDIT, MOVE
from .reservations_view import Shown

_log = logging.getLogger(__name__)

BOUNCE_SECONDS: Final = 0.6
"""A second Enter this soon after a refusal is the same press: it must not take what was just offered."""


class ReservationForm(ReservationFormShown, rx.State):
    """What the open form offers to choose from, and what is wrong with it."""

    _services: list[DeskService] = []

    @rx.event
    @needs(Permission.RESERVE)
    async def open_new(self) -> None:
        """A caller is on the telephone."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or not page.desk_id:
            return
        self._empty()
        page._quiet()
        page.panel, page.chosen = CREATE, Shown()
        await self._offer(actor, page.service_id)
        await self._show(page, actor)

    @rx.event
    @needs(Permission.RESERVE)
    async def open_at(self, slot_id: int) -> None:
        """The same, for this place; while a form is open, the place is chosen in it."""
        page, actor, wanted = await self._page(), await caller.acting(), typed.whole(slot_id)
        if actor is None or not page.desk_id or not wanted:
            return
        if page.panel not in {CREATE, MOVE}:
            self._empty()
            page._quiet()
            page.panel, page.chosen = CREATE, Shown()
            await self._offer(actor, page.service_id)
        try:
            place = await in_thread(reservation_places.place_of, running.office(), actor, wanted)
        except Refusal as refusal:
            self.error = refusal_text("ja", refusal)
            return
        if page.panel == CREATE:
            fitting = [one.id for one in self._services if one.pool_id == place.pool_id]
            if fitting and typed.whole(self.service) not in fitting:
                self.service = str(fitting[0])
        self.day, self.place = place.day.isoformat(), str(wanted)
        await self._refresh(actor)
        await self._show(page, actor)

    @rx.event
    @needs(Permission.RESERVE)
    async def open_move(self) -> None:
        """Choose another place for the chosen reservation."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or not page.chosen.may_change:
            return
        self._empty()
        page._quiet()
        page.panel = MOVE
        self.service, self.day = str(page.chosen.service_id), page.chosen.day
        self.place = str(page.chosen.slot_id)
        await self._refresh(actor)
        await self._show(page, actor)

    @rx.event
    @needs(Permission.RESERVE)
    async def open_edit(self) -> None:
        """Correct name, number or how many come."""
        page = await self._page()
        if page.chosen.id and not page.chosen.masked:
            self._empty()
            page._quiet()
            page.panel = EDIT

    @rx.event
    @needs(Permission.RESERVE)
    async def choose_service(self, service: str) -> None:
        """Offer the days and times of another service."""
        page, actor = await self._page(), await caller.acting()
        wanted = str(typed.whole(service))
        if actor is None or page.panel != CREATE or wanted not in {one.value for one in self.services}:
            return
        self.service, self.day, self.place = wanted, "", ""
        await self._refresh(actor)
        await self._show(page, actor)

    @rx.event
    @needs(Permission.RESERVE)
    async def choose_day(self, day: str) -> None:
        """Offer the times of another day."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or page.panel not in {CREATE, MOVE} or typed.day(day) is None:
            return
        self.day, self.place = day, ""
        await self._refresh(actor)
        await self._show(page, actor)

    @rx.event
    @needs(Permission.RESERVE)
    async def choose_place(self, slot_id: str) -> None:
        """Take this time, once the form is sent."""
        wanted = str(typed.whole(slot_id))
        if wanted in {one.value for one in self.places}:
            self.place = wanted
            self._no_trouble_with_place()

    @rx.event
    @needs(Permission.RESERVE)
    async def check_kana(self, typed_name: str) -> EventSpec | None:
        """Convert what was typed into katakana and say what cannot be."""
        given = typed.text(typed_name)
        # Passing by an empty field is no mistake.
        self.kana_error = complaint(kana_name, given) if given.strip() else ""
        return letters.send(letters.converted(KANA, given, to_kana(given))) if given else None

    @rx.event
    @needs(Permission.RESERVE)
    async def check_phone(self, typed_number: str) -> EventSpec | None:
        """Say whether the number can be read; one that can is written as people in Japan do."""
        given = typed.text(typed_number)
        self.phone_error = complaint(phone_e164, given) if given.strip() else ""
        if self.phone_error or not given.strip():
            return None
        return letters.send(letters.converted(PHONE, given, national(phone_e164(given))))

    @rx.event
    @needs(Permission.RESERVE)
    async def register(self, form_data: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Book the chosen place for the caller."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or page.panel != CREATE or self.sending:
            return
        kana, phone = typed.field(form_data, "kana"), typed.field(form_data, "phone")
        self._judge(kana, phone)
        if (wrong := self._first_wrong()) is not None:
            yield letters.focus(wrong)
            return
        self.sending = True
        yield None
        try:
            made = await self._try(
                booking.book_at_desk,
                actor,
                service_id=typed.whole(self.service),
                slot_id=typed.whole(self.place),
                kana=kana,
                phone=phone,
                form=self.token,
                party=_people(form_data),
                answers={one.name: typed.field(form_data, f"q-{one.name}") for one in self.questions},
                over_reason=self._reason(page, form_data),
            )
        finally:
            self.sending = False
        if made is None:
            await self._refresh(actor)
            yield letters.focus(self._next_step())
            return
        await self._done(page, actor, made, f"予約しました：{made.code}")
        yield letters.focus(HEADING)

    @rx.event
    @needs(Permission.RESERVE)
    async def move(self, form_data: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Give the chosen reservation the chosen place."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or page.panel != MOVE or self.sending:
            return
        # Somebody else may have cancelled it; the news of that may still be on its way.
        await page._load_chosen(actor)
        if page.panel != MOVE:
            return
        same = self.place == str(page.chosen.slot_id)
        self.place_error = "いまと同じ時間です。" if same else "" if self.place else "時間を選んでください。"
        if self.place_error:
            yield letters.focus("desk-place")
            return
        self.sending = True
        yield None
        try:
            moved = await self._try(
                moving.move_at_desk,
                actor,
                page.chosen.id,
                typed.whole(self.place),
                push=page.chosen.in_line and typed.field(form_data, "push") != "",
                over_reason=self._reason(page, form_data),
            )
        finally:
            self.sending = False
        if moved is None:
            await page._load_chosen(actor)
            if page.panel != MOVE:
                return
            await self._refresh(actor)
            yield letters.focus(self._next_step())
            return
        await self._done(page, actor, moved, "時間を変更しました")
        yield letters.focus(HEADING)

    @rx.event
    @needs(Permission.RESERVE)
    async def take_nearest(self) -> EventSpec | None:
        """Take the free place that was offered instead, and send the form."""
        actor = await caller.acting()
        if actor is None or not self.nearest or time.monotonic() - self._refused_at < BOUNCE_SECONDS:
            return None
        place = await in_thread(
            reservation_places.place_of, running.office(), actor, typed.whole(self.nearest)
        )
        self.day, self.place = place.day.isoformat(), self.nearest
        self._no_trouble_with_place()
        await self._refresh(actor)
        return letters.submit()

    @rx.event
    @needs(Permission.SEE_CONTACT)
    async def fill_in(self) -> EventSpec | None:
        """Put the stored contact into the fields; the look is audited."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or page.panel != EDIT:
            return None
        try:
            kana, phone = await in_thread(contacts.contact_of, running.office(), actor, page.chosen.id)
        except Refusal as refusal:
            self.error = refusal_text("ja", refusal)
            return None
        return letters.send(letters.offered(KANA, kana), letters.offered(PHONE, phone))

    @rx.event
    @needs(Permission.RESERVE)
    async def save(self, form_data: dict[str, Any]) -> EventSpec | None:
        """Correct what was filled in; an empty field stays as it is."""
        page, actor = await self._page(), await caller.acting()
        if actor is None or page.panel != EDIT:
            return None
        kana, phone = typed.field(form_data, "kana"), typed.field(form_data, "phone")
        self.error = self.party_error = ""
        self.kana_error = complaint(kana_name, kana) if kana.strip() else ""
        self.phone_error = complaint(phone_e164, phone) if phone.strip() else ""
        if (wrong := self._first_wrong()) is not None:
            return letters.focus(wrong)
        saved = await self._try(
            reservation_changes.edit_at_desk,
            actor,
            page.chosen.id,
            kana=kana if kana.strip() else None,
            phone=phone if phone.strip() else None,
            party=_people(form_data) if typed.field(form_data, "party") else None,
        )
        if saved is None:
            return letters.focus(self._next_step())
        await self._done(page, actor, saved, "保存しました")
        return letters.focus(HEADING)

    async def _page(self) -> ReservationsState:
        return await self.get_state(ReservationsState)

    async def _offer(self, actor: Actor, preferred: int) -> None:
        page = await self._page()
        self._services = await in_thread(
            reservation_places.services_of, running.office(), actor, page.desk_id
        )
        self.services = [Option(str(one.id), one.name) for one in self._services]
        known = [one.value for one in self.services]
        self.service = str(preferred) if str(preferred) in known else (known[0] if known else "")
        self.day = self.place = ""
        await self._refresh(actor)

    async def _refresh(self, actor: Actor) -> None:
        """Days and times of the service as they are now; what is chosen stays chosen where it can."""
        office, service_id = running.office(), typed.whole(self.service)
        if not service_id:
            self.days, self.places = [], []
            return
        days = await in_thread(reservation_places.free_days, office, actor, service_id)
        self.days = [
            Option(one.day.isoformat(), f"{day_text(DEFAULT, one.day)}　{left(one.free)}") for one in days
        ]
        free = [one.day.isoformat() for one in days if one.free]
        if self.day not in {one.value for one in self.days}:
            self.day = free[0] if free else self.days[0].value if self.days else ""
        wanted = typed.day(self.day)
        places = (
            []
            if wanted is None
            else await in_thread(reservation_places.free_places, office, actor, service_id, wanted)
        )
        self.places = [Option(str(one.slot_id), f"{one.time}　{left(one.free)}") for one in places]
        if self.place not in {one.value for one in self.places}:
            open_ones = [str(one.slot_id) for one in places if one.free]
            self.place = open_ones[0] if open_ones else self.places[0].value if self.places else ""
        self._ask(next((one for one in self._services if one.id == service_id), None))

    def _ask(self, service: DeskService | None) -> None:
        self.most = 1 if service is None else service.max_party
        self.questions = [] if service is None else [asked(one) for one in service.questions]

    async def _show(self, page: ReservationsState, actor: Actor) -> None:
        """Let the calendar show where the form stands."""
        page.picking = typed.whole(self.service)
        wanted = typed.day(self.day)
        if wanted is not None:
            page._go_to(wanted)
        await page._load(actor)

    async def _done(self, page: ReservationsState, actor: Actor, made: BookingView, said: str) -> None:
        self._empty()
        page.picking, page.panel = 0, DETAIL
        page.chosen = Shown(id=made.id)
        page._go_to(made.day)
        page._quiet()
        page._no_undo()
        page.said = said
        await page._load(actor)

    async def _try(
        self, service: Callable[..., BookingView], actor: Actor, *arguments: object, **more: object
    ) -> BookingView | None:
        self._no_trouble_with_place()
        self.error = self.party_error = self.answer_error = ""
        try:
            return await in_thread(lambda: service(running.office(), actor, *arguments, **more))
        except Refusal as refusal:
            self._refused(refusal)
        except Exception as error:
            trouble.log(_log, "a form of the reservations page", error)
            self.error = say("ja", "staff.failed")
        return None

    def _reason(self, page: ReservationsState, form_data: dict[str, Any]) -> str:
        """Why the capacity is to be exceeded; only asked of those who may, when the place is full."""
        return typed.field(form_data, "over") if self.full and page.may_exceed else ""

    def _empty(self) -> None:
        self.reset()  # type: ignore[no-untyped-call]
        self.token = uuid4().hex


def _people(form_data: object) -> int:
    """How many come: one where it is not asked; what is no number is refused by the rule."""
    given = typed.field(form_data, "party").strip()
    return typed.whole(given) if given else 1
