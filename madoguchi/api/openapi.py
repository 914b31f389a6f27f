"""The API's description in OpenAPI 3.1, kept by hand; a test compares it with the routes."""

from __future__ import annotations

from typing import Any, Final

from .bodies import KEY_LENGTHS
from .schemas import SCHEMAS

_BEARER: Final[list[dict[str, list[str]]]] = [{"deviceToken": []}]
_PROBLEM: Final = {
    "description": "A problem document (RFC 9457); `code` names the reason, `detail` says it to people.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def description() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "madoguchi",
            "version": "1",
            "description": "Counter reservation and queue system for city offices (窓口予約システム). "
            "Texts for people are objects by language code; times are ISO 8601 with offset.",
        },
        "paths": {**_public(), **_terminal(), "/api/openapi.json": {"get": _get("This document.", None)}},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"deviceToken": {"type": "http", "scheme": "bearer"}},
        },
    }


def _public() -> dict[str, Any]:
    stream = _get("The board, live: server-sent events.", None, "desk")
    stream["description"] = (
        "Event `board` holds the whole board, on connect and on each change; event `heartbeat` comes every "
        "15 seconds. With a `Last-Event-ID` that is still current the first board is left out."
    )
    stream["responses"]["200"]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    sound = _get("The sound of one sentence that the board calls now.", None, "desk", "hash")
    sound["responses"]["200"]["content"] = {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}
    board = _get("The board as it stands; answers 304 to an ETag that holds.", "Board", "desk")
    return {
        "/api/v1/desks": {"get": _get("All desks with hours and how many wait.", "Desks")},
        "/api/v1/boards/{desk}": {"get": board},
        "/api/v1/boards/{desk}/events": {"get": stream},
        "/api/v1/boards/{desk}/speech/{hash}.wav": {"get": sound},
        "/api/v1/tickets/{token}": {"get": _get("One's own ticket.", "TicketStatus", "token")},
    }


def _terminal() -> dict[str, Any]:
    base = "/api/v1/terminal"
    pair = _post("Exchange a one-time code for a device token.", "PairingCode", "Paired", 201)
    config = {**_get("What the first screen shows.", "TerminalConfig"), "security": _BEARER}
    void = _post("Take back a ticket that reached nobody.", None, "Nothing", 200, "id")
    sync = _post(
        "Bring what was issued without the network, in order; hold numbers for the next time.",
        "Spool",
        "SpoolAnswer",
        200,
    )
    status = _post("Tell how the terminal is.", "TerminalStatus", "ServerTime", 200)
    return {
        f"{base}/pair": {"post": pair},
        f"{base}/config": {"get": config},
        f"{base}/tickets": {"post": _keyed("Issue a number.", "TicketWish")},
        f"{base}/checkins": {"post": _keyed("Check in a reservation by its number.", "CheckIn")},
        f"{base}/tickets/{{id}}/void": {"post": {**void, "security": _BEARER}},
        f"{base}/sync": {"post": {**sync, "security": _BEARER}},
        f"{base}/status": {"post": {**status, "security": _BEARER}},
    }


def _keyed(summary: str, body: str) -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "The same key always gives the same ticket.",
        "schema": {"type": "string", "minLength": KEY_LENGTHS[0], "maxLength": KEY_LENGTHS[-1]},
    }
    return {**_post(summary, body, "Ticket", 201), "parameters": [key], "security": _BEARER}


def _get(summary: str, answer: str | None, *parameters: str) -> dict[str, Any]:
    return _operation(summary, answer, 200, parameters)


def _post(summary: str, body: str | None, answer: str, status: int, *parameters: str) -> dict[str, Any]:
    operation = _operation(summary, answer, status, parameters)
    if body:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _operation(summary: str, answer: str | None, status: int, parameters: tuple[str, ...]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done."}
    if answer:
        done["content"] = _json(answer)
    operation: dict[str, Any] = {"summary": summary, "responses": {str(status): done, "default": _PROBLEM}}
    if parameters:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in parameters
        ]
    return operation


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
