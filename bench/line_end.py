"""LINE's side of the wire, as little as it takes: every call is answered at once and remembered.

A push whose retry key came before is not taken again, as with LINE.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sized
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KEY: Final = re.compile(rb"\r\nx-line-retry-key: *([0-9a-f-]+)", re.IGNORECASE)


def _answer(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body


_OK: Final = _answer(b"200 OK", b'{"sentMessages":[{"id":"1","quoteToken":"q"}]}')
_BEFORE: Final = _answer(b"409 Conflict", b'{"message":"The retry key is already accepted"}')


class LineEnd:
    """What the server sent to LINE: replies by reply token, pushes, and those with a retry key by it."""

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}
        self.pushes: list[Any] = []
        self.by_key: dict[str, Any] = {}
        self.refused = 0
        """Pushes that came again with the same key."""
        self.port = 0
        self.calls: set[asyncio.Transport] = set()
        self._news = asyncio.Event()

    def heard(self, path: str, body: bytes, key: str = "") -> bool:
        """Remember one call; whether it was taken."""
        self._news.set()
        if path.endswith("/message/reply"):
            call = json.loads(body)
            self.replies[call["replyToken"]] = call["messages"]
        elif path.endswith("/message/push"):
            if key in self.by_key:
                self.refused += 1
                return False
            self.pushes.append(json.loads(body))
            if key:
                self.by_key[key] = self.pushes[-1]
        return True

    async def replied(self, count: int, seconds: float) -> int:
        """Wait until `count` replies have come, `seconds` at most; how many there are."""
        return await self._until(self.replies, count, seconds)

    async def pushed(self, count: int, seconds: float) -> int:
        """The same for pushes."""
        return await self._until(self.pushes, count, seconds)

    async def _until(self, calls: Sized, count: int, seconds: float) -> int:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(calls) < count:
                    self._news.clear()
                    await self._news.wait()
        return len(calls)


class _Call(asyncio.Protocol):
    def __init__(self, end: LineEnd) -> None:
        self._end = end
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._end.calls.add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self._end.calls.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            path, key = head.split(b" ", 2)[1].decode(), _KEY.search(head)
            taken = self._end.heard(path, self._buffer[end + 4 : whole], key[1].decode() if key else "")
            self._buffer = self._buffer[whole:]
            self._transport.write(_OK if taken else _BEFORE)


@asynccontextmanager
async def line_end(port: int = 0) -> AsyncIterator[LineEnd]:
    """Listen for the server's calls to LINE; on any free port when none is given."""
    end = LineEnd()
    server = await asyncio.get_running_loop().create_server(lambda: _Call(end), "127.0.0.1", port)
    end.port = server.sockets[0].getsockname()[1]
    try:
        yield end
    finally:
        server.close()
        # Hung up on, not left to time out: the server keeps its connections to LINE for the next call.
        for call in tuple(end.calls):
            call.close()
        await server.wait_closed()
