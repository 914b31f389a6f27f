"""The pages' addresses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from .. import qr
from ..domain.errors import Refusal
from ..services import boards, guests, privacy_record, ticket_status
from ..services.running import NotRunningError, in_thread, office
from . import screens, ticket_words
from .view import data_block, page, reader_language, texts

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)

_MISSING: Final = {
    "unknown_ticket": "ticket_missing",
    "ticket_to_come": "ticket_to_come",
    "unknown_desk": "missing",
}
_RECORD_FOR: Final = timedelta(minutes=1)
_OVER: Final = "ticket_of_day"
_BOARD_TEXTS: Final = (
    "counter_n",
    "newest",
    "called_again",
    "nobody_called",
    "none",
    "people",
    "minutes",
    "minutes_up_to",
    "desk_open",
    "desk_closed",
    "closed_short",
    "stopped_short",
    "more_calls",
    "stale",
    "updated",
)


def answering(endpoint: Endpoint) -> Endpoint:
    """`endpoint`, with a friendly page where it has nothing to show."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            if refusal.code == _OVER:
                day = refusal.facts["day"][reader_language(request)]  # type: ignore[index]
                return sorry(request, _OVER, 410, day=day)
            return sorry(request, _MISSING.get(refusal.code, "missing"), 404)
        except (NotRunningError, OperationalError) as error:
            _log.warning("%s: %s", request.scope["route"].path, type(error).__name__)
            return sorry(request, "busy", 503)

    return answered


async def front(request: Request) -> Response:
    """``/``: what this is, how to begin, how busy the desks are."""
    return await front_page(request)


async def front_page(request: Request, status: int = 200, code_error: str = "") -> Response:
    """The same, with what is wrong about the confirmation code that was typed there."""
    opened = office()
    link, language = ticket_status.friend_link(opened), reader_language(request)
    desks = await in_thread(boards.all_desks, opened)
    paths = {
        code: f"/book/guest/{code}?lang={language}"
        for code in await in_thread(guests.desks_for_guests, opened)
    }
    return page(
        request,
        "front.html",
        language,
        status,
        desks=desks,
        together=screens.together(desks),
        friend=link,
        friend_qr=qr.svg(link),
        guest_paths=paths,
        guest_qrs={code: qr.svg(f"{opened.settings.public_url}{path}") for code, path in paths.items()},
        code_error=code_error,
    )


async def board(request: Request) -> Response:
    """``/board/{desk}``: the lobby display, and on a phone the public board; `with` adds further desks."""
    opened = office()
    screen = await in_thread(
        screens.screen, opened, request.path_params["desk"], request.query_params.getlist("with")
    )
    # A wall display speaks Japanese whatever its browser was set up in; a phone knows its reader.
    language = reader_language(request, by_browser="Mobi" in request.headers.get("user-agent", ""))
    data = {
        "boards": screen.boards,
        "language": language,
        "timezone": opened.settings.timezone,
        "mute": request.query_params.get("mute") == "1",
        "left_out": screen.left_out,
        "texts": texts(language, *_BOARD_TEXTS),
        "notices": screens.notice_texts(language),
    }
    return page(
        request, "board.html", language, boards=screen.boards, data=data_block(data), keep=screen.keep
    )


async def ticket(request: Request) -> Response:
    """``/t/{token}``: one's own ticket, live."""
    opened, token = office(), request.path_params["token"]
    status: dict[str, Any] = await in_thread(ticket_status.status, opened, token)
    language = reader_language(request, own=status["language"])
    data = {
        "status": status,
        "token": token,
        "language": language,
        "timezone": opened.settings.timezone,
        "texts": texts(language, *ticket_words.KEYS),
    }
    issued = ticket_status.local_time(opened, status["issued_at"])
    until = status["not_before"] and ticket_status.local_time(opened, status["not_before"])
    return page(
        request,
        "ticket.html",
        language,
        ticket=status,
        issued=issued,
        words=ticket_words.words(language, status, until),
        data=data_block(data),
    )


async def privacy(request: Request) -> Response:
    """``/privacy``: what is kept, why and for how long, as this deployment is set; below it the record."""
    opened = office()
    settings = opened.settings
    found = await in_thread(
        opened.memo.recall,
        ("privacy_record",),
        opened.clock.now(),
        _RECORD_FOR,
        lambda: privacy_record.record(opened),
    )
    return page(
        request,
        "privacy.html",
        reader_language(request),
        months=settings.retention_months,
        policy=settings.mask_policy,
        record=found,
    )


def sorry(request: Request, what: str, status: int, **facts: str) -> Response:
    """A page that says what is not to be had, with the way back to the front page."""
    return page(request, "sorry.html", reader_language(request), status, what=what, facts=facts)
