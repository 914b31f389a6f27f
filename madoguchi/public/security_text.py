"""``/.well-known/security.txt`` (RFC 9116): whom to tell about a weakness that somebody found."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..services.running import office

PATH: Final = "/.well-known/security.txt"
_GOOD_FOR: Final = timedelta(days=180)


async def show(_request: Request) -> Response:
    """The contact of this deployment; 404 where none is set."""
    opened = office()
    contact = opened.settings.security_contact
    if not contact:
        return PlainTextResponse("not found\n", 404)
    expires = (opened.clock.now() + _GOOD_FOR).astimezone(UTC).replace(microsecond=0)
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: ja, en",
        f"Canonical: {opened.settings.public_url}{PATH}",
    )
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"})
