"""Many viewers of one event stream, and when the last of them has seen something."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from .http import request_bytes

_TOGETHER: Final = 50
"""Connections opened at once, so that the listening queue is not what is measured."""
PATIENCE: Final = 20.0


class Crowd:
    """Viewers who wait for the same bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._marker = b"\n\n"
        self._seen: dict[_Viewer, float] = {}
        self._all = asyncio.Event()

    def watch_for(self, marker: bytes) -> None:
        """From now on wait for `marker`."""
        self._marker = marker
        self._seen = {}
        self._all.clear()

    async def last_saw(self) -> None:
        """Wait until the last viewer had the marker. Raises `TimeoutError`."""
        async with asyncio.timeout(PATIENCE):
            await self._all.wait()

    def waits(self, begun: float) -> list[float]:
        """Seconds from `begun` (`time.perf_counter`) until each viewer had the marker."""
        return [moment - begun for moment in self._seen.values()]

    def came(self, viewer: _Viewer, data: bytes) -> bool:
        """Whether `data` holds what is waited for."""
        if self._marker not in data:
            return False
        self._seen.setdefault(viewer, time.perf_counter())
        if len(self._seen) == self.size:
            self._all.set()
        return True


class _Viewer(asyncio.Protocol):
    def __init__(self, crowd: Crowd, request: bytes) -> None:
        self._crowd = crowd
        self._request = request
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        # A marker may arrive in two pieces.
        self._tail = b"" if self._crowd.came(self, self._tail + data) else (self._tail + data)[-4096:]


@asynccontextmanager
async def crowd(port: int, path: str, size: int) -> AsyncIterator[Crowd]:
    """Open `size` streams and wait until each has got its first event."""
    opened = Crowd(size)
    request = request_bytes("GET", path, {"accept": "text/event-stream"})
    loop = asyncio.get_running_loop()
    transports: list[asyncio.BaseTransport] = []
    for first in range(0, size, _TOGETHER):
        joining = [
            loop.create_connection(lambda: _Viewer(opened, request), "127.0.0.1", port)
            for _ in range(min(_TOGETHER, size - first))
        ]
        transports += [transport for transport, _ in await asyncio.gather(*joining)]
    try:
        await opened.last_saw()
        yield opened
    finally:
        for transport in transports:
            transport.close()
