"""A booking's number as a QR code, which the terminal's scanner types as if by hand."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from .. import qr
from ..services import links, running
from .calendar_file import booking_of

PATH: Final = "/book/code.png"


def routes() -> list[BaseRoute]:
    """The picture's address."""
    return [Route(PATH, booking_code, methods=["GET"])]


async def booking_code(request: Request) -> Response:
    """The picture for the booking that the signed ``k`` names. 410 when that is too old, 404 if cancelled."""
    found = await booking_of(running.office(), request, links.read_code)
    if isinstance(found, PlainTextResponse):
        return found
    made, *_ = found
    return Response(qr.png(made.code), media_type="image/png", headers={"Cache-Control": "no-store"})
