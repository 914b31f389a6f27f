"""The notifier's pushes, through Reflex's app into each open tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import reflex as rx
from reflex.state import BaseState

from ..services.actors import Actor
from ..services.dashboard import Dashboard
from ..services.office import Office
from .gate import clear_staff
from .messages import write_messages
from .notifier import CALENDARS, MESSAGES, NOTIFIER, TERMINALS, Tab
from .presence import PRESENCE, Browser
from .reservations import write_calendar
from .settings_terminals import write_terminals
from .today import write_board


class _ReflexScreen:
    """Where pushes go in the server: into the state of a tab, by Reflex's app."""

    def __init__(self, app: rx.App, write: Callable[[BaseState, Actor], Awaitable[None]]) -> None:
        """`write` has a page ask anew for what it shows."""
        self._app = app
        self._write = write

    def connected(self, tab: Tab | Browser) -> bool:
        namespace = self._app.event_namespace
        return namespace is not None and namespace.token_to_sid.get(tab.tab) == tab.socket

    async def show(self, tab: Tab, actor: Actor, board: Dashboard) -> None:
        async with self._app.modify_state(rx.BaseStateToken(ident=tab.tab, cls=rx.State)) as root:
            if self.connected(tab):
                await write_board(root, actor, board)

    async def follow(self, tab: Tab, actor: Actor) -> None:
        async with self._app.modify_state(rx.BaseStateToken(ident=tab.tab, cls=rx.State)) as root:
            if self.connected(tab):
                await self._write(root, actor)

    async def lead_out(self, tab: Tab) -> None:
        async with self._app.modify_state(rx.BaseStateToken(ident=tab.tab, cls=rx.State)) as root:
            if self.connected(tab):
                await clear_staff(root)


@asynccontextmanager
async def keep_shown(app: rx.App, office: Office) -> AsyncIterator[None]:
    """Keep every open page of this process that shows a desk up to date while the server lives."""
    calendar, messages = _ReflexScreen(app, write_calendar), _ReflexScreen(app, write_messages)
    terminals = _ReflexScreen(app, write_terminals)
    notifiers = (
        (NOTIFIER, calendar),
        (CALENDARS, calendar),
        (MESSAGES, messages),
        (TERMINALS, terminals),
    )
    stops = [office.changes.listen(one.hear) for one, _ in notifiers]
    tasks = [asyncio.create_task(one.run(office, screen)) for one, screen in notifiers]
    tasks.append(asyncio.create_task(PRESENCE.run(office, calendar)))
    try:
        yield
    finally:
        for stop in stops:
            stop()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
