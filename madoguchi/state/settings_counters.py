"""設定: which counters the desk has."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from ..domain.roles import Permission
from ..services import counter_keeping
from ..services.actors import Actor
from . import caller, typed
from .access import needs
from .settings_calling import SettingsCalling
from .settings_saved import PUT_BACK, SAME, SavedForm

AT_NEW: Final = "counter-new"


class SettingsCounters(SavedForm, rx.State):
    """One desk's counters, which `SettingsCalling` lists with what each takes."""

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def opened(self) -> None:
        """Stand at the desk that the page shows."""
        self._quiet()
        self._desk_id = (await self.get_state(SettingsCalling)).desk_id

    @rx.event
    @needs(Permission.ADMINISTER)
    async def add(self, form_data: dict[str, Any]) -> None:
        """One more counter; for ten seconds it can be taken away again."""
        actor = await caller.acting()
        self._quiet(AT_NEW)
        if actor is None or not self._desk_id:
            return
        label = typed.field(form_data, "label")
        added = await self._run(counter_keeping.add_counter, actor, self._desk_id, label)
        if added is not None:
            counter_id, kept = added
            self.serial += 1
            self._keep(f"{kept}番窓口を追加しました。", counter_keeping.retire_counter, counter_id)
            await self._show(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def rename(self, form_data: dict[str, Any]) -> None:
        """Put another label above a counter; for ten seconds it can be put back."""
        actor = await caller.acting()
        counter_id = typed.whole(typed.field(form_data, "counter"))
        self._quiet(f"label-{counter_id}")
        if actor is None or (shown := await self._label(counter_id)) is None:
            return
        label = typed.field(form_data, "label")
        renamed = await self._run(counter_keeping.rename_counter, actor, counter_id, label, shown)
        if renamed is not None:
            before, after = renamed
            if before == after:
                self._keep(SAME)
            else:
                self._keep(
                    f"{after}番窓口にしました。", counter_keeping.rename_counter, counter_id, before, after
                )
        await self._show(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def retire(self, counter_id: int) -> None:
        """Use a counter no longer; for ten seconds it can be taken back."""
        actor = await caller.acting()
        wanted = typed.whole(counter_id)
        self._quiet(f"label-{wanted}")
        if actor is None or await self._label(wanted) is None:
            return
        label = await self._run(counter_keeping.retire_counter, actor, wanted)
        if label is not None:
            # Its own line goes away.
            self.said_at = AT_NEW
            said = f"{label}番窓口の使用をやめました。これまでの記録は残ります。"
            self._keep(said, counter_keeping.restore_counter, wanted)
            await self._show(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Take back what was done last, unless somebody sits there now."""
        actor = await caller.acting()
        done = self._taken_up()
        if actor is None or not done:
            return
        service, *arguments = done
        if await self._run(service, actor, *arguments) is not None:
            self._keep(PUT_BACK)
        await self._show(actor)

    async def _label(self, counter_id: int) -> str | None:
        """What the page says the counter is called; None for one that it does not list."""
        listed = (await self.get_state(SettingsCalling)).counters
        return next((one.label for one in listed if one.id == counter_id), None)

    async def _show(self, actor: Actor) -> None:
        await (await self.get_state(SettingsCalling))._show_counters(actor, self._desk_id)
