"""The Reflex pages as the build left them, answered at their own addresses."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

BUILT: Final = Path(__file__).resolve().parents[1] / ".web" / "build" / "client"
_PAGES: Final = (
    "book",
    "staff",
    "staff/messages",
    "staff/reservations",
    "staff/settings",
    "staff/slots",
    "staff/stats",
)


def routes() -> list[BaseRoute]:
    """``/book``, ``/staff`` and the pages below it.

    Left to Reflex's own file server they would be redirected to a slash at the end, by an absolute
    address that behind a proxy names the wrong scheme.
    """
    return [_page(name) for name in _PAGES]


def _page(name: str) -> Route:
    file = BUILT / name / "index.html"

    async def answer(_request: Request) -> Response:
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return Route(f"/{name}", answer, methods=["GET"])
