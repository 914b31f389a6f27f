"""Calls of many at the same moment, worked together: those that come while one round runs make the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST: Final = 64
"""Of one round: others shall not wait too long for their turn to write."""


class Gathering(Generic[T, R]):
    """Hands items to `work` in rounds, one round at a time; belongs to one event loop.

    A lone item is worked at once. `work` answers each item with a result or an exception, in order;
    what it raises itself goes to every item of the round.
    """

    def __init__(
        self, work: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]], most: int = MOST
    ) -> None:
        self._work = work
        self._most = most
        self._in_round = 0
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._rounds: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many wait or are being worked."""
        return len(self._waiting) + self._in_round

    async def put(self, item: T) -> R:
        """The item's result. Raises what `work` answered or raised."""
        answered: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answered))
        if self._rounds is None:
            self._rounds = asyncio.create_task(self._run())
        return await answered

    async def _run(self) -> None:
        try:
            while self._waiting:
                now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._in_round = len(now)
                await self._round(now)
        finally:
            self._rounds, self._in_round = None, 0

    async def _round(self, now: list[tuple[T, asyncio.Future[R]]]) -> None:
        results: Sequence[R | Exception]
        try:
            results = await self._work([item for item, _ in now])
        except Exception as error:
            results = [error] * len(now)
        for (_, answered), result in zip(now, results, strict=True):
            if answered.done():  # whoever asked has gone
                continue
            if isinstance(result, Exception):
                answered.set_exception(result)
            else:
                answered.set_result(result)
