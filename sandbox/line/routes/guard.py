"""What every call of LINE's API goes through: request id, bearer, rate, faults, body, refusals."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.line import ids
from sandbox.line.checks.report import Report
from sandbox.line.checks.shapes import Check
from sandbox.line.errors import LineRefusal
from sandbox.line.faults import MONTHLY_LIMIT, RATE_LIMIT, Fault
from sandbox.line.platform import ApiCall, Platform

MOST_BYTES = 2 * 1024 * 1024
_RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REFUSING = {
    "error500": (500, "Internal Server Error"),
    "rate_limit": (429, RATE_LIMIT),
    "monthly_limit": (429, MONTHLY_LIMIT),
}


@dataclass
class Call:
    """One call that passed the guard; ``body`` is the checked JSON object, empty without a body check."""

    platform: Platform
    request: Request
    request_id: str
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def retry_key(self) -> str | None:
        """The ``X-Line-Retry-Key`` header; raises `LineRefusal` 400 when it is no UUID."""
        key = self.request.headers.get("x-line-retry-key")
        if key is not None and not _RETRY_KEY.fullmatch(key):
            raise LineRefusal(400, "The value for the 'X-Line-Retry-Key' header is invalid")
        return key.lower() if key else None

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the API.

    ``name`` is what faults are ordered by; ``rate`` is calls and seconds; an ``optional`` body may be empty.
    """

    path: str
    method: str
    name: str
    handler: Handler
    body: Check | None = None
    rate: tuple[float, float] = (2000, 1)
    public: bool = False
    optional: bool = False

    def route(self, platform: Platform) -> Route:
        """The Starlette route with the guard around the handler."""

        async def answer(request: Request) -> Response:
            request_id = ids.request_id()
            try:
                response = await self._through(platform, request, request_id)
            except LineRefusal as refusal:
                response = JSONResponse(refusal.body, refusal.status, refusal.headers)
            response.headers["x-line-request-id"] = request_id
            platform.calls.append(ApiCall(request.method, request.url.path, response.status_code, request_id))
            return response

        return Route(self.path, answer, methods=[self.method])

    async def _through(self, platform: Platform, request: Request, request_id: str) -> Response:
        if not self.public:
            _check_bearer(request, platform.settings.channel_token)
        platform.rates.take(f"{self.method} {self.path}", *self.rate)
        fault = platform.faults.take(self.name)
        await _before(fault)
        call = Call(platform, request, request_id)
        if self.body:
            call.body = await _json_body(request, self.body, self.optional)
        response = await self.handler(call)
        return await _after(fault, response)


def _check_bearer(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "")
    if not given:
        raise LineRefusal(401, "Authentication failed due to the following reason: no authorization header")
    if given != f"Bearer {token}":
        reason = "invalid token. Confirm that the access token in the authorization header is valid."
        raise LineRefusal(401, f"Authentication failed due to the following reason: {reason}")


async def _before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind in _REFUSING:
        raise LineRefusal(*_REFUSING[fault.kind])
    if fault.kind in {"timeout_before", "slow"}:
        await asyncio.sleep(fault.seconds)
    if fault.kind == "timeout_before":
        raise LineRefusal(500, "Internal Server Error")


async def _after(fault: Fault | None, response: Response) -> Response:
    if fault and fault.kind == "timeout_after":
        await asyncio.sleep(fault.seconds)
        raise LineRefusal(500, "Internal Server Error")
    return response


async def read_body(request: Request, most: int) -> bytes:
    """The raw body; raises `LineRefusal` 413 as soon as it grows beyond ``most`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise LineRefusal(413, "Payload Too Large")
    return bytes(body)


async def _json_body(request: Request, check: Check, optional: bool) -> Mapping[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise LineRefusal(415, f"The content type, {media_type or 'null'}, is not supported")
    raw = await read_body(request, MOST_BYTES)
    value = {} if optional and not raw else parse_json(raw)
    report = Report()
    check(value, (), report)
    if report.findings or not isinstance(value, dict):
        message, details = report.body()
        raise LineRefusal(400, message, details=details)
    return value


def parse_json(body: bytes) -> object:
    """The JSON value in ``body``; raises `LineRefusal` 400 with line and column."""
    try:
        text = body.decode("utf-8")
        value: object = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        where = f"(line: {error.lineno}, column: {error.colno})"
        raise LineRefusal(400, f"The request body could not be parsed as JSON {where}") from None
    except (ValueError, RecursionError):
        raise LineRefusal(400, "The request body could not be parsed as JSON (line: 1, column: 1)") from None
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
