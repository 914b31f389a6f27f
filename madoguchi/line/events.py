"""Reading a webhook body: event by event, forgiving whatever is unknown, keeping only what is used."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ..services.inbox import NewEvent

_USER: Final = re.compile(r"U[0-9a-f]{32}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_LONGEST_TEXT: Final = 1000
_LONGEST_DATA: Final = 300
_LONGEST_ID: Final = 64
_WORKED: Final = frozenset({"follow", "unfollow", "message", "postback"})


class MalformedBodyError(ValueError):
    """The body is not what LINE sends: no JSON object with a list of events."""


def read_events(raw: bytes) -> list[NewEvent]:
    """The events of a signed body. Unknown kinds and fields do no harm, nor does an event that is none.

    Raises `MalformedBodyError`.
    """
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError(type(error).__name__) from None
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list):
        raise MalformedBodyError("no events")
    return [_read(event) for event in events if isinstance(event, dict)]


def _read(event: Mapping[str, Any]) -> NewEvent:
    kind = _string(event, "type")
    user_id = _user_of(event) if kind in _WORKED else None
    return NewEvent(
        event_id=_id_of(event),
        occurred_at=_moment(event.get("timestamp")),
        user_id=user_id,
        body=_kept(kind, event) if user_id else {},
    )


def _user_of(event: Mapping[str, Any]) -> str | None:
    """The one to talk with; None in groups and rooms, where we would answer to everybody."""
    source = event.get("source")
    if not isinstance(source, dict) or source.get("type") != "user":
        return None
    user_id = source.get("userId")
    return user_id if isinstance(user_id, str) and _USER.fullmatch(user_id) else None


def _id_of(event: Mapping[str, Any]) -> str:
    given = _string(event, "webhookEventId")
    if given and len(given) <= _LONGEST_ID and given.isprintable():
        return given
    # The delivery context is what alone may differ when the same event comes again.
    content = {name: value for name, value in event.items() if name != "deliveryContext"}
    text = json.dumps(content, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:48]}"


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _kept(kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Only what answering needs: what citizens write must not lie around in the database."""
    kept: dict[str, Any] = {"type": kind}
    if event.get("mode") != "standby" and (token := _string(event, "replyToken")):
        kept["reply_token"] = token[:200]
    if event.get("mode") == "standby":
        kept["standby"] = True
    part = event.get(kind)
    content = part if isinstance(part, dict) else {}
    if kind == "follow":
        kept["unblocked"] = content.get("isUnblocked") is True
    elif kind == "postback":
        kept["data"] = _clean(_string(content, "data"), _LONGEST_DATA)
        picked = content.get("params")
        if isinstance(picked, dict) and _TIME.fullmatch(time := _string(picked, "time")):
            kept["time"] = time
    elif kind == "message" and content.get("type") == "text":
        kept |= {"type": "text", "text": _clean(_string(content, "text"), _LONGEST_TEXT)}
    return kept


def _string(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _clean(text: str, longest: int) -> str:
    # Lone surrogates and NUL are legal JSON, but no database takes them.
    return text[:longest].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
