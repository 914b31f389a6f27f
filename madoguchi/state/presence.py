"""Which members of staff have a live browser: any page of the staff side counts."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final, Protocol

from ..services import abandoned, running
from ..services.office import Office
from . import caller

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Browser:
    """One tab of somebody who is signed in."""

    tab: str
    socket: str
    session: str
    staff_id: int


class Sockets(Protocol):
    """Which tabs are connected. `Reflex's app` in the server; tests answer here."""

    def connected(self, tab: Browser) -> bool:
        """Whether the tab's own socket is still there."""
        ...


@dataclass
class Presence:
    """The tabs from which this process was asked for something."""

    _browsers: dict[str, Browser] = field(default_factory=dict)

    def note(self, browser: Browser) -> None:
        """Somebody who is signed in has just asked for something in this tab."""
        if browser.tab:
            self._browsers[browser.tab] = browser

    async def staff(self, sockets: Sockets) -> set[int]:
        """Who has a tab that is connected and signed in; the others are forgotten."""
        alive = set()
        for browser in tuple(self._browsers.values()):
            actor = await caller.actor_of(browser.session) if sockets.connected(browser) else None
            if actor is not None and actor.staff_id == browser.staff_id:
                alive.add(actor.staff_id)
            elif self._browsers.get(browser.tab) is browser:
                del self._browsers[browser.tab]
        return alive

    async def run(self, office: Office, sockets: Sockets) -> None:
        """Tell the office again and again who is there, until cancelled."""
        while True:
            try:
                await running.in_thread(abandoned.seen, office, await self.staff(sockets))
            except Exception:
                _log.exception("it cannot be told who is there")
            await asyncio.sleep(LOOK_SECONDS)


PRESENCE: Final = Presence()
