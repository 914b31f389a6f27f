"""Storing what the webhook receives: bodies that arrive together are committed together."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

from ..services import inbox
from ..services.gathering import Gathering
from ..services.inbox import NewEvent
from ..services.office import Office

CROWD: Final = 6
"""So many requests waiting for their commit are a burst."""
LONGEST_BURST: Final = 1.5
_AFTERMATH: Final = 0.15


class Intake:
    """Gathers events while a commit runs and stores them with the next one.

    In a burst of a thousand requests one commit each would make the last wait for a second. It has a
    thread of its own, so that storing never queues behind conversations that are being worked.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._gathering: Gathering[Sequence[NewEvent], None] = Gathering(self._commit, most=sys.maxsize)
        self._crowded_since = self._crowded_until = 0.0

    async def let_pass(self) -> None:
        """In a burst, wait until it is through, `LONGEST_BURST` seconds at most: LINE wants answers at once,
        citizens can wait a second for theirs."""
        while self._in_burst():  # noqa: ASYNC110  it is time itself that ends a burst
            await asyncio.sleep(0.02)

    def _in_burst(self) -> bool:
        now = monotonic()
        return now < self._crowded_until and now - self._crowded_since < LONGEST_BURST

    def _look_round(self) -> None:
        # With the one that is about to join.
        if self._gathering.pending + 1 < CROWD:
            return
        now = monotonic()
        if now >= self._crowded_until:
            self._crowded_since = now
        self._crowded_until = now + _AFTERMATH

    async def store(self, events: Sequence[NewEvent]) -> None:
        """Return once the events are committed. Raises what the database raised."""
        if not events:
            return
        self._look_round()
        await self._gathering.put(events)

    async def _commit(self, batch: Sequence[Sequence[NewEvent]]) -> Sequence[None]:
        events = [event for part in batch for event in part]
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, inbox.receive, self._office, events)
        return [None] * len(batch)

    def close(self) -> None:
        """End the thread after what it is doing."""
        self._thread.shutdown(wait=True)
