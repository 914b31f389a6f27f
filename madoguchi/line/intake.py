"""Storing what the webhook receives: bodies that arrive together are committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..services import inbox
from ..services.inbox import NewEvent
from ..services.office import Office


class Intake:
    """Gathers events while a commit runs and stores them with the next one.

    In a burst of a thousand requests one commit each would make the last wait for a second. It has a
    thread of its own, so that storing never queues behind conversations that are being worked.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._waiting: list[tuple[Sequence[NewEvent], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, events: Sequence[NewEvent]) -> None:
        """Return once the events are committed. Raises what the database raised."""
        if not events:
            return
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, committed))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_waiting())
        await committed

    async def _store_waiting(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._commit(batch)
        finally:
            self._storing = None

    async def _commit(self, batch: list[tuple[Sequence[NewEvent], asyncio.Future[None]]]) -> None:
        events = [event for part, _ in batch for event in part]
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, inbox.receive, self._office, events)
        except Exception as error:
            for _, committed in batch:
                if not committed.done():
                    committed.set_exception(error)
            return
        for _, committed in batch:
            if not committed.done():
                committed.set_result(None)

    def close(self) -> None:
        """End the thread after what it is doing."""
        self._thread.shutdown(wait=True)
