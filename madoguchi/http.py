"""The plain HTTP side: every route that is not a Reflex page, in one list."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route


async def healthz(_request: Request) -> Response:
    """Say that the process answers; nothing behind it is asked."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


def build_http() -> Starlette:
    """Gather the doors' routes. Reflex mounts itself below them, so the first match here wins."""
    routes: list[BaseRoute] = [
        Route("/healthz", healthz, methods=["GET"]),
    ]
    return Starlette(routes=routes)
