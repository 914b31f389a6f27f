"""Reading what a request carries, within limits. Everything wrong is a `Refusal` with a clear sentence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, Final

from starlette.requests import Request

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..web import one_of_ours, storable

MOST_BYTES: Final = 16_384
KEY_LENGTHS: Final = range(8, 101)


async def json_object(request: Request) -> dict[str, Any]:
    """The body's JSON object. Raises `Refusal`: ``body_too_large`` or ``body_not_json``."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > MOST_BYTES:
            raise Refusal("body_too_large", limit=MOST_BYTES)
    try:
        value = json.loads(bytes(raw))
    except (ValueError, RecursionError):
        raise Refusal("body_not_json") from None
    if not isinstance(value, dict):
        raise Refusal("body_not_json")
    return value


def text(body: dict[str, Any], name: str, longest: int = 64) -> str:
    """A member that must be a text of 1 to `longest` letters. Raises `Refusal("body_wrong")`."""
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or not storable(value):
        raise Refusal("body_wrong", field=name)
    return value.strip()


def moment(body: dict[str, Any], name: str) -> datetime:
    """A member that must be an ISO 8601 moment with its offset. Raises `Refusal("body_wrong")`."""
    try:
        found = datetime.fromisoformat(text(body, name))
        # Far from all calendars there are moments that cannot be told in UTC.
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("body_wrong", field=name) from None
    if found.tzinfo is None:
        raise Refusal("body_wrong", field=name)
    return found


def day(body: dict[str, Any], name: str) -> date:
    """A member that must be a date like ``2026-10-01``. Raises `Refusal("body_wrong")`."""
    try:
        return date.fromisoformat(text(body, name))
    except ValueError:
        raise Refusal("body_wrong", field=name) from None


def objects(body: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    """A member that must be a list of at most `most` objects. Raises `Refusal("body_wrong")`."""
    value = body.get(name)
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
        raise Refusal("body_wrong", field=name)
    return value


def count(body: dict[str, Any], name: str, most: int = 1_000_000) -> int:
    """A member that must be a whole number from 0 to `most`. Raises `Refusal("body_wrong")`."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Refusal("body_wrong", field=name)
    return value


def language(body: dict[str, Any]) -> str:
    """The ticket's language, Japanese when none is given. Raises `Refusal("body_wrong")`."""
    found = one_of_ours(body.get("language", DEFAULT))
    if found is None:
        raise Refusal("body_wrong", field="language")
    return found


def idempotency_key(request: Request) -> str:
    """The ``Idempotency-Key`` header. Raises `Refusal("key_missing")`."""
    return checked_key(request.headers.get("idempotency-key", ""))


def checked_key(key: str) -> str:
    """A key as terminals draw it for each touch. Raises `Refusal("key_missing")`."""
    if len(key) not in KEY_LENGTHS or not key.isascii() or not key.isprintable():
        raise Refusal("key_missing")
    return key
