"""Ways into `/book` without LINE: a new confirmation code, or one that somebody has."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..domain.errors import Refusal
from ..networks import client_address, house, parse_networks
from ..services import guests
from ..services.running import in_thread, office
from ..texts import refusal_text
from .pages import front_page, sorry
from .view import reader_language

_MOST_BYTES: Final = 2_048


async def begin(request: Request) -> Response:
    """``GET /book/guest/{desk}``: on to `/book` with a fresh code."""
    try:
        desk, language = request.path_params["desk"], reader_language(request)
        path = await in_thread(guests.begin, office(), desk, _address(request), language)
    except Refusal as refusal:
        if refusal.code != "guest_throttled":
            raise
        return sorry(request, "guest_busy", 429)
    return _see_other(path)


async def come_back(request: Request) -> Response:
    """``POST /book/guest``: on to `/book` with the code of the form."""
    try:
        typed, language = await _typed(request), reader_language(request)
        path = await in_thread(guests.come_back, office(), typed, _address(request), language)
    except Refusal as refusal:
        if refusal.code == "guest_throttled":
            return sorry(request, "guest_busy", 429)
        if refusal.code != "guest_code_wrong":
            raise
        return await front_page(request, 422, refusal_text(reader_language(request), refusal))
    return _see_other(path)


async def again(request: Request) -> Response:
    """``GET /book/guest``: a form reloaded; it stands on the front page."""
    return _see_other(f"/?lang={reader_language(request)}")


async def _typed(request: Request) -> str:
    """The form's code; a body too long to be one counts as empty."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BYTES:
            return ""
    try:
        return parse_qs(raw.decode(), max_num_fields=5).get("code", [""])[0]
    except ValueError:
        return ""


def _address(request: Request) -> str:
    trusted = parse_networks(office().settings.trusted_proxies)
    peer = request.client.host if request.client else None
    # Some proxies add a header of their own: only all of them together tell the way.
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return house(client_address(peer, forwarded_for, trusted))


def _see_other(path: str) -> Response:
    return RedirectResponse(path, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
