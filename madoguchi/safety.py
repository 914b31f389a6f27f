"""What stands before every HTTP answer: permitted addresses, sign-in for staff pages, limits, headers."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import knocks
from .domain.errors import Refusal
from .domain.languages import DEFAULT
from .networks import Address, Networks, allowed, client_address, house, parse_networks
from .rates import Rates
from .services import running, sessions
from .settings import Settings
from .texts import refusal_text
from .web import SERVER_SEND, asked_language

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 1_000_000
COOKIE: Final = "madoguchi_staff"
_STAFF: Final = "/staff"
_TERMINAL: Final = "/api/v1/terminal"
_OPEN_STAFF: Final = frozenset({"/staff/login", "/staff/login/step", "/staff/lock", "/staff/logout"})
_BOOK: Final = "/book"
_HASHED: Final = "/assets/"
"""Built files, whose names change with their content."""
_FRAMED: Final = (_BOOK, "/t", "/board")
"""What the demo's phones show in a frame."""
_INLINE: Final = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class _Rules:
    """The settings as this wrapper needs them, read once."""

    staff: Networks
    terminal: Networks
    trusted: Networks
    frame_hosts: str
    secure: bool
    liff_connects: str
    liff_scripts: str
    rates: Rates


def protect(app: ASGIApp, settings: Callable[[], Settings], pages: Path | None = None) -> ASGIApp:
    """Wrap `app`. `settings` is asked at the first request; `pages` is where the built pages are."""
    return Safety(app, settings, pages)


