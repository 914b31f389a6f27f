"""`/staff/messages`: LINE's quota, messages that did not arrive, and who is to be called by voice."""

from __future__ import annotations

import logging

import reflex as rx
from reflex.state import BaseState

from ..domain.roles import Permission
from ..services import messages, running
from ..services.actors import Actor
from . import caller, messages_view
from .access import needs, signed_in
from .answers import asked
from .messages_shown import ALL, TROUBLED, MessagesShown
from .notifier import MESSAGES, Tab, leave_others

_log = logging.getLogger(__name__)


class MessagesState(MessagesShown, rx.State):
    """One tab's view of the LINE messages of the own municipality."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show how things stand, and have it kept so."""
        actor = await caller.onlooker()
        if actor is None:
            return
        who = caller.caller()
        leave_others(MESSAGES, who.tab)
        MESSAGES.register(Tab(who.tab, who.socket, who.token, actor.staff_id, 0))
        await self._load(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def show(self, which: str) -> None:
        """List what did not arrive, or everything."""
        actor = await caller.acting()
        if actor is not None and which in (TROUBLED, ALL):
            self.which = which
            await self._load(actor)

    async def _load(self, actor: Actor) -> None:
        office = running.office()
        troubled = self.which == TROUBLED
        found, self.refusal = await asked(
            _log, "the LINE messages", messages.messages, office, actor, troubled=troubled
        )
        if found is None:
            return
        for name, value in messages_view.view_of(found, office.settings.zone).items():
            if getattr(self, name) != value:
                setattr(self, name, value)


async def write_messages(root: BaseState, actor: Actor) -> None:
    """Show a tab how things stand now; the notifier's pushes come through here."""
    await (await root.get_state(MessagesState))._load(actor)
