"""The shapes that the API takes and gives, as JSON Schema; tests check real answers against them."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_BOOL: Final[dict[str, Any]] = {"type": "boolean"}
_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_MAYBE_TEXT: Final[dict[str, Any]] = {"type": ["string", "null"]}
_NAMES: Final[dict[str, Any]] = {"$ref": "#/components/schemas/Names"}
_RANGE: Final[dict[str, Any]] = {"$ref": "#/components/schemas/MinutesRange"}


def _object(optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_NAMED: Final = _object(names=_NAMES)
_CODED: Final = _object(code=_TEXT, names=_NAMES)
_PLACED: Final = _object(code=_TEXT, names=_NAMES, place=_NAMES)
_CALLED: Final = _object(
    number=_TEXT, counter=_TEXT, call_id={"type": "integer"}, called_at=_TIME, calls=_COUNT, language=_TEXT
)
_SENTENCE: Final = _object(language=_TEXT, text=_TEXT, spoken=_TEXT, audio=_MAYBE_TEXT)
_CALLING: Final = _object(
    **_CALLED["properties"],
    aloud=_BOOL,
    announcement=_list(_SENTENCE),
)
_SERVICE: Final = _object(
    code=_TEXT, names=_NAMES, letter=_TEXT, waiting=_COUNT, estimated_wait_minutes=_RANGE, open=_BOOL
)
_LANGUAGE: Final = {"type": "string", "enum": ["ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt"]}

_TICKET: Final = _object(
    id={"type": "integer"},
    number=_TEXT,
    service=_CODED,
    desk=_CODED,
    issued_at=_TIME,
    waiting_ahead=_COUNT,
    estimated_wait_minutes=_RANGE,
    status_url=_TEXT,
    claim_code=_TEXT,
)

SCHEMAS: Final[dict[str, Any]] = {
    "Names": {"type": "object", "additionalProperties": _TEXT, "description": "A text by language code."},
    "MinutesRange": {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
    "Problem": _object(type=_TEXT, title=_TEXT, status=_COUNT, detail=_TEXT, code=_TEXT),
    "Desks": _object(
        desks=_list(
            _object(
                code=_TEXT,
                names=_NAMES,
                place=_NAMES,
                phone=_TEXT,
                municipality=_CODED,
                open=_BOOL,
                opens_at=_TEXT,
                closes_at=_TEXT,
                waiting=_COUNT,
            )
        )
    ),
    "Board": _object(
        desk=_PLACED,
        municipality=_NAMED,
        open=_BOOL,
        stopped=_BOOL,
        notices=_list({"type": "object", "required": ["kind"], "properties": {"kind": _TEXT}}),
        service_day=_TEXT,
        generated_at=_TIME,
        revision=_COUNT,
        calling=_list(_CALLING),
        recent=_list(_CALLED),
        missed=_list(_TEXT),
        services=_list(_SERVICE),
        waiting=_COUNT,
        counters=_COUNT,
    ),
    "TicketStatus": _object(
        number=_TEXT,
        state=_TEXT,
        language=_TEXT,
        service=_CODED,
        desk=_PLACED,
        municipality=_NAMED,
        issued_at=_TIME,
        called_at=_MAYBE_TEXT,
        calls=_COUNT,
        counter=_MAYBE_TEXT,
        waiting_ahead={"type": ["integer", "null"]},
        near=_BOOL,
        not_before=_MAYBE_TEXT,
        moved=_BOOL,
        returns=_MAYBE_TEXT,
        desk_closed=_BOOL,
        estimated_wait_minutes={"oneOf": [_RANGE, {"type": "null"}]},
        bound=_BOOL,
        claim_code=_MAYBE_TEXT,
        line_url=_MAYBE_TEXT,
        generated_at=_TIME,
    ),
    "PairingCode": _object(code=_TEXT),
    "Paired": _object(device_token=_TEXT, terminal=_object(id={"type": "integer"}, name=_TEXT), desk=_CODED),
    "TerminalConfig": _object(
        municipality=_NAMED,
        desk=_PLACED,
        open=_BOOL,
        services=_list(_SERVICE),
        ticket=_object(lines=_list(_NAMES), closing_words=_NAMES, logo=_TEXT),
        server_time=_TIME,
    ),
    "TicketWish": _object(("language",), service=_TEXT, language=_LANGUAGE),
    "CheckIn": _object(("language",), code=_TEXT, language=_LANGUAGE),
    "Ticket": _TICKET,
    "Spool": _object(
        clock=_TIME,
        tickets=_list(
            _object(
                ("claim_code", "language"),
                key=_TEXT,
                service=_TEXT,
                service_day=_DAY,
                number=_TEXT,
                token=_TEXT,
                claim_code=_TEXT,
                issued_at=_TIME,
                language=_LANGUAGE,
            )
        ),
    ),
    "SpoolAnswer": _object(
        results=_list(
            _object(
                key=_TEXT,
                result={"type": "string", "enum": ["booked", "known", "renumbered", "refused"]},
                number=_TEXT,
                id={"type": ["integer", "null"]},
                reason=_MAYBE_TEXT,
                ticket={"oneOf": [_TICKET, {"type": "null"}]},
            )
        ),
        leases=_list(
            _object(
                service=_TEXT,
                service_day=_DAY,
                opens_at=_TIME,
                closes_at=_TIME,
                stopped=_BOOL,
                used=_COUNT,
                numbers=_list(_object(number=_TEXT, token=_TEXT, status_url=_TEXT, claim_code=_TEXT)),
            )
        ),
        server_time=_TIME,
    ),
    "TerminalStatus": _object(printer=_TEXT, version=_TEXT, unsent=_COUNT, clock=_TIME),
    "ServerTime": _object(server_time=_TIME, clock_ahead_seconds={"type": "number"}),
    "Nothing": {"type": "object"},
}
