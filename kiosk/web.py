"""The terminal's own small server: the touch screen and what it asks for. For the loopback only."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import qrcode
from qrcode.image.svg import SvgPathFillImage
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.board import Board
from kiosk.issuing import Issuing
from kiosk.journal import Journal
from kiosk.messages import Problem, TicketFace
from kiosk.print_queue import PrintQueue
from kiosk.server_client import Refused, Revoked, ServerAway
from kiosk.texts import Texts, known_language

SCREEN = Path(__file__).with_name("screen")
HEARTBEAT = 10.0
_KEY = re.compile(r"[0-9A-Za-z-]{16,64}")
_LONGEST_WISH = 64
_MOST_BYTES = 4_096
_POLICY = b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = [
    (b"content-security-policy", _POLICY),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class BadRequest(Exception):
    """The screen asked for something that is not in its form; a fault of ours, not the citizen's."""


class Web:
    """The handlers, over the parts of one terminal."""

    def __init__(
        self,
        board: Board,
        issuing: Issuing,
        queue: PrintQueue,
        journal: Journal,
        texts: Texts,
        more: Sequence[Route],
        *,
        host: str,
        scanner: bool = False,
    ) -> None:
        self._board = board
        self._issuing = issuing
        self._queue = queue
        self._journal = journal
        self._texts = texts
        self._more = more
        self._host = host
        self._scanner = scanner

    def app(self) -> ASGIApp:
        """The ASGI application."""
        routes = [
            Route("/", self.page),
            Route("/api/texts", self.texts),
            Route("/api/equipment", self.equipment),
            Route("/api/state", self.state),
            Route("/api/events", self.events),
            Route("/api/tickets", self.ticket, methods=["POST"]),
            Route("/api/checkins", self.checkin, methods=["POST"]),
            Route("/api/tickets/{key}/qr.svg", self.qr),
            Route("/api/tickets/{key}/print", self.print_again, methods=["POST"]),
            *self._more,
            Mount("/screen", StaticFiles(directory=SCREEN)),
        ]
        handlers: dict[Any, Any] = {
            BadRequest: _bad_request,
            Refused: _refused,
            ServerAway: _away,
            Revoked: _revoked,
        }
        guard = Middleware(OwnPagesOnly, host=self._host)
        return Starlette(routes=routes, exception_handlers=handlers, middleware=[guard])

    async def page(self, _request: Request) -> Response:
        """The one page there is."""
        return FileResponse(SCREEN / "index.html")

    async def texts(self, _request: Request) -> Response:
        """All sentences, by language and key."""
        return JSONResponse(dict(self._texts.catalogues))

    async def equipment(self, _request: Request) -> Response:
        """What stands beside the screen: ``{"scanner"}``."""
        return JSONResponse({"scanner": self._scanner})

    async def state(self, _request: Request) -> Response:
        """The board as it is now."""
        return JSONResponse(self._board.snapshot())

    async def events(self, _request: Request) -> Response:
        """The board now and on each change, as server-sent events."""
        return StreamingResponse(self._event_lines(), media_type="text/event-stream")

    async def ticket(self, request: Request) -> Response:
        """``{"key", "service", "language"}`` → the number, with the state of its paper."""
        key, service, language = await _wish(request, "service")
        return self._issued(key, await self._issuing.take(key, service, language))

    async def checkin(self, request: Request) -> Response:
        """``{"key", "code", "language"}`` → the number of a reservation."""
        key, code, language = await _wish(request, "code")
        earlier = self._journal.open_checkin(code)
        face = await self._issuing.check_in(key, code, language)
        return self._issued(earlier.key if earlier else key, face)

    async def qr(self, request: Request) -> Response:
        """The QR code of the ticket's status page."""
        touch = self._journal.find(request.path_params["key"])
        if touch is None or touch.face is None:
            return Response(status_code=404)
        picture = qrcode.make(touch.face.ticket.status_url, image_factory=SvgPathFillImage, border=4)
        return Response(picture.to_string(), media_type="image/svg+xml")

    async def print_again(self, request: Request) -> Response:
        """Print the paper of this touch once more."""
        touch = self._journal.find(request.path_params["key"])
        if touch is None or touch.face is None:
            return Response(status_code=404)
        self._queue.again(touch)
        return Response(status_code=202)

    def _issued(self, key: str, face: TicketFace) -> Response:
        touch = self._journal.find(key)
        body = {
            "key": key,
            "number": face.ticket.number,
            "service": face.ticket.service.names,
            "waiting_ahead": face.ticket.waiting_ahead,
            "estimated_wait_minutes": face.ticket.estimated_wait_minutes,
            "paper": touch.paper if touch else None,
        }
        return JSONResponse(body, status_code=201)

    async def _event_lines(self) -> AsyncIterator[str]:
        async for snapshot in self._board.watch(HEARTBEAT):
            yield f"data: {json.dumps(snapshot)}\n\n" if snapshot else ": quiet\n\n"


class OwnPagesOnly:
    """ASGI middleware: no foreign page asks for anything here, no foreign hosts, no framing, no caching.

    ``host``: the name under which the terminal serves; its addresses are good, too. Any other name may be
    one that somebody has pointed at this machine, whose pages would count as the terminal's own.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = {"localhost", host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another site's page sends; add the headers to every answer."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        foreign = scope["type"] == "http" and self._is_foreign(Headers(scope=scope), scope["method"])
        app = Response(status_code=403) if foreign else self._app
        await app(scope, receive, send_safely)

    def _is_foreign(self, headers: Headers, method: str) -> bool:
        host = headers.get("host", "")
        if not self._is_own(host):
            return True
        if method in {"GET", "HEAD"}:
            return False
        # Another port of this machine is a page of somebody else's, though browsers call it the same site.
        site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
        return site not in {"same-origin", "none"} or origin not in {None, f"http://{host}"}

    def _is_own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name in self._names or bool(ip_address(name))
        except ValueError:
            return False


async def _wish(request: Request, member: str) -> tuple[str, str, str]:
    # Only a page of this terminal can send JSON here: another origin would be asked for permission first.
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise BadRequest
    try:
        body = json.loads(await _body(request))
        key, wanted = body["key"], body[member]
        # Half of a letter, as a scanner may type it, can be neither stored nor sent.
        str(wanted).encode()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest from error
    if not (isinstance(key, str) and _KEY.fullmatch(key) and isinstance(wanted, str)):
        raise BadRequest
    if not 0 < len(wanted) <= _LONGEST_WISH:
        raise BadRequest
    return key, wanted, known_language(body.get("language"))


async def _body(request: Request) -> bytes:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BYTES:
            raise BadRequest
    return raw


async def _bad_request(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"code": "bad_request"}, status_code=400)


async def _refused(_request: Request, error: Exception) -> Response:
    problem = error.problem if isinstance(error, Refused) else Problem()
    return JSONResponse({"code": problem.code, "detail": problem.detail}, status_code=409)


async def _away(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"code": "away"}, status_code=503)


async def _revoked(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"code": "revoked"}, status_code=503)
