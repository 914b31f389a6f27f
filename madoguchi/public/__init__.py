"""Light pages for everybody: front page, lobby display and public board, a ticket's status, privacy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from . import guests, pages, security_text
from .static import ASSETS, FreshFiles

__all__ = ["routes"]

_SHARED: Final = ("tokens.css", "icon.svg")


def routes() -> list[BaseRoute]:
    """The pages and the files they load. The files are served from where they are written: no build."""
    return [
        Route("/", pages.answering(pages.front), methods=["GET"]),
        Route("/board/{desk}", pages.answering(pages.board), methods=["GET"]),
        Route("/t/{token}", pages.answering(pages.ticket), methods=["GET"]),
        Route("/book/guest", pages.answering(guests.again), methods=["GET"]),
        Route("/book/guest", pages.answering(guests.come_back), methods=["POST"]),
        Route("/book/guest/{desk}", pages.answering(guests.begin), methods=["GET"]),
        Route("/privacy", pages.answering(pages.privacy), methods=["GET"]),
        Route(security_text.PATH, security_text.show, methods=["GET"]),
        *(_file(name) for name in _SHARED),
        Mount("/public", FreshFiles(directory=ASSETS / "public")),
    ]


def _file(name: str) -> Route:
    path: Path = ASSETS / name

    async def answer(_request: Request) -> Response:
        return FileResponse(path, headers={"Cache-Control": "no-cache"})

    return Route(f"/{name}", answer, methods=["GET"])
