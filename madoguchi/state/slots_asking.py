"""予約枠: what each service asks and tells to bring, and whether people without LINE may book."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ..domain.asking import MOST_QUESTIONS
from ..domain.languages import DEFAULT
from ..domain.questions import Question, QuestionKind, one_line
from ..domain.roles import Permission
from ..services import pools, service_texts
from ..services.actors import Actor
from ..services.service_texts import ServiceTexts, TextsSaved
from . import caller, typed
from .access import needs, signed_in
from .answers import Answered
from .slots import SlotsState
from .slots_asking_form import (
    LONGEST,
    Previewed,
    QuestionRow,
    Sketch,
    blank_row,
    drafts_from,
    in_every_language,
    items_from,
    previewed,
    row_of,
    sketch_of,
)
from .slots_form import read_number
from .slots_view import Option
from .undo_time import in_time, undo_until


class SlotsAsking(Answered, rx.State):
    """One service's questions and things to bring, in a form."""

    services: list[Option] = []
    """Of the shown pool's desk."""
    service_id: int = 0
    rows: list[QuestionRow] = []
    may_add: bool = True
    bring: dict[str, str] = {}
    """What to bring, by language."""
    shown: list[Previewed] = []
    """The questions as citizens will see them, as far as they are typed."""
    shown_bring: str = ""
    desk: str = ""
    guests: bool = False
    said: str = ""
    undo_until: int = 0
    _desk_id: int = 0
    _rows: tuple[QuestionRow, ...] = ()
    """As shown. A tuple, so that Reflex hands it out as it is."""
    _keys: dict[int, str] = {}
    """Slots of the questions that are stored, with their keys."""
    _sketches: dict[int, Sketch] = {}
    _last_slot: int = 0
    _undo: tuple[Any, ...] = ()
    """The service called last with its arguments, such that it takes back what was done."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show what the shown pool's first service asks."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        slots = await self.get_state(SlotsState)
        found = await self._run(pools.desk_of_pool, actor, slots.pool_id)
        if found is None:
            return
        self.services = [Option(f"{service_id}", name) for service_id, name in found.services]
        known = [service_id for service_id, _name in found.services]
        await self._open(actor, self.service_id if self.service_id in known else min(known, default=0))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_service(self, service_id: str) -> None:
        """Show what another service asks."""
        actor = await caller.acting()
        wanted = read_number(service_id)
        if actor is not None and str(wanted) in {one.value for one in self.services}:
            self._quiet()
            await self._open(actor, wanted or 0)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def add_question(self) -> None:
        """One more question, to be written."""
        if self.service_id and len(self._rows) < MOST_QUESTIONS:
            self._quiet()
            row = blank_row(self._next_slot())
            self._sketches[row.slot] = sketch_of(row)
            self._show((*self._rows, row))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def remove_question(self, slot: int) -> None:
        """Take a question out of the form; it is asked until the form is saved."""
        if self._at(slot) is not None:
            self._quiet()
            self._show(tuple(one for one in self._rows if one.slot != slot))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def raise_question(self, slot: int) -> None:
        """Ask it before the one that stands above it."""
        at = self._at(slot)
        if at:
            rows = self._rows
            self._show((*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def sketch(self, slot: int, part: str, value: str) -> None:
        """Show what is being typed as citizens will see it: a question's label, kind or options."""
        if self._at(slot) is None or part not in {"label", "kind", "options"}:
            return
        text = typed.text(value, LONGEST)
        if part != "kind" or text in set(QuestionKind):
            typed_so_far: dict[str, Any] = {part: text}
            self._sketches[slot] = self._sketches[slot]._replace(**typed_so_far)
            self._preview()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def sketch_required(self, slot: int, yes: bool) -> None:
        """The same for whether a question must be answered."""
        if self._at(slot) is not None:
            self._sketches[slot] = self._sketches[slot]._replace(required=yes is True)
            self._preview()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def sketch_bring(self, value: str) -> None:
        """The same for what to bring."""
        self.shown_bring = one_line(typed.text(value, LONGEST))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Ask and tell what the form says; for ten seconds it can be put back."""
        actor = await caller.acting()
        self._quiet()
        if actor is None or not self.service_id:
            return
        drafts = drafts_from(form_data, [(one.slot, self._keys.get(one.slot, "")) for one in self._rows])
        items = items_from(form_data)
        if drafts is None or items is None:
            self.refusal = "入力した内容が届きませんでした。もう一度「保存する」を押してください。"
            return
        saved = await self._run(service_texts.save_texts, actor, self.service_id, drafts, items)
        if saved is not None:
            slots = [one.slot for one in self._rows]
            self._fill(saved.after, dict(zip([one.key for one in saved.after.questions], slots, strict=True)))
            self.said = "保存しました。" if saved.changed else "変わったところはありません。"
            if saved.changed:
                self._undo, self.undo_until = ("texts", self.service_id, saved), undo_until()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def allow_guests(self, yes: bool) -> None:
        """Let people without LINE book at this desk, or no longer; for ten seconds it can be put back."""
        actor = await caller.acting()
        self._quiet()
        if actor is None or not self._desk_id or type(yes) is not bool:
            return
        changed = await self._guests(actor, self._desk_id, allowed=yes)
        if changed:
            self.said = "LINEを使わない人の予約を" + ("受け付けます。" if yes else "受け付けません。")
            self._undo, self.undo_until = ("guests", self._desk_id, not yes), undo_until()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put back what the last save replaced."""
        actor = await caller.acting()
        done, still = self._undo, in_time(self.undo_until)
        self._quiet()
        if actor is None or not done or not still:
            return
        kind, subject, before = done
        if kind == "guests":
            put_back = await self._guests(actor, subject, allowed=before) is not None
        else:
            put_back = await self._texts_back(actor, subject, before)
        if put_back:
            self.said = "元に戻しました。"

    async def _texts_back(self, actor: Actor, service_id: int, saved: TextsSaved) -> bool:
        def work(office: Any, who: Actor) -> bool:
            service_texts.put_texts_back(office, who, service_id, saved)
            return True

        if not await self._run(work, actor):
            return False
        if service_id == self.service_id:
            self._fill(saved.before, {key: slot for slot, key in self._keys.items()})
        return True

    async def _guests(self, actor: Actor, desk_id: int, *, allowed: bool) -> bool | None:
        def work(office: Any, who: Actor) -> bool:
            return service_texts.allow_guests(office, who, desk_id, allowed=allowed)

        changed: bool | None = await self._run(work, actor)
        if changed is not None and desk_id == self._desk_id:
            self.guests = allowed
        return changed

    async def _open(self, actor: Actor, service_id: int) -> None:
        self.service_id = 0
        found = await self._run(service_texts.texts_for, actor, service_id) if service_id else None
        if found is None:
            return
        self.service_id = service_id
        self.desk, self._desk_id, self.guests = found.desk, found.desk_id, found.guest_booking
        self._fill(found.texts, {})

    def _fill(self, texts: ServiceTexts, slots: dict[str, int]) -> None:
        """Show what is stored. A question keeps its fields where `slots` names them by its key."""
        rows = tuple(self._row(one, slots) for one in texts.questions)
        self._keys = {row.slot: one.key for row, one in zip(rows, texts.questions, strict=True)}
        self._sketches = {row.slot: sketch_of(row) for row in rows}
        self.bring, self.shown_bring = in_every_language(texts.items), texts.items.get(DEFAULT, "")
        self._show(rows)

    def _row(self, question: Question, slots: dict[str, int]) -> QuestionRow:
        return row_of(slots.get(question.key) or self._next_slot(), question)

    def _show(self, rows: tuple[QuestionRow, ...]) -> None:
        self._rows, self.rows, self.may_add = rows, list(rows), len(rows) < MOST_QUESTIONS
        self._preview()

    def _preview(self) -> None:
        self.shown = previewed(self._sketches[one.slot] for one in self._rows)

    def _at(self, slot: int) -> int | None:
        """Where the question stands in the form; None for what is none."""
        slots = [one.slot for one in self._rows]
        return slots.index(slot) if type(slot) is int and slot in slots else None

    def _next_slot(self) -> int:
        self._last_slot += 1
        return self._last_slot

    def _quiet(self) -> None:
        self.said = self.refusal = ""
        self._undo, self.undo_until = (), 0
