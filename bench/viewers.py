"""Many viewers of one event stream, and when the last of them has seen something.

``python -m bench.viewers PORT PATH SIZE`` holds them open until its input ends, in a process of its own:
whoever measures something else meanwhile does not wait for what they read.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from .http import request_bytes

_TOGETHER: Final = 50
"""Connections opened at once, so that the listening queue is not what is measured."""
PATIENCE: Final = 60.0
_OPEN: Final = b"open"


class Crowd:
    """Viewers who wait for the same bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.lost = 0
        """Viewers whose stream the server ended."""
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

    def connection_lost(self, _error: Exception | None) -> None:
        self._crowd.lost += 1


@asynccontextmanager
async def crowd(port: int, path: str, size: int) -> AsyncIterator[Crowd]:
    """Open `size` streams and wait until each has got its first event."""
    _raise_open_files()
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


class CrowdApart:
    """A crowd in a process of its own."""

    def __init__(self) -> None:
        self.lost = 0
        """Viewers whose stream the server ended; known once the block is over."""


@contextmanager
def crowd_apart(port: int, path: str, size: int) -> Iterator[CrowdApart]:
    """The same in a process of its own. Raises `RuntimeError` when it does not get its first events."""
    apart = CrowdApart()
    command = [sys.executable, "-m", "bench.viewers", str(port), path, str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline().strip() != _OPEN:
                raise RuntimeError(f"{size} viewers of {path} could not be opened")
            yield apart
        finally:
            process.stdin.close()
        apart.lost = int(process.stdout.read())


async def _hold(port: int, path: str, size: int) -> None:
    async with crowd(port, path, size) as opened:
        print(_OPEN.decode(), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(opened.lost, flush=True)


def _raise_open_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    asyncio.run(_hold(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
