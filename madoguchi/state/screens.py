"""The notifier's pushes, through Reflex's app into each open tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import reflex as rx

from ..services.actors import Actor
from ..services.dashboard import Dashboard
from ..services.office import Office
from .gate import clear_staff
from .notifier import NOTIFIER, Tab
from .today import write_board


class _ReflexScreen:
    """Where pushes go in the server: into the state of a tab, by Reflex's app."""

    def __init__(self, app: rx.App) -> None:
        self._app = app

    def connected(self, tab: Tab) -> bool:
        namespace = self._app.event_namespace
        return namespace is not None and namespace.token_to_sid.get(tab.tab) == tab.socket

    async def show(self, tab: Tab, actor: Actor, board: Dashboard) -> None:
        async with self._app.modify_state(rx.BaseStateToken(ident=tab.tab, cls=rx.State)) as root:
            if self.connected(tab):
                await write_board(root, actor, board)

    async def lead_out(self, tab: Tab) -> None:
        async with self._app.modify_state(rx.BaseStateToken(ident=tab.tab, cls=rx.State)) as root:
            if self.connected(tab):
                await clear_staff(root)


@asynccontextmanager
async def keep_shown(app: rx.App, office: Office) -> AsyncIterator[None]:
    """Keep every open dashboard of this process up to date while the server lives."""
    stop_hearing = office.changes.listen(NOTIFIER.hear)
    task = asyncio.create_task(NOTIFIER.run(office, _ReflexScreen(app)))
    try:
        yield
    finally:
        stop_hearing()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
