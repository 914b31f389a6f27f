"""The terminal API: pairing, the first screen's content, numbers, and how the terminal is."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..domain.paper import closing_in
from ..networks import client_address, house, parse_networks
from ..services import boards, checkin, desks, terminals, ticket_paper, tickets
from ..services.attempts import Addresses, minutes_until
from ..services.issuing import IssuedTicket
from ..services.issuing_together import Wish, issue_together
from ..services.office import Office
from ..services.running import in_thread, office, together
from ..services.terminals import TerminalView
from ..texts import catalogues
from . import bodies

_CLOSING_WORDS: Final = "public.paper_closing_words"
_GUESSES: Final = {"pairing_wrong", "pairing_used", "pairing_expired"}


class _Process:
    guesses = Addresses()


def forget_guesses() -> None:
    """Start counting wrong pairing codes anew."""
    _Process.guesses = Addresses()


async def pair(request: Request) -> Response:
    """``POST /api/v1/terminal/pair``: a one-time code for a device token."""
    opened, address = office(), _address(request)
    now = opened.clock.now()
    if blocked_until := _Process.guesses.blocked_until(address, now):
        raise Refusal("too_many_attempts", minutes=minutes_until(blocked_until, now))
    code = bodies.text(await bodies.json_object(request), "code")
    try:
        paired = await in_thread(terminals.pair, opened, code)
    except Refusal as refusal:
        if refusal.code in _GUESSES:
            _Process.guesses.failed(address, now)
        raise
    terminal = paired.terminal
    body = {
        "device_token": paired.token,
        "terminal": {"id": terminal.id, "name": terminal.name},
        "desk": {"code": terminal.desk_code, "names": terminal.desk_names},
    }
    return answer(body, 201)


async def config(request: Request) -> Response:
    """``GET /api/v1/terminal/config``."""
    terminal = await terminal_of(request)
    return answer(await in_thread(_config, office(), terminal))


async def issue(request: Request) -> Response:
    """``POST /api/v1/terminal/tickets``: a number; the same key always gives the same one."""
    terminal = await terminal_of(request)
    key = bodies.idempotency_key(request)
    body = await bodies.json_object(request)
    service, language = bodies.text(body, "service"), bodies.language(body)
    wish = Wish(terminal.id, terminal.desk_id, service, language, key)
    return answer(ticket_json(office(), await together(issue_together, wish)), 201)


async def check_in(request: Request) -> Response:
    """``POST /api/v1/terminal/checkins``: a number for a reservation, by its number."""
    terminal = await terminal_of(request)
    key = bodies.idempotency_key(request)
    body = await bodies.json_object(request)
    code, language = bodies.text(body, "code"), bodies.language(body)
    opened = office()
    ticket = await in_thread(
        checkin.check_in_at_terminal,
        opened,
        terminal_id=terminal.id,
        desk_id=terminal.desk_id,
        code=code,
        language=language,
        key=key,
    )
    return answer(ticket_json(opened, ticket), 201)


async def void(request: Request) -> Response:
    """``POST /api/v1/terminal/tickets/{id}/void``: take back a ticket that reached nobody."""
    terminal = await terminal_of(request)
    ticket_id = request.path_params["id"]
    if not (ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) < 19):
        raise Refusal("unknown_ticket")
    await in_thread(tickets.void_at_terminal, office(), terminal.id, int(ticket_id))
    return answer({})


async def report(request: Request) -> Response:
    """``POST /api/v1/terminal/status``; answers the server's time and how far the terminal's clock is off."""
    terminal = await terminal_of(request)
    body = await bodies.json_object(request)
    opened = office()
    ahead = bodies.moment(body, "clock") - opened.clock.now()
    await in_thread(
        terminals.report,
        opened,
        terminal.id,
        printer=bodies.text(body, "printer"),
        version=bodies.text(body, "version"),
        unsent=bodies.count(body, "unsent"),
        clock_ahead=ahead.total_seconds(),
    )
    now = opened.clock.now().isoformat()
    return answer({"server_time": now, "clock_ahead_seconds": round(ahead.total_seconds(), 1)})


async def terminal_of(request: Request) -> TerminalView:
    """The terminal that asks, by its token. Raises `Refusal("terminal_unknown")`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal("terminal_unknown")
    opened = office()
    terminal = terminals.remembered(opened, token)
    if terminal is None:
        terminal = await in_thread(terminals.terminal_of, opened, token)
    if terminal is None:
        raise Refusal("terminal_unknown")
    return terminal


def _address(request: Request) -> str:
    trusted = parse_networks(office().settings.trusted_proxies)
    peer = request.client.host if request.client else None
    # Some proxies add a header of their own: only all of them together tell the way.
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return house(client_address(peer, forwarded_for, trusted))


def _config(opened: Office, terminal: TerminalView) -> dict[str, Any]:
    desk = desks.desk(opened, terminal.desk_id)
    paper = ticket_paper.paper_of(opened, terminal.desk_id)
    standard = {language: texts[_CLOSING_WORDS] for language, texts in catalogues().items()}
    return {
        "municipality": {"names": desk.municipality_names},
        "desk": {"code": desk.code, "names": desk.names, "place": desk.places},
        "open": desk.open,
        "services": [
            boards.service_json(service) for service in desks.services_of(opened, desk.id) if service.walk_in
        ],
        "ticket": {
            "lines": [{DEFAULT: line} for line in paper.texts.lines],
            "closing_words": closing_in(paper.texts, standard),
            "logo": "" if paper.logo is None else base64.b64encode(paper.logo).decode(),
        },
        "server_time": opened.clock.now().isoformat(),
    }


def ticket_json(opened: Office, ticket: IssuedTicket) -> dict[str, Any]:
    """A ticket with all that its paper shows."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "service": {"code": ticket.service_code, "names": ticket.service},
        "desk": {"code": ticket.desk_code, "names": ticket.desk},
        "issued_at": ticket.issued_at.isoformat(),
        "waiting_ahead": ticket.waiting_ahead,
        "estimated_wait_minutes": list(ticket.wait),
        "status_url": f"{opened.settings.public_url}/t/{ticket.token}",
        "claim_code": ticket.claim_code or "",
    }


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """`body` as JSON that nobody keeps."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, {"Cache-Control": "no-store"}, "application/json")
