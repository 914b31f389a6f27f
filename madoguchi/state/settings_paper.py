"""設定: what the desk's paper tickets (番号札) carry of its own, with a preview of what is being typed."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, LANGUAGES, OWN_NAMES
from ..domain.paper import MOST_LINES, PaperTexts, checked_texts
from ..domain.roles import Permission
from ..services import running, ticket_paper
from ..services.actors import Actor
from ..services.office import Office
from ..services.paper_logo import MOST_BYTES
from ..services.ticket_paper import LogoSaved, PaperSample, TextsSaved
from ..texts import refusal_text
from . import caller, typed
from .access import needs, signed_in
from .settings_calling import SettingsCalling
from .settings_changes import merged
from .settings_paper_view import PaperSketch, data_uri, fields_of, sample_code, sketched, standard
from .settings_saved import NOT_PUT_BACK, NOT_SAVED, PUT_BACK, SAME, SavedForm
from .slots_view import Option

AT_TEXTS: Final = "texts"
AT_LOGO: Final = "logo"
LOGO_BYTES: Final = MOST_BYTES
_MOST_SENT: Final = MOST_BYTES * 4 // 3 + 4


class SettingsPaper(SavedForm, rx.State):
    """One desk's paper."""

    values: dict[str, str] = {}
    """The fields as they were filled."""
    standard: dict[str, str] = {}
    languages: list[Option] = [Option(one, OWN_NAMES[one]) for one in LANGUAGES]
    language: str = DEFAULT
    """Whose ticket the preview shows."""
    sketch: PaperSketch = PaperSketch()
    problem: str = ""
    """Why the preview shows what was typed before, not what stands in the fields."""
    logo: str = ""
    code: str = ""
    """The preview's QR code."""
    shown: bool = False
    _sample: tuple[PaperSample, ...] = ()
    _typed: dict[str, str] = {}

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the paper of the desk that the page shows."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        another, self._desk_id, self.standard = desk_id != self._desk_id, desk_id, standard()
        before = self._saved()
        if await self._load(actor) and (another or self._saved() != before):
            self._fill(fields_of(self._saved()))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_language(self, language: str) -> None:
        """Preview the ticket of somebody who has chosen another language."""
        if language in LANGUAGES:
            self.language = language
            self._draw()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def type_in(self, name: str, value: str) -> None:
        """Show in the preview what is being typed; nothing is saved yet."""
        if self._sample and typed.text(name) in self.values:
            self._typed = {**self._typed, name: typed.text(value)}
            self._draw()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Print what the form says from now on; for ten seconds it can be put back."""
        actor = await caller.acting()
        self._quiet(AT_TEXTS)
        if actor is None or not self._sample:
            return
        given = {name: typed.field(form_data, name) for name in self.values}
        try:
            wanted = _texts_of(given)
        except Refusal as refusal:
            self.refusal = refusal_text("ja", refusal)
            return
        expected = self._saved()
        saved = await self._run(ticket_paper.save_texts, actor, self._desk_id, wanted, expected)
        if not await self._load(actor):
            return
        if saved is None:
            self._tell_changes(expected, given)
            return
        self._fill(fields_of(saved.after))
        if saved.before == saved.after:
            self._keep(SAME)
        else:
            self._keep("保存しました。次の番号札から印刷します。", saved)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def read_logo(self, data: str) -> None:
        """Print the chosen file (base64) as the logo from now on; for ten seconds it can be put back."""
        try:
            png = base64.b64decode(data[:_MOST_SENT] if isinstance(data, str) else "", validate=True)
        except (binascii.Error, ValueError):
            png = b""
        await self._save_logo(png, "ロゴを保存しました。次の番号札から印刷します。")

    @rx.event
    @needs(Permission.ADMINISTER)
    async def drop_logo(self) -> None:
        """Print no logo any more."""
        await self._save_logo(None, "ロゴをなくしました。")

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put back what the last save replaced, unless somebody has saved something else since."""
        actor = await caller.acting()
        done, where = self._taken_up(), self.said_at
        if actor is None or not done:
            return
        saved: TextsSaved | LogoSaved = done[0]
        if isinstance(saved, LogoSaved):
            back = await self._run(ticket_paper.put_logo_back, actor, self._desk_id, saved)
        else:
            back = await self._run(ticket_paper.save_texts, actor, self._desk_id, saved.before, saved.after)
        if back is None:
            self.refusal = NOT_PUT_BACK
        if not await self._load(actor):
            return
        if where == AT_TEXTS:
            self._fill(fields_of(self._saved()))
        if back is not None:
            self._keep(PUT_BACK)

    async def _save_logo(self, png: bytes | None, said: str) -> None:
        actor = await caller.acting()
        self._quiet(AT_LOGO)
        if actor is None or not self._desk_id:
            return
        saved = await self._run(ticket_paper.save_logo, actor, self._desk_id, png)
        if saved is not None and await self._load(actor):
            self._keep(said, saved)

    async def _load(self, actor: Actor) -> bool:
        """Read the paper and draw the preview; what is being typed stays in its fields."""
        found = await self._run(ticket_paper.sample_for, actor, self._desk_id) if self._desk_id else None
        self.shown = found is not None
        self._sample = () if found is None else (found,)
        self.logo = "" if found is None else data_uri(found.paper.logo)
        self.code = self.code or sample_code(running.office().settings.public_url)
        self._draw()
        return self.shown

    def _saved(self) -> PaperTexts:
        """The texts as they were read last."""
        return self._sample[0].paper.texts if self._sample else PaperTexts()

    def _fill(self, values: dict[str, str]) -> None:
        """Show these texts in the fields and in the preview."""
        self.values, self._typed = values, dict(values)
        self.serial += 1
        self._draw()

    def _tell_changes(self, opened: PaperTexts, mine: dict[str, str]) -> None:
        """After a refusal say what somebody else has saved. What was typed stays in its fields; the others
        show what is saved, so that another press wipes nothing unseen."""
        was, now = fields_of(opened), fields_of(self._saved())
        if was == now:
            return
        self.refusal = NOT_SAVED
        self.changes = [f"{label_of(name)}：いまは「{now[name]}」" for name in now if now[name] != was[name]]
        self._fill(merged(was, now, mine))

    def _draw(self) -> None:
        if not self._sample:
            return
        self.problem = ""
        try:
            texts = _texts_of(self._typed)
        except Refusal as refusal:
            self.problem = refusal_text("ja", refusal)
            return
        office: Office = running.office()
        now, zone = office.clock.now(), office.settings.zone
        self.sketch = sketched(self._sample[0], texts, self.language, now, zone)


def label_of(name: str) -> str:
    """What a field of the form is called."""
    kind, _, which = name.partition("_")
    return f"{which}行目" if kind == "line" else f"結びの言葉（{OWN_NAMES[which]}）"


def _texts_of(given: dict[str, str]) -> PaperTexts:
    lines = [given.get(f"line_{place}", "") for place in range(1, MOST_LINES + 1)]
    return checked_texts(lines, {one: given.get(f"closing_{one}", "") for one in LANGUAGES})
