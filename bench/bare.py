"""The least that can broadcast: a Starlette app on Granian that sends each posted body to all viewers.

Run as ``python -m bench.bare PORT``; the yardstick for the boards' push.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

_HEADERS = [(b"content-type", b"text/event-stream")]


class Stream(Response):
    """One viewer's stream."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send whatever is posted."""
        news: asyncio.Queue[bytes] = asyncio.Queue()
        viewers.add(news)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b": hello\n\n", "more_body": True})
            while True:
                body = await news.get()
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            viewers.discard(news)


viewers: set[asyncio.Queue[bytes]] = set()


async def stream(_request: Request) -> Response:
    """``GET /events``."""
    return Stream()


async def publish(request: Request) -> Response:
    """``POST /``: to everybody."""
    body = await request.body()
    for viewer in viewers:
        viewer.put_nowait(body)
    return Response(status_code=204)


async def ready(_request: Request) -> Response:
    """``GET /``."""
    return PlainTextResponse("ready")


def main(port: int) -> None:
    """Serve until terminated."""
    routes = [Route("/events", stream), Route("/", publish, methods=["POST"]), Route("/", ready)]
    app: Any = Starlette(routes=routes)
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        backlog=4096,
        backpressure=16384,
        log_level=LogLevels.error,
        log_access=False,
    )
    asyncio.run(server.serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
