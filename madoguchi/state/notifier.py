"""Pushes a desk's dashboard to every browser that shows it: one query per desk and change, however many look.

One notifier per process. It is told of committed changes, lets those of one moment run together, asks
for the desk once, and writes the answer into the state of each registered tab.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from ..domain.roles import Permission, may
from ..services import dashboard, forecasts, running
from ..services.actors import Actor
from ..services.changes import Change, DeskChanged, OutboxFilled
from ..services.dashboard import Dashboard
from ..services.office import Office
from . import caller

_log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.03
"""Changes this close together are shown together: a rush must not queue up pushes."""
CALENDAR_SECONDS: Final = 0.3
MESSAGES_SECONDS: Final = 3.0
REFRESH_SECONDS: Final = 30.0
"""Waiting minutes grow without any change."""
CHECK_SECONDS: Final = 5.0
"""How often a tab's session is asked for when nothing happens."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One browser tab that shows a desk."""

    tab: str
    """Reflex's client token."""
    socket: str
    """The socket it registered over. Whoever connects later under the same token gets nothing."""
    session: str
    staff_id: int
    desk_id: int


class Screen(Protocol):
    """Where pushes go. `Reflex's app` in the server; tests listen here."""

    def connected(self, tab: Tab) -> bool:
        """Whether the tab's own socket is still there."""
        ...

    async def show(self, tab: Tab, actor: Actor, board: Dashboard) -> None:
        """Show the desk as it is now."""
        ...

    async def follow(self, tab: Tab, actor: Actor) -> None:
        """Let the page ask anew for what it shows of its desk."""
        ...

    async def lead_out(self, tab: Tab) -> None:
        """Take everything off the page: its session is over."""
        ...


@dataclass
class Notifier:
    """The tabs of this process, and the desks to be shown anew."""

    _tabs: dict[str, Tab] = field(default_factory=dict)
    _dirty: set[int] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    def register(self, tab: Tab) -> None:
        """Show this desk in this tab from now on, instead of what it showed before."""
        self._tabs[tab.tab] = tab

    def forget(self, tab: str) -> None:
        """Push nothing to this tab any more."""
        self._tabs.pop(tab, None)

    def will_show(self, tab: Tab) -> bool:
        """Whether this tab is shown its desk's changes without asking."""
        return self._loop is not None and self._tabs.get(tab.tab) == tab

    def tabs(self) -> tuple[Tab, ...]:
        """Everybody registered."""
        return tuple(self._tabs.values())

    def hear(self, change: Change) -> None:
        """Take note of a change; called in any thread, returns at once."""
        if isinstance(change, DeskChanged) and self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody is there to be shown anything
                self._loop.call_soon_threadsafe(self._mark, change.desk_id)

    def _mark(self, desk_id: int) -> None:
        self._dirty.add(desk_id)
        self._wake.set()

    async def run(self, office: Office, screen: Screen) -> None:
        """Push until cancelled."""
        self._loop = asyncio.get_running_loop()
        beat = asyncio.create_task(self._beat(screen))
        try:
            while True:
                await self._wake.wait()
                with self._before_crowds(office):
                    await self._gather()
                    self._wake.clear()
                    desks, self._dirty = self._dirty, set()
                    for desk_id in desks:
                        await _kept_going(self.show(office, screen, desk_id))
        finally:
            self._loop = None
            beat.cancel()

    def _before_crowds(self, office: Office) -> AbstractContextManager[None]:
        """A clerk waits for what a click has changed; thousands at the boards would come before it."""
        watched = any(tab.desk_id in self._dirty for tab in self.tabs())
        return office.precedence.urgent() if watched else nullcontext()

    async def _gather(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)

    async def _beat(self, screen: Screen) -> None:
        loop = asyncio.get_running_loop()
        refresh_at = loop.time() + REFRESH_SECONDS
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for tab in self.tabs():
                await _kept_going(self._viewer(screen, tab))
            if loop.time() >= refresh_at:
                refresh_at = loop.time() + REFRESH_SECONDS
                await _kept_going(self._expect())
                for tab in self.tabs():
                    self._mark(tab.desk_id)

    async def _expect(self) -> None:
        """Work the waiting times of the shown desks out now, so that no click has to wait for them."""
        desks = sorted({tab.desk_id for tab in self.tabs()})
        await running.in_thread(forecasts.prepare, running.office(), desks)

    async def show(self, office: Office, screen: Screen, desk_id: int) -> None:
        """Ask for the desk once and push it to each of its tabs that may still see it."""
        viewers = []
        for tab in self.tabs():
            if tab.desk_id == desk_id and (actor := await self._viewer(screen, tab)) is not None:
                viewers.append((tab, actor))
        if not viewers:
            return
        cities = {actor.municipality_id: actor for _tab, actor in viewers}
        for city, asker in cities.items():
            board = await running.in_thread(dashboard.dashboard, office, asker, desk_id)
            for tab, actor in viewers:
                if actor.municipality_id == city and self._tabs.get(tab.tab) is tab:
                    await _kept_going(screen.show(tab, actor, board))

    async def _viewer(self, screen: Screen, tab: Tab) -> Actor | None:
        """Who looks at the tab; a tab that is gone or may not look any more is dropped."""
        if not screen.connected(tab):
            self._drop(tab)
            return None
        actor = await caller.actor_of(tab.session)
        if actor is not None and actor.staff_id == tab.staff_id and may(actor.role, Permission.SEE_QUEUE):
            return actor
        self._drop(tab)
        await screen.lead_out(tab)
        return None

    def _drop(self, tab: Tab) -> None:
        if self._tabs.get(tab.tab) is tab:
            del self._tabs[tab.tab]


class CalendarNotifier(Notifier):
    """The same for pages that each show another part of a desk, and so ask for themselves.

    Nobody watches a calendar by the second: changes are gathered longer.
    """

    def _before_crowds(self, office: Office) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    async def _expect(self) -> None:
        """No waiting times are shown here."""

    async def _gather(self) -> None:
        await asyncio.sleep(CALENDAR_SECONDS)

    async def show(self, office: Office, screen: Screen, desk_id: int) -> None:  # noqa: ARG002
        """Have each of the desk's tabs ask anew that may still see it."""
        for tab in self.tabs():
            if tab.desk_id == desk_id and (actor := await self._viewer(screen, tab)) is not None:
                await _kept_going(screen.follow(tab, actor))


class MessagesNotifier(CalendarNotifier):
    """The same for pages of the LINE messages, which belong to no desk: their tabs register for desk 0.

    A moment after a message was written it is mostly sent: that moment is waited for.
    """

    def hear(self, change: Change) -> None:
        """Take note of a message written, or of a desk where somebody may not be reached."""
        if isinstance(change, OutboxFilled | DeskChanged) and self._tabs:
            super().hear(DeskChanged(0))

    async def _gather(self) -> None:
        await asyncio.sleep(MESSAGES_SECONDS)


NOTIFIER: Final = Notifier()
CALENDARS: Final = CalendarNotifier()
MESSAGES: Final = MessagesNotifier()
TERMINALS: Final = CalendarNotifier()
_ALL: Final = (NOTIFIER, CALENDARS, MESSAGES, TERMINALS)


def leave_others(mine: Notifier, tab: str) -> None:
    """A tab shows one page at a time: only `mine` goes on pushing to it."""
    for other in _ALL:
        if other is not mine:
            other.forget(tab)


async def _kept_going(work: Awaitable[object]) -> None:
    """One tab or desk that fails must not stop the others."""
    try:
        await work
    except Exception:
        _log.exception("a dashboard could not be shown")
