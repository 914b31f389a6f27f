"""Who opens `/book` by LIFF: whoever LINE says that the ID token is of, never whom a page names."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from ..domain.errors import Refusal
from .line_users import line_user
from .links import LIFF_BOOKING, LIFF_DESK
from .office import Office
from .profile import LONGEST_NAME, trust
from .running import in_thread

STATE: Final = "liff.state"
"""LIFF's own parameter: the rest of the LIFF URL, until the SDK has brought the page there."""
LONGEST_TOKEN: Final = 4096
_PATIENCE: Final = 4.0
_ISSUER: Final = "https://access.line.me"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}")
_USER: Final = re.compile(r"U[0-9a-f]{32}")
_ROW: Final = re.compile(r"[0-9]{1,9}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody whom LINE has vouched for. `name` is what they are called in LINE, for the form only."""

    line_user_id: int
    name: str = field(repr=False)


def desk_asked(query: Mapping[str, str]) -> int | None:
    """The desk (row id) of a page that was opened by LIFF; 0 for nonsense, None for any other page."""
    opened_by_liff = STATE in query or LIFF_DESK in query
    return _row(query, LIFF_DESK) if opened_by_liff else None


def booking_asked(query: Mapping[str, str]) -> int:
    """The booking (row id) that a page opened by LIFF is to change; 0 for none."""
    return _row(query, LIFF_BOOKING)


def _row(query: Mapping[str, str], name: str) -> int:
    if STATE in query:
        query = dict(parse_qsl(query[STATE].partition("?")[2].partition("#")[0]))
    asked = query.get(name, "")
    return int(asked) if _ROW.fullmatch(asked) else 0


async def prove(office: Office, id_token: str) -> Proven:
    """Have LINE check the raw ID token; the user it is of is made when unknown.

    Waits without a thread, four seconds at most.

    Raises:
        Refusal: liff_refused (not a good token for our channel), liff_unreachable (LINE does not tell).
    """
    if len(id_token) > LONGEST_TOKEN or not _TOKEN.fullmatch(id_token):
        raise Refusal("liff_refused")
    claims = await _verified(office, id_token)
    name = claims.get("name")
    user = await in_thread(line_user, office, _subject(office, claims))
    return Proven(user.id, name[:LONGEST_NAME] if isinstance(name, str) else "")


async def _verified(office: Office, id_token: str) -> Mapping[str, Any]:
    """The claims in LINE's answer. Neither they nor the token nor the answer's text are ever logged."""
    form = {"id_token": id_token, "client_id": office.settings.line_login_channel_id}
    url = f"{office.settings.line_api_host}/oauth2/v2.1/verify"
    try:
        async with asyncio.timeout(_PATIENCE), httpx.AsyncClient(verify=trust()) as client:
            answer = await client.post(url, data=form)
        if answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            raise Refusal("liff_refused")
        answer.raise_for_status()
        claims = answer.json()
    except (httpx.HTTPError, ValueError, TimeoutError) as error:
        _log.warning("LINE verified no ID token: %s", type(error).__name__)
        raise Refusal("liff_unreachable") from None
    if not isinstance(claims, dict):
        raise Refusal("liff_unreachable")
    return claims


def _subject(office: Office, claims: Mapping[str, Any]) -> str:
    """The claims' LINE user id, if they are of our channel and still good."""
    subject, expires = claims.get("sub"), claims.get("exp")
    good = (
        claims.get("iss") == _ISSUER
        and claims.get("aud") == office.settings.line_login_channel_id
        and type(expires) is int
        and expires > office.clock.now().timestamp()
    )
    if not good or not isinstance(subject, str) or not _USER.fullmatch(subject):
        raise Refusal("liff_refused")
    return subject
