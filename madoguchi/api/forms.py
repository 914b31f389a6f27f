"""Plain forms of the staff side: where they come from, and what is in them."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from ..networks import Address, client_address, house, parse_networks
from ..settings import Settings

MOST_BYTES: Final = 8_192


def same_origin(request: Request, settings: Settings) -> bool:
    """Whether a form was sent from our own pages.

    Browsers say so themselves: Sec-Fetch-Site, or on older ones Origin. A client that sends neither is
    no browser and carries nobody's cookies.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {settings.public_url, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    return origin in ours


async def fields(request: Request, most_bytes: int = MOST_BYTES) -> dict[str, list[str]]:
    """The form's fields, with all values of each; a body too long to be one counts as empty."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > most_bytes:
            return {}
    try:
        found = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: [value.replace("\0", "") for value in values] for name, values in found.items()}


def address(request: Request, settings: Settings) -> str:
    """Where the request comes from, as tries are counted by it."""
    return house(client(request, settings))


def client(request: Request, settings: Settings) -> Address | None:
    """The address that the request comes from, behind the trusted proxies."""
    peer = request.client.host if request.client else None
    # Some proxies add a header of their own: only all of them together tell the way.
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(peer, forwarded_for, parse_networks(settings.trusted_proxies))


def whole(text: str) -> int:
    """An id as a form sends it; whatever is none counts as 0, which no row has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
