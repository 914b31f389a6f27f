"""A keep-alive HTTP/1.1 client that costs little: on few cores the generator must not starve the server."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `seconds` from the first byte written to the last byte read."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def request_bytes(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """One whole request, ready to be written."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._asked: asyncio.Future[tuple[int, bytes]] | None = None
        self._lost = False

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect to a server on this machine."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> Answer:
        """Send and wait for the whole response. Raises `ConnectionError` when the server hangs up."""
        if self._transport is None or self._lost:
            raise ConnectionResetError("the connection is gone")
        self._asked = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        self._transport.write(request)
        status, body = await self._asked
        return Answer(status, body, time.perf_counter() - begun)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes came."""
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0 or self._asked is None or self._asked.done():
            return
        length = _LENGTH.search(self._buffer, 0, end + 2)
        whole = end + len(_END) + (int(length[1]) if length else 0)
        if len(self._buffer) >= whole:
            status, body = int(self._buffer[9:12]), self._buffer[end + len(_END) : whole]
            self._buffer = self._buffer[whole:]
            self._asked.set_result((status, body))

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio: the other side hung up."""
        self._lost = True
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(error or ConnectionResetError("the server hung up"))