class Safety:
    """An ASGI wrapper. Sockets pass: their events are judged one by one by the pages' guard."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Settings], pages: Path | None) -> None:
        self._app = app
        self._settings = settings
        self._pages = pages
        self._known: _Rules | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer instead of the app where it must not be asked; add headers to every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[SERVER_SEND] = send
        rules = self._rules()
        headers = Headers(scope=scope)
        path, address = scope["path"], _client(scope, headers, rules)
        place = house(address)
        guarded = _with_headers(
            send, self._headers(path, rules), path, lambda status: rules.rates.answered(path, place, status)
        )
        wait = rules.rates.wait(path, place)
        refusal = _too_often(path, headers, wait) if wait else await _refusal(path, address, headers, rules)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        await _Limited(receive, guarded).run(self._app, scope)

    def _rules(self) -> _Rules:
        if self._known is None:
            self._known = _rules(self._settings())
        return self._known

    def _headers(self, path: str, rules: _Rules) -> dict[str, str]:
        framed = any(path == one or path.startswith(f"{one}/") for one in _FRAMED)
        ancestors = rules.frame_hosts if framed and rules.frame_hosts else "'none'"
        scripts, connects = _script_hashes(self._pages), ""
        if _below(path, _BOOK):
            scripts, connects = scripts + rules.liff_scripts, rules.liff_connects
        headers = {
            "Content-Security-Policy": _policy(ancestors, scripts, connects),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if ancestors == "'none'":
            headers["X-Frame-Options"] = "DENY"
        if rules.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return headers


def _rules(settings: Settings) -> _Rules:
    return _Rules(
        staff=parse_networks(settings.staff_networks),
        terminal=parse_networks(settings.terminal_networks),
        trusted=parse_networks(settings.trusted_proxies),
        frame_hosts=_frame_hosts(settings) if settings.env == "demo" else "",
        secure=settings.public_url.startswith("https://"),
        liff_connects=f" {settings.liff_api}" if settings.liff_api else "",
        liff_scripts=f" {settings.liff_stand_in}" if settings.liff_stand_in else "",
        rates=Rates(settings.rate),
    )


def _frame_hosts(settings: Settings) -> str:
    """In the demo, the phones of the stand-in for LINE open our links in a frame."""
    line = urlsplit(settings.line_api_host)
    port = f":{line.port}" if line.port else ""
    hosts = dict.fromkeys([line.hostname or "127.0.0.1", "127.0.0.1", "localhost"])
    return " ".join(["'self'", *(f"{line.scheme}://{host}{port}" for host in hosts)])


def _policy(ancestors: str, further_scripts: str, further_connects: str) -> str:
    """Everything from this server, but for LIFF's calls of LINE on the one page that it opens.

    Styles are written at run time by the pages' own library.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self'{further_scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            f"connect-src 'self'{further_connects}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


@lru_cache(maxsize=4)
def _script_hashes(pages: Path | None) -> str:
    """The scripts that the build wrote into its pages, each by its hash; none other runs inline."""
    if pages is None or not pages.is_dir():
        return ""
    found = {
        match.group(1) for page in pages.rglob("*.html") for match in _INLINE.finditer(page.read_bytes())
    }
    digests = sorted(base64.b64encode(hashlib.sha256(text).digest()).decode() for text in found)
    return "".join(f" 'sha256-{digest}'" for digest in digests)


async def _refusal(path: str, address: Address | None, headers: Headers, rules: _Rules) -> Response | None:
    staff = _below(path, _STAFF)
    networks = rules.staff if staff else rules.terminal if _below(path, _TERMINAL) else None
    if networks is not None and not allowed(address, networks):
        knocks.refused("address", address)
        return _foreign_page() if staff else _foreign_problem()
    if _declared(headers) > MOST_BYTES:
        return _too_large()
    if not staff or path in _OPEN_STAFF:
        return None
    try:
        known = await _has_session(headers)
    except OperationalError as error:
        _log.warning("%s: %s", path, type(error).__name__)
        return _busy_page()
    to_sign_in = RedirectResponse(
        f"/staff/login?next={quote(path)}", 303, headers={"Cache-Control": "no-store"}
    )
    return None if known else to_sign_in


def _client(scope: Scope, headers: Headers, rules: _Rules) -> Address | None:
    peer = scope["client"][0] if scope.get("client") else None
    return client_address(peer, _forwarded_for(headers), rules.trusted)


def _below(path: str, root: str) -> bool:
    return path == root or path.startswith((f"{root}/", f"{root}."))


def _forwarded_for(headers: Headers) -> str:
    return ",".join(headers.getlist("x-forwarded-for"))


def _declared(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


async def _has_session(headers: Headers) -> bool:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return False
    if found is None:
        return False
    if await running.in_thread(sessions.actor_of, running.office(), found.value) is None:
        return False
    await running.in_thread(sessions.touch, running.office(), found.value)
    return True


def _with_headers(send: Send, headers: dict[str, str], path: str, tell: Callable[[int], None]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            tell(message["status"])
            answer = MutableHeaders(scope=message)
            if path.startswith(_HASHED) and message["status"] in {200, 206, 304}:
                answer.setdefault("Cache-Control", "public, max-age=31536000, immutable")
            for name, value in headers.items():
                answer.setdefault(name, value)
        await send(message)

    return sending


class _TooLargeError(Exception):
    """More came than was declared or is allowed."""


class _Limited:
    """One request whose body is counted while it is read."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._scope: Scope = {}
        self._read = 0
        self._answered = False
        self._refused = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Pass the request on; a body that grows too large is answered here, whatever the app does then."""
        self._scope = scope
        with suppress(_TooLargeError):
            await app(scope, self._counted, self._noticed)

    async def _counted(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > MOST_BYTES:
            if not self._answered:
                self._answered = self._refused = True
                await _too_large()(self._scope, self._receive, self._send)
            raise _TooLargeError
        return message

    async def _noticed(self, message: Message) -> None:
        if not self._refused:
            self._answered = True
            await self._send(message)


def _too_often(path: str, headers: Headers, seconds: int) -> Response:
    language = asked_language(headers.get("accept-language", "")) or DEFAULT
    sentence = refusal_text(language, Refusal("too_many_attempts", minutes=-(-seconds // 60)))
    again = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    if not path.startswith("/api/"):
        return PlainTextResponse(f"{sentence}\n", 429, again)
    body = {
        "type": "urn:madoguchi:problem:too_many_attempts",
        "title": "Too Many Requests",
        "status": 429,
        "code": "too_many_attempts",
        "detail": sentence,
    }
    return Response(json.dumps(body, ensure_ascii=False), 429, again, "application/problem+json")


def _too_large() -> Response:
    return PlainTextResponse("too large\n", 413, headers={"Connection": "close"})


def _foreign_page() -> Response:
    return _plain_page(
        403,
        "この場所からは利用できません",
        "職員用の画面は、庁内の決められたネットワークからだけ開けます。",
    )


def _busy_page() -> Response:
    return _plain_page(
        503, "ただいま開けません", "混み合っています。少し待ってから、もう一度開いてください。"
    )


def _plain_page(status: int, title: str, sentence: str) -> Response:
    html = (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/tokens.css">'
        f'<main class="mg-main"><h1>{title}</h1><p>{sentence}</p></main>'
    )
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _foreign_problem() -> Response:
    body: dict[str, Any] = {
        "type": "urn:madoguchi:problem:address_not_permitted",
        "title": "Forbidden",
        "status": 403,
        "code": "address_not_permitted",
        "detail": "この場所からは端末を利用できません。ネットワークの設定を確認してください。",
    }
    return Response(json.dumps(body, ensure_ascii=False), 403, media_type="application/problem+json")
