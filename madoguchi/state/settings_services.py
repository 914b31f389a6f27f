"""設定: the desk's services: what they are called, their letters and numbers, one more, one closed."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from ..domain.office_settings import ServiceSettings
from ..domain.roles import Permission
from ..services import service_keeping
from ..services.actors import Actor
from ..services.service_keeping import ServiceLine
from . import caller, typed
from .access import needs, signed_in
from .settings_calling import SettingsCalling
from .settings_changes import merged
from .settings_office_view import (
    NEW_SERVICE,
    SERVICE_LABELS,
    ServiceCard,
    card_of,
    numbers_of,
    service_fields,
    service_given,
    service_of,
)
from .settings_saved import NOT_PUT_BACK, NOT_SAVED, PUT_BACK, SAME, SavedForm, changed_meanwhile

NEW: Final = -1
"""Stands for the id of the service that is being added."""
YES: Final = "add"
AT_LIST: Final = "services"


class SettingsServices(SavedForm, rx.State):
    """One desk's services. One form at a time is open: of a service, or for a new one."""

    cards: list[ServiceCard] = []
    editing: int = 0
    values: dict[str, str] = {}
    """The open form's fields as they were filled."""
    asked: str = ""
    """The service about to be added, in words; nothing is done before the question is answered."""
    asked_numbers: str = ""
    _lines: tuple[ServiceLine, ...] = ()
    _opened: tuple[ServiceSettings, ...] = ()
    """What the open form was filled with."""
    _wanted: tuple[ServiceSettings, ...] = ()

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the services of the desk that the page shows; what is being typed there stays."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        if desk_id != self._desk_id:
            self._close()
        self._desk_id = desk_id
        await self._load(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def edit(self, service_id: int) -> None:
        """Open the form of a service, of a new one, or with 0 of none."""
        self._quiet()
        self._close()
        if service_id == NEW:
            self._open(NEW, NEW_SERVICE)
        elif line := self._line(service_id):
            self._open(line.id, line.settings)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Set what the form says; for ten seconds it can be put back. A new service is asked about first."""
        actor = await caller.acting()
        self._quiet("service")
        self.asked, self._wanted = "", ()
        if actor is None or not self._opened:
            return
        given, expected = service_given(form_data), self._opened[0]
        if self.editing == NEW:
            await self._ask(actor, given)
            return
        wanted = service_of(given)
        saved = await self._run(service_keeping.save_service, actor, self.editing, wanted, expected)
        await self._load(actor)
        if saved is None:
            self._tell_changes(expected, given)
            return
        self._close()
        self.said_at = AT_LIST
        name = saved.after.names["ja"]
        if saved.before == saved.after:
            self._keep(SAME)
        elif saved.after.walk_in or saved.after.bookable:
            self._keep(f"「{name}」を保存しました。次の番号から使います。", saved)
        else:
            self._keep(
                f"「{name}」の受付を終えました。番号や予約をお持ちの方には、そのまま対応できます。", saved
            )
        await self._show_elsewhere(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def add(self, answer: str) -> None:
        """Add the service that was asked about, or go on typing."""
        actor = await caller.acting()
        wanted, self._wanted, self.asked = self._wanted, (), ""
        self._quiet("service")
        if actor is None or not wanted or answer != YES:
            return
        added = await self._run(service_keeping.add_service, actor, self._desk_id, wanted[0])
        if added is not None:
            self._close()
            self.said_at = AT_LIST
            self._keep(f"「{wanted[0].names['ja']}」を追加しました。")
        await self._load(actor)
        await self._show_elsewhere(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put back what the last save replaced, unless somebody has saved something else since."""
        actor = await caller.acting()
        done = self._taken_up()
        if actor is None or not done:
            return
        saved = done[0]
        back = await self._run(
            service_keeping.save_service, actor, saved.service_id, saved.before, saved.after
        )
        await self._load(actor)
        if back is not None:
            self._keep(PUT_BACK)
        elif (line := self._line(saved.service_id)) and line.settings != saved.after:
            self.refusal = NOT_PUT_BACK
        await self._show_elsewhere(actor)

    async def _ask(self, actor: Actor, given: dict[str, str]) -> None:
        wanted = service_of(given)
        found = await self._run(service_keeping.checked_new, actor, self._desk_id, wanted)
        if found is not None:
            self._wanted, self.asked, self.asked_numbers = (found,), found.names["ja"], numbers_of(found)

    async def _load(self, actor: Actor) -> None:
        if not self._desk_id:
            return
        found = await self._run(service_keeping.services_for, actor, self._desk_id)
        if found is not None:
            self._lines, self.cards = found, [card_of(one) for one in found]

    async def _show_elsewhere(self, actor: Actor) -> None:
        """What the counters may take further below."""
        await (await self.get_state(SettingsCalling))._show_counters(actor, self._desk_id)

    def _line(self, service_id: object) -> ServiceLine | None:
        wanted = typed.whole(service_id)
        return next((one for one in self._lines if one.id == wanted), None)

    def _open(self, service_id: int, settings: ServiceSettings) -> None:
        self.editing, self._opened, self.values = service_id, (settings,), service_fields(settings)
        self.serial += 1

    def _close(self) -> None:
        self.editing, self.asked = 0, ""
        self._opened, self._wanted = (), ()

    def _tell_changes(self, expected: ServiceSettings, mine: dict[str, str]) -> None:
        """After a refusal: what somebody else has saved is shown, and what was typed stays in its fields."""
        line = self._line(self.editing)
        was, now = service_fields(expected), service_fields(line.settings if line else expected)
        if line is None or was == now:
            return
        self.refusal, self.changes = NOT_SAVED, changed_meanwhile(was, now, SERVICE_LABELS)
        self.values, self._opened = merged(was, now, mine), (line.settings,)
        self.serial += 1
