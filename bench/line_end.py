"""LINE's side of the wire, as little as it takes: every call is answered at once and remembered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

_LENGTH: Final = b"content-length:"
_OK: Final = b'{"sentMessages":[{"id":"1","quoteToken":"q"}]}'
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(_OK),
    _OK,
)


class LineEnd:
    """What the server sent to LINE: replies by reply token, and pushes."""

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}
        self.pushes: list[Any] = []
        self.port = 0
        self.calls: set[asyncio.Transport] = set()
        self._news = asyncio.Event()

    def heard(self, path: str, body: bytes) -> None:
        """Remember one call."""
        if path.endswith("/message/reply"):
            call = json.loads(body)
            self.replies[call["replyToken"]] = call["messages"]
        elif path.endswith("/message/push"):
            self.pushes.append(json.loads(body))
        self._news.set()

    async def replied(self, count: int, seconds: float) -> int:
        """Wait until `count` replies have come, `seconds` at most; how many there are."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self.replies) < count:
                    self._news.clear()
                    await self._news.wait()
        return len(self.replies)


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
            head = self._buffer[:end].lower()
            at = head.find(_LENGTH)
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            whole = end + 4 + length
            if len(self._buffer) < whole:
                return
            path = self._buffer.split(b" ", 2)[1].decode()
            self._end.heard(path, self._buffer[end + 4 : whole])
            self._buffer = self._buffer[whole:]
            self._transport.write(_ANSWER)


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
