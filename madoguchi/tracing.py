"""A name for each request, by which the lines that it left in the log find together."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Request-Id"
_current: Final[ContextVar[str]] = ContextVar("request", default="")


def current() -> str:
    """The request that is being answered here; empty outside of any."""
    return _current.get()


@contextmanager
def under(name: str) -> Iterator[None]:
    """Let what is done and logged in the block count as of that request."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def traced(app: ASGIApp) -> ASGIApp:
    """Wrap `app`: each HTTP request has a name of its own, which its answer tells.

    What callers bring as one is not taken over: it would be theirs to write into our log.
    """

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        name = secrets.token_hex(8)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        with under(name):
            await app(scope, receive, sending)

    return asked
