"""``/staff/login`` and ``/staff/logout``: plain forms, so that they work without any script."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from .. import knocks
from ..domain.errors import Refusal
from ..networks import Address, client_address, house, parse_networks
from ..services import running, sessions, staff_accounts
from ..settings import Settings
from ..texts import refusal_text

COOKIE: Final = "madoguchi_staff"
HOME: Final = "/staff"
LOGIN: Final = "/staff/login"
_MOST_BYTES: Final = 8_192
_AT_ONCE: Final = 2
"""Each check takes a core and 64 MiB for a moment; more at once would starve the services' threads."""
_STATUS: Final = {"sign_in_wrong": 401, "sign_in_locked": 429, "sign_in_throttled": 429, "busy": 503}

_WRONG: Final = frozenset({"sign_in_wrong", "sign_in_locked", "sign_in_throttled"})
_OWN_PAGE: Final = re.compile(r"/staff(/[a-z0-9-]+)*")

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)
_checking = asyncio.Semaphore(_AT_ONCE)


def routes() -> list[BaseRoute]:
    """The two addresses."""
    return [
        Route(LOGIN, _answering(show), methods=["GET"]),
        Route(LOGIN, _answering(submit), methods=["POST"]),
        Route("/staff/logout", _answering(leave), methods=["POST"]),
    ]


def _answering(endpoint: Endpoint) -> Endpoint:
    """`endpoint`, with the form and a sentence while the database does not answer."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OperationalError as error:
            _log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
            next_page = _own_page(request.query_params.get("next", ""))
            return _page(next_page=next_page, error=refusal_text("ja", Refusal("busy")), status=503)

    return answered


async def show(request: Request) -> Response:
    """The empty form; who is signed in already goes on."""
    next_page = _own_page(request.query_params.get("next", ""))
    token = request.cookies.get(COOKIE, "")
    actor = await running.in_thread(sessions.actor_of, running.office(), token)
    if actor is not None:
        return _see_other(next_page)
    notice = "ログアウトしました。" if "out" in request.query_params else ""
    return _page(next_page=next_page, notice=notice)


async def submit(request: Request) -> Response:
    """Sign in, or show the form again with what is wrong and the login name as it was typed."""
    settings = running.office().settings
    if not same_origin(request, settings):
        return _foreign()
    fields = await _fields(request)
    login, password = fields.get("login", ""), fields.get("password", "")
    next_page = _own_page(fields.get("next", ""))
    if not login.strip() or not password:
        error = "ログイン名とパスワードを入力してください。"
        return _page(next_page=next_page, login=login, error=error, status=422)
    try:
        async with _checking:
            address = _address(request, settings)
            token = await running.in_thread(
                staff_accounts.sign_in, running.office(), login, password, house(address)
            )
    except (Refusal, OperationalError) as reason:
        refusal = reason if isinstance(reason, Refusal) else Refusal("busy")
        if refusal.code in _WRONG:
            knocks.refused("sign-in", _address(request, settings))
        status = _STATUS.get(refusal.code, 401)
        error = refusal_text("ja", refusal)
        return _page(next_page=next_page, login=login, error=error, status=status)
    response = _see_other(next_page)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LIVES.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https://"),
    )
    return response


async def leave(request: Request) -> Response:
    """End the session and forget the cookie."""
    office = running.office()
    if not same_origin(request, office.settings):
        return _foreign()
    token = request.cookies.get(COOKIE, "")
    if token:
        await running.in_thread(sessions.sign_out, office, token)
    response = _see_other(f"{LOGIN}?out=1")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response


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


def _own_page(wanted: str) -> str:
    """Where to go after signing in: a staff page of ours, nothing else."""
    return wanted if _OWN_PAGE.fullmatch(wanted) and not wanted.startswith(LOGIN) else HOME


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields; a body too long to be one counts as empty."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BYTES:
            return {}
    try:
        text = raw.decode()
        found = parse_qs(text, keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0].replace("\0", "") for name, values in found.items()}


def _address(request: Request, settings: Settings) -> Address | None:
    peer = request.client.host if request.client else None
    trusted = parse_networks(settings.trusted_proxies)
    # Some proxies add a header of their own: only all of them together tell the way.
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(peer, forwarded_for, trusted)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True)


def _page(
    *, next_page: str, login: str = "", error: str = "", notice: str = "", status: int = 200
) -> Response:
    template = _templates().get_template("sign_in.html")
    html = template.render(next=next_page, login=login[:64], error=error, notice=notice)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def _see_other(path: str) -> Response:
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def _foreign() -> Response:
    text = "ほかのサイトから送られたため受け付けませんでした。ログイン画面を開き直してください。\n"
    return PlainTextResponse(text, 403, {"Cache-Control": "no-store"})
