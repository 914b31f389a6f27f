"""Who is behind an event: the session cookie and the address of the socket it came over."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from reflex_base.constants import RouteVar
from reflex_base.event.context import EventContext
from sqlalchemy.exc import OperationalError

from ..domain.roles import Permission, may
from ..networks import allowed, client_address, house, parse_networks
from ..services import running, sessions
from ..services.actors import Actor
from ..settings import Settings

COOKIE: Final = "madoguchi_staff"
REMEMBER_SECONDS: Final = 5.0
"""How long an ended session may still pass: a look-up for each event would cost more than the event."""
_REMEMBERED: Final = 1_000

_known: dict[str, tuple[float, Actor]] = {}
_touched: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Caller:
    """The other end of the event's socket."""

    token: str
    """The session's, from the cookie; empty without one."""
    socket: str
    tab: str
    peer: str
    forwarded_for: str


def caller() -> Caller:
    """Read the event being worked. Everything is empty when it came over no socket."""
    try:
        context = EventContext.get()
    except LookupError:
        return Caller("", "", "", "", "")
    data: dict[str, Any] = context.router_data or {}
    headers: dict[str, str] = data.get(RouteVar.HEADERS) or {}
    return Caller(
        token=_cookie(headers.get("cookie", "")),
        socket=str(data.get(RouteVar.SESSION_ID, "")),
        tab=context.token,
        peer=str(data.get(RouteVar.CLIENT_IP, "")),
        forwarded_for=headers.get("x-forwarded-for", ""),
    )


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value


def from_staff_network(who: Caller, settings: Settings) -> bool:
    """Whether the socket's address may use the staff side."""
    trusted = parse_networks(settings.trusted_proxies)
    address = client_address(who.peer, who.forwarded_for, trusted)
    return allowed(address, parse_networks(settings.staff_networks))


def house_of(who: Caller, settings: Settings) -> str:
    """The socket's address, as tries are counted by it."""
    return house(client_address(who.peer, who.forwarded_for, parse_networks(settings.trusted_proxies)))


async def actor_of(token: str) -> Actor | None:
    """Whose session it is, remembered for `REMEMBER_SECONDS`; None when it is no session (any more)."""
    if not token:
        return None
    key, now = sessions.token_hash(token), time.monotonic()
    found = _known.get(key)
    if found is not None and now < found[0]:
        return found[1]
    actor = await running.in_thread(sessions.actor_of, running.office(), token)
    _known.pop(key, None)
    if actor is not None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[key] = (now + REMEMBER_SECONDS, actor)
    return actor


async def acting() -> Actor | None:
    """Who is signed in at the tab that the event being worked comes from."""
    return await actor_of(caller().token)


async def onlooker() -> Actor | None:
    """The same, if that role may see the queue; a page that opens by itself shows others nothing."""
    actor = await acting()
    return actor if actor is not None and may(actor.role, Permission.SEE_QUEUE) else None


async def touched(token: str) -> None:
    """Note that somebody has just done something; the database is told once a minute at the most."""
    key, now = sessions.token_hash(token), time.monotonic()
    if now < _touched.get(key, 0.0):
        return
    if len(_touched) >= _REMEMBERED:
        _touched.clear()
    _touched[key] = now + sessions.TOUCH.total_seconds()
    # A database that is busy right now keeps nobody from working.
    with suppress(OperationalError):
        await running.in_thread(sessions.touch, running.office(), token)


def forget() -> None:
    """Ask the database again for everybody."""
    _known.clear()
    _touched.clear()
