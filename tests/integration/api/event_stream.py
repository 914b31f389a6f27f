"""A viewer of a board's event stream, speaking ASGI directly: nothing is buffered in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette

PATIENCE = 5.0
"""Longest wait for something that must come, in seconds."""


@dataclass(frozen=True)
class Event:
    """One event; ``id`` is 0 for those without."""

    name: str
    id: int
    data: dict[str, Any]


@dataclass
class Viewer:
    """What one viewer got. ``read`` cleared makes it a slow one: nothing more is taken off the wire."""

    status: int = 0
    raw: bytes = b""
    sent: list[bytes] = field(default_factory=list)
    ended: bool = False
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    read: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def next(self, name: str) -> Event:
        """The next event of that name."""
        async with asyncio.timeout(PATIENCE):
            while (event := await self.events.get()).name != name:
                pass
            return event

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        await self.read.wait()
        self.sent.append(message["body"])
        self.ended = not message.get("more_body", False)
        self.raw += message["body"]
        *whole, self.raw = self.raw.split(b"\n\n")
        for block in whole:
            self._take(block.decode())

    def _take(self, block: str) -> None:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" in fields:
            self.events.put_nowait(
                Event(fields["event"], int(fields.get("id", 0)), json.loads(fields["data"]))
            )


@asynccontextmanager
async def watching(
    app: Starlette, desk: str = "childcare", last_event_id: int | str | None = None
) -> AsyncIterator[Viewer]:
    """Open the desk's stream and leave it at the end."""
    headers = [] if last_event_id is None else [(b"last-event-id", str(last_event_id).encode())]
    path = f"/api/v1/boards/{desk}/events"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "app": app,
    }
    viewer = Viewer()
    viewer.read.set()
    task = asyncio.create_task(app(scope, viewer.receive, viewer.send))  # type: ignore[arg-type]
    try:
        yield viewer
    finally:
        viewer.gone.set()
        viewer.read.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE)
