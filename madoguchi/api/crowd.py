"""The viewers of one board, woken some at a time: thousands at once would stop everybody else meanwhile."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ..services.precedence import Precedence

AT_ONCE: Final = 1_000
"""Told without giving way. It takes about as long as the dashboards gather what has changed, so a lobby
of this size has its news before a clerk's own screen needs the loop."""
SLICE: Final = 250
"""How many of the rest are told together; between two slices the loop serves whoever else waits."""
GIVE_WAY_SECONDS: Final = 0.1
"""How long the rest let what is urgent go first, once for each piece of news."""


class Viewer:
    """One open stream: told when there is something newer than what it sent."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self.beat = b""
        """A heartbeat to be sent when there is no news."""
        self.closed = False
        self.wake = asyncio.Event()
        self.at_once: Callable[[], bool] | None = None
        """While the stream waits: sends what is new; whether its line took it without waiting."""

    def tell(self) -> None:
        """Send what is new, at once where the line is free; else the stream does it when it gets on."""
        at_once = self.at_once
        if at_once is None or not at_once():
            # A line that is not free is the stream's own until it waits again.
            self.at_once = None
            self.wake.set()


class Crowd:
    """Those who look at one board. Nobody is passed over: whoever waits to be woken keeps the place."""

    def __init__(self, precedence: Precedence) -> None:
        self._viewers: dict[Viewer, None] = {}
        self._precedence = precedence
        self._to_wake: OrderedDict[Viewer, None] = OrderedDict()
        self._news = False
        self._work: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._viewers)

    def join(self, viewer: Viewer) -> None:
        """Look on from now on, behind those who came before: a lobby's display is there since the morning."""
        self._viewers[viewer] = None

    def leave(self, viewer: Viewer) -> None:
        """Look on no more."""
        self._viewers.pop(viewer, None)
        self._to_wake.pop(viewer, None)

    def wake(self) -> None:
        """Wake every viewer from now on: the first `AT_ONCE` together, the rest by and by."""
        for viewer in self._viewers:
            self._to_wake.setdefault(viewer)
        self._news = True
        if self._to_wake and (self._work is None or self._work.done()):
            self._work = asyncio.create_task(self._wake_in_turn())

    def beat(self, heartbeat: bytes) -> None:
        """Wake every viewer likewise, to send `heartbeat` where there is no news."""
        for viewer in self._viewers:
            viewer.beat = heartbeat
        self.wake()

    async def close(self) -> None:
        """End every stream."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
        for viewer in self._viewers:
            viewer.closed = True
            viewer.wake.set()

    async def _wake_in_turn(self) -> None:
        while self._to_wake:
            news, self._news = self._news, False
            for _ in range(min(AT_ONCE if news else SLICE, len(self._to_wake))):
                viewer, _none = self._to_wake.popitem(last=False)
                viewer.tell()
            await asyncio.sleep(0)
            if news and self._to_wake:
                await self._precedence.give_way(GIVE_WAY_SECONDS)
