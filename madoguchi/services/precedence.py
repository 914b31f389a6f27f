"""Who goes first in one event loop: what somebody waits for goes before what is sent to a crowd."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Precedence:
    """Whether something urgent is under way, for those who can wait a little. Belongs to one event loop."""

    def __init__(self) -> None:
        self._urgent = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def busy(self) -> bool:
        """Whether something urgent is under way."""
        return self._urgent > 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Something that goes first is under way until the block ends."""
        self._urgent += 1
        try:
            yield
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._let_go()

    async def give_way(self, seconds: float) -> None:
        """Wait until nothing urgent is under way, `seconds` at most; not at all when nothing is."""
        if not self._urgent:
            return
        cleared = asyncio.get_running_loop().create_future()
        self._waiting.append(cleared)
        with suppress(TimeoutError):
            await asyncio.wait_for(cleared, seconds)

    def _let_go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for cleared in waiting:
            if not cleared.done():
                cleared.set_result(None)
