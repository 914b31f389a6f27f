"""設定: what a desk is called, where it is and when it is open."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.office_settings import DeskSettings
from ..domain.roles import Permission
from ..services import office_keeping
from ..services.actors import Actor
from ..texts import refusal_text
from . import caller
from .access import needs, signed_in
from .settings_calling import SettingsCalling
from .settings_changes import merged
from .settings_office_view import DESK_LABELS, desk_fields, desk_given, desk_of
from .settings_saved import NOT_PUT_BACK, NOT_SAVED, PUT_BACK, SAME, SavedForm, changed_meanwhile

AT_OFFICE: Final = "office"


class SettingsOffice(SavedForm, rx.State):
    """One desk's own settings."""

    values: dict[str, str] = {}
    """The fields as they were filled."""
    shown: bool = False
    _opened: tuple[DeskSettings, ...] = ()
    """The settings that the form was filled with."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the settings of the desk that the page shows; what is being typed for it stays."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        another, self._desk_id, before = desk_id != self._desk_id, desk_id, self._opened
        if await self._load(actor) and (another or self._opened != before):
            self._fill()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Set what the form says; for ten seconds it can be put back."""
        actor = await caller.acting()
        self._quiet(AT_OFFICE)
        if actor is None or not self._opened:
            return
        given, expected = desk_given(form_data), self._opened[0]
        try:
            wanted = desk_of(given, expected)
        except Refusal as refusal:
            self.refusal = refusal_text("ja", refusal)
            return
        saved = await self._run(office_keeping.save_desk, actor, self._desk_id, wanted, expected)
        if not await self._load(actor):
            return
        if saved is None:
            self._tell_changes(expected, given)
            return
        self._fill()
        if saved.before == saved.after:
            self._keep(SAME)
        else:
            self._keep("保存しました。順番を待っている方はそのままです。", saved)
        await self._name_desk(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put back what the last save replaced, unless somebody has saved something else since."""
        actor = await caller.acting()
        done = self._taken_up()
        if actor is None or not done:
            return
        saved = done[0]
        back = await self._run(office_keeping.save_desk, actor, self._desk_id, saved.before, saved.after)
        if await self._load(actor):
            self._fill()
        if back is None:
            self.refusal = NOT_PUT_BACK
        else:
            self._keep(PUT_BACK)
            await self._name_desk(actor)

    async def _load(self, actor: Actor) -> bool:
        found = await self._run(office_keeping.desk_for, actor, self._desk_id) if self._desk_id else None
        self.shown = found is not None
        self._opened = () if found is None else (found,)
        return self.shown

    async def _name_desk(self, actor: Actor) -> None:
        """The desk's name may be another one in the list above."""
        await (await self.get_state(SettingsCalling))._first_desk(actor)

    def _fill(self) -> None:
        self.values = desk_fields(self._opened[0])
        self.serial += 1

    def _tell_changes(self, expected: DeskSettings, mine: dict[str, str]) -> None:
        """After a refusal: what somebody else has saved is shown, and what was typed stays in its fields."""
        was, now = desk_fields(expected), desk_fields(self._opened[0])
        if was == now:
            return
        self.refusal, self.changes = NOT_SAVED, changed_meanwhile(was, now, DESK_LABELS)
        self.values = merged(was, now, mine)
        self.serial += 1
