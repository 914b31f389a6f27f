"""Desks and boards for everybody: as JSON, and live as server-sent events."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from ..services import boards, ticket_status
from ..services.running import in_thread, office
from ..web import SERVER_SEND
from .begun import Begun
from .crowd import Viewer
from .hub import Channel, Hub, hub

_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_RETRY_MS: Final = (1_000, 3_000)
"""Spread, so that a thousand boards do not come back in the same instant."""
_LONGEST_EVENT_ID: Final = 18


async def list_desks(_request: Request) -> Response:
    """``GET /api/v1/desks``."""
    found = await in_thread(boards.all_desks, office())
    return JSONResponse({"desks": found}, headers={"Cache-Control": "public, max-age=2"})


async def show_board(request: Request) -> Response:
    """``GET /api/v1/boards/{desk}``; 304 for an ETag that still holds."""
    channel = await hub().channel(request.path_params["desk"])
    frame = await channel.current()
    etag = f'"{frame.number}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(frame.body, headers=headers, media_type="application/json")


async def show_ticket(request: Request) -> Response:
    """``GET /api/v1/tickets/{token}``: the status of one's own ticket."""
    status = await in_thread(ticket_status.status, office(), request.path_params["token"])
    return JSONResponse(status, headers={"Cache-Control": "no-store"})


async def stream_board(request: Request) -> Response:
    """``GET /api/v1/boards/{desk}/events``: the whole board on connect and on each change."""
    boards_hub = hub()
    boards_hub.admit()
    channel = await boards_hub.channel(request.path_params["desk"])
    await channel.current()
    last = request.headers.get("last-event-id", "")
    ours = last.isascii() and last.isdigit() and len(last) <= _LONGEST_EVENT_ID
    return BoardStream(boards_hub, channel, int(last) if ours else 0)


class BoardStream(Response):
    """An event stream that never ends by itself. A slow viewer is only ever sent the newest board."""

    def __init__(self, boards_hub: Hub, channel: Channel, seen: int) -> None:
        super().__init__()
        self._hub = boards_hub
        self._channel = channel
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the viewer goes or the hub ends."""
        with self._hub.watching(self._channel, self._seen) as viewer:
            leaving = asyncio.create_task(_note_leaving(receive, viewer))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
                # The wrappers around this app have seen the start, which is all they care for; past them
                # a call reaches a thousand viewers in half the time.
                await self._send_all(viewer, scope.get(SERVER_SEND, send))
            finally:
                leaving.cancel()
                with suppress(asyncio.CancelledError):
                    await leaving

    async def _send_all(self, viewer: Viewer, send: Send) -> None:
        viewer.beat = self._hub.heartbeat()
        part = b"retry: %d\n\n" % random.randint(*_RETRY_MS)  # noqa: S311  no secret, only spread
        while not viewer.closed:
            part += self._news(viewer)
            if part:
                await send(_body(part))
            part = b""
            await self._idle(viewer, send)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _idle(self, viewer: Viewer, send: Send) -> None:
        """Until something is left to do for this stream: what a free line takes at once needs no task."""
        begun: Begun | None = None

        def at_once() -> bool:
            nonlocal begun
            part = self._news(viewer)
            if not part:
                return True
            begun = Begun(send(_body(part)))
            return begun.done

        viewer.at_once = at_once
        try:
            await viewer.wake.wait()
        finally:
            viewer.at_once = None
        viewer.wake.clear()
        if begun is not None:
            await begun

    def _news(self, viewer: Viewer) -> bytes:
        frame, beat = self._channel.frame, viewer.beat
        viewer.beat = b""
        if frame is not None and frame.number != viewer.seen:
            viewer.seen = frame.number
            return frame.event
        return beat


def _body(part: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": part, "more_body": True}


async def _note_leaving(receive: Receive, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.closed = True
    viewer.wake.set()
