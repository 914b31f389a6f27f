"""The HTTP API: boards for everybody, terminals with their token, health and metrics."""

from __future__ import annotations

import re
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount, Route

from ..services import announcements, speech
from ..services.office import Office
from ..services.voices import find_voices
from . import boards, hub, operations, sounds, terminal, terminal_sync
from .problems import Endpoint, answering, unanswered

__all__ = ["API_ROUTES", "routes", "running"]


def _route(method: str, path: str, endpoint: Endpoint) -> Route:
    return Route(path, answering(endpoint), methods=[method])


API_ROUTES = (
    _route("POST", "/v1/terminal/tickets", terminal.issue),
    _route("POST", "/v1/terminal/checkins", terminal.check_in),
    _route("POST", "/v1/terminal/tickets/{id}/void", terminal.void),
    _route("POST", "/v1/terminal/status", terminal.report),
    _route("POST", "/v1/terminal/sync", terminal_sync.sync),
    _route("POST", "/v1/terminal/pair", terminal.pair),
    _route("GET", "/v1/terminal/config", terminal.config),
    _route("GET", "/v1/desks", boards.list_desks),
    _route("GET", "/v1/boards/{desk}", boards.show_board),
    _route("GET", "/v1/boards/{desk}/events", boards.stream_board),
    _route("GET", "/v1/boards/{desk}/speech/{hash}.wav", sounds.show),
    _route("GET", "/v1/tickets/{token}", boards.show_ticket),
    _route("GET", "/openapi.json", operations.openapi),
)
"""Paths below ``/api``; what is asked most comes first."""


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Keep the boards of `office` up to date, and speak for it, while the server runs."""
    terminal.forget_guesses()
    voices = await to_thread(find_voices, office.settings.var_dir)
    with speech.speaking(office, announcements.on_board, voices):
        async with hub.running(office):
            yield


def routes() -> list[BaseRoute]:
    """Everything below ``/api``, whose errors are problem documents, and the operator's addresses."""
    api = Starlette(routes=API_ROUTES, exception_handlers={HTTPException: unanswered, Exception: unanswered})
    below = Mount("/api", api)
    # Also an address with a line break in it is one of the API's, which answers that it has no such.
    below.path_regex = re.compile(below.path_regex.pattern, re.DOTALL)
    return [
        below,
        _route("GET", "/healthz", operations.healthz),
        _route("GET", "/readyz", operations.readyz),
        _route("GET", "/metrics", operations.metrics),
    ]
