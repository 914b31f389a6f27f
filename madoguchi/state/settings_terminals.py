"""設定: the desk's terminals (発券機): a code for a new one, how each is, its name, shutting one out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import reflex as rx
from reflex.state import BaseState

from ..domain.roles import Permission
from ..services import running, terminal_keeping
from ..services.actors import Actor
from . import caller, typed
from .access import needs, signed_in
from .answers import Answered
from .notifier import TERMINALS, Tab, leave_others
from .settings_calling import SettingsCalling
from .settings_terminals_view import TerminalLine, line_of, time_of

YES: Final = "revoke"


class SettingsTerminals(Answered, rx.State):
    """One desk's terminals."""

    lines: list[TerminalLine] = []
    code: str = ""
    """A pairing code while it waits to be used: shown, never logged."""
    code_ends: str = ""
    code_name: str = ""
    editing: int = 0
    """The terminal whose name is being written."""
    asked: int = 0
    """The terminal that is about to be shut out; nothing is done before the question is answered."""
    said: str = ""
    serial: int = 0
    """Grows when the field for a new name is to be empty again."""
    _desk_id: int = 0
    _code_ends: tuple[datetime, ...] = ()

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the terminals of the desk that the page shows, and have them kept so."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        if desk_id != self._desk_id:
            # A page that was only connected again keeps the code: somebody may just be typing it.
            self._put_away()
        self._desk_id = desk_id
        who = caller.caller()
        leave_others(TERMINALS, who.tab)
        TERMINALS.register(Tab(who.tab, who.socket, who.token, actor.staff_id, self._desk_id))
        await self._load(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def make_code(self, form_data: dict[str, Any]) -> None:
        """A code for one more terminal, to be typed there."""
        actor = await caller.acting()
        self._quiet()
        if actor is None or not self._desk_id:
            return
        name = typed.field(form_data, "name")
        made = await self._run(terminal_keeping.make_code, actor, self._desk_id, name)
        if made is not None:
            self.code, self.code_name = made.code, name.strip()
            self.code_ends, self._code_ends = time_of(made.expires_at, self._zone()), (made.expires_at,)
            self.serial += 1

    @rx.event
    @needs(Permission.ADMINISTER)
    async def hide_code(self) -> None:
        """Take the code off the page; it stays good until it ends."""
        self._put_away()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def edit(self, terminal_id: int) -> None:
        """Write another name for a terminal; 0: for none."""
        self._quiet()
        self.editing = self._known(terminal_id)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def rename(self, form_data: dict[str, Any]) -> None:
        """Call the terminal as it was written."""
        actor = await caller.acting()
        terminal_id = self.editing
        self._quiet()
        if actor is None or not terminal_id:
            return
        name = typed.field(form_data, "name")
        kept = await self._run(terminal_keeping.rename, actor, terminal_id, name)
        if kept is None:
            self.editing = terminal_id
        else:
            self.said = f"名前を「{kept}」にしました。"
        await self._load(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def ask_revoke(self, terminal_id: int) -> None:
        """Ask before a terminal is shut out."""
        self._quiet()
        self.asked = self._known(terminal_id)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def revoke(self, answer: str) -> None:
        """Shut the terminal out that was asked about, or keep it."""
        actor = await caller.acting()
        terminal_id = self.asked
        self._quiet()
        if actor is None or not terminal_id or answer != YES:
            return
        name = await self._run(terminal_keeping.revoke, actor, terminal_id)
        if name is not None:
            self.said = f"「{name}」の登録を解除しました。発券機の画面に、数秒でそのことが出ます。"
        await self._load(actor)

    async def _load(self, actor: Actor) -> None:
        """Show how the terminals are now, and whether the code was used meanwhile."""
        found = await self._run(terminal_keeping.terminals_of, actor, self._desk_id) if self._desk_id else ()
        if found is None:
            return
        now, zone = running.office().clock.now(), self._zone()
        lines = [line_of(one, now, zone) for one in found]
        if self.lines != lines:
            self.lines = lines
        self.editing, self.asked = self._known(self.editing), self._known(self.asked)
        if self.code and not await self._run(terminal_keeping.code_waits, actor, self._desk_id, self.code):
            over = any(now >= ends for ends in self._code_ends)
            self.said = (
                "登録の番号の期限が切れました。もう一度作ってください。"
                if over
                else f"「{self.code_name}」がつながりました。"
            )
            self._put_away()

    def _known(self, terminal_id: object) -> int:
        """The terminal that was sent; 0 for one that is not shown."""
        wanted = typed.whole(terminal_id)
        return wanted if wanted in {one.id for one in self.lines} else 0

    def _put_away(self) -> None:
        self.code = self.code_ends = self.code_name = ""
        self._code_ends = ()

    def _quiet(self) -> None:
        self.said = self.refusal = ""
        self.editing = self.asked = 0

    @staticmethod
    def _zone() -> Any:
        return running.office().settings.zone


async def write_terminals(root: BaseState, actor: Actor) -> None:
    """Show a tab how its desk's terminals are now; the notifier's pushes come through here."""
    await (await root.get_state(SettingsTerminals))._load(actor)
