"""Errors as RFC 9457 problem documents, with the reason in the reader's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..services.running import NotRunningError
from ..texts import UnknownTextError, refusal_text
from ..web import asked_language

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)

_STATUS: Final[Mapping[str, int]] = {
    "body_not_json": 400,
    "key_missing": 400,
    "terminal_unknown": 401,
    "not_allowed": 403,
    "pairing_wrong": 403,
    "not_found": 404,
    "unknown_desk": 404,
    "unknown_service": 404,
    "unknown_speech": 404,
    "unknown_ticket": 404,
    "unknown_reservation": 404,
    "ticket_to_come": 404,
    "method_not_allowed": 405,
    "pairing_used": 410,
    "pairing_expired": 410,
    "ticket_of_day": 410,
    "body_too_large": 413,
    "body_wrong": 422,
    "too_many_attempts": 429,
    "server_error": 500,
    "busy": 503,
    "too_many_viewers": 503,
}
_OTHERWISE: Final = 409
_RETRY_AFTER: Final = {"busy": 1, "too_many_viewers": 10}


def reader_language(request: Request) -> str:
    """The language to explain things in."""
    return asked_language(request.headers.get("accept-language", "")) or DEFAULT


def problem(request: Request, refusal: Refusal) -> Response:
    """The problem document of `refusal`; its status follows from its code, 409 where the state says no."""
    status = _STATUS.get(refusal.code, _OTHERWISE)
    body = {
        "type": f"urn:madoguchi:problem:{refusal.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _detail(reader_language(request), refusal),
        "code": refusal.code,
    }
    headers = {"Cache-Control": "no-store"}
    if refusal.code in _RETRY_AFTER:
        headers["Retry-After"] = str(_RETRY_AFTER[refusal.code])
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, headers, "application/problem+json")


def answering(endpoint: Endpoint) -> Endpoint:
    """`endpoint`, with whatever it raises answered as a problem document."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return problem(request, refusal)
        except (NotRunningError, OperationalError) as error:
            _log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
            return problem(request, Refusal("busy"))

    return answered


async def unanswered(request: Request, error: Exception) -> Response:
    """An address or method that the API does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    codes = {404: "not_found", 405: "method_not_allowed"}
    response = problem(request, Refusal(codes.get(status, "server_error")))
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _detail(language: str, refusal: Refusal) -> str:
    try:
        return refusal_text(language, refusal)
    except (UnknownTextError, KeyError):
        # A reason without a sentence must still reach the reader as an answer.
        _log.exception("no sentence for %s", refusal.code)
        return refusal_text(language, Refusal("server_error"))
