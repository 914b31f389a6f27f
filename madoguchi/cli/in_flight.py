"""Keeps count of the requests being answered, so that a stop need not wait for endless ones."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class InFlight:
    """An ASGI wrapper. The server waits for every open answer when it stops, and an event stream
    or a web socket never finishes by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; lifespan is not a request and is not counted."""
        task = asyncio.current_task()
        if task is None or scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        self._tasks.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            # Ended on purpose: raised further, the server would log a trace for each open stream.
            if not self._ending:
                raise
        finally:
            self._tasks.discard(task)

    async def end(self, grace: float) -> None:
        """Let running answers finish for ``grace`` seconds, then cancel what is left."""
        self._ending = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=grace)
        for task in set(self._tasks):
            task.cancel()
