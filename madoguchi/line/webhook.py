"""``POST /line/webhook``: prove that LINE sent it, store it, answer at once."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Final

from linebot.v3.webhook import SignatureValidator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..services import inbox, running
from ..services.office import Office
from ..services.pulse import PULSE
from .events import MalformedBodyError, read_events
from .intake import Intake

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 1_000_000


class _TooLargeError(Exception):
    """The body is larger than any that LINE sends."""


class Door:
    """Where webhook calls are stored; set while `running` runs, plain calls do without."""

    intake: Intake | None = None


async def webhook(request: Request) -> Response:
    """200 as soon as the events are stored. 401 without LINE's signature, 413 too large, 400 no JSON.

    503 when the database cannot take them: LINE delivers again where redelivery is switched on.
    """
    began = monotonic()
    try:
        return await _answer(request)
    finally:
        PULSE.webhook_took(monotonic() - began)


async def _answer(request: Request) -> Response:
    office = running.office()
    try:
        raw = await _body(request)
    except _TooLargeError:
        return _problem(413, "Payload Too Large")
    if not _signed_by_line(office, raw, request.headers.get("x-line-signature")):
        return _problem(401, "Unauthorized")
    try:
        events = read_events(raw)
    except MalformedBodyError:
        return _problem(400, "Bad Request")
    try:
        if Door.intake is not None:
            await Door.intake.store(events)
        else:
            await running.in_thread(inbox.receive, office, events)
    except Exception:
        _log.exception("webhook events could not be stored")
        return _problem(503, "Service Unavailable")
    return JSONResponse({})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise _TooLargeError
    return bytes(body)


def _signed_by_line(office: Office, raw: bytes, signature: str | None) -> bool:
    """Whether `signature` fits exactly these bytes. What is no UTF-8 was not signed by LINE as such."""
    if not signature:
        return False
    validator = SignatureValidator(office.settings.line_channel_secret.get_secret_value())
    try:
        return bool(validator.validate(raw.decode("utf-8"), signature))
    except UnicodeError:
        return False


def _problem(status: int, title: str) -> Response:
    body = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(body, status, media_type="application/problem+json")
