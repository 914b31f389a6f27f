"""The LINE door and the stand-in for LINE in one process, talking over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from office_kit import City
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from madoguchi.line import routes
from madoguchi.line import running as line_running
from madoguchi.services import running
from madoguchi.services.office import Office
from sandbox.app import build_app
from sandbox.line.controls import controls_in
from sandbox.line.phone import Phone
from sandbox.line.platform import Platform
from sandbox.line.webhook import Delivery

PATIENCE = 30.0
Json = dict[str, Any]


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an ASGI app on a free port of this loop; its address."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _through(app, request)

    server = web.Application(client_max_size=8 * 1024 * 1024)
    server.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _through(app: ASGIApp, request: web.Request) -> web.StreamResponse:
    body = await request.read()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.raw_path.encode(),
        "query_string": request.query_string.encode(),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    answer = web.Response()
    written = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.set_status(message["status"])
            for name, value in message["headers"]:
                if name != b"content-length":
                    answer.headers[name.decode()] = value.decode()
        else:
            written.extend(message.get("body", b""))

    await app(scope, receive, send)
    answer.body = bytes(written)
    return answer


@dataclass
class Town:
    """A running LINE door with the platform it talks to, and hands to hold the citizens' phones."""

    office: Office
    city: City
    platform: Platform
    webhook_url: str
    seen: dict[str, int] = field(default_factory=dict)

    def phone(self, name: str) -> Phone:
        return Phone(self.platform, self.platform.citizen(name))

    def received(self, name: str) -> list[Json]:
        """Every message that the account sent to that phone."""
        entries = self.platform.chat(self.platform.citizen(name)).entries
        return [dict(entry.message) for entry in entries if entry.side == "account"]

    async def follow(self, name: str) -> list[Json]:
        return await self.answered(name, self.phone(name).follow().delivery)

    async def write(self, name: str, text: str) -> list[Json]:
        """Send a text; what came back."""
        return await self.answered(name, self.phone(name).write(text).delivery)

    async def tap(self, name: str, label: str) -> list[Json]:
        """Tap the newest delivered control with that label; what came back."""
        return await self.answered(name, self._tap(name, label))

    def _tap(self, name: str, label: str) -> asyncio.Task[Delivery] | None:
        chat = self.platform.chat(self.platform.citizen(name))
        for entry in reversed([entry for entry in chat.entries if entry.side == "account"]):
            for path, action in controls_in(entry.message):
                quick = "quickReply" in path
                if action.get("label") == label and not (quick and chat.quick_reply_entry is not entry):
                    return self.phone(name).tap(entry.id, path).delivery
        raise AssertionError(f"no control {label!r} in {self.labels(name)}")

    def labels(self, name: str) -> list[str]:
        """The labels of every control on the newest messages."""
        entries = self.platform.chat(self.platform.citizen(name)).entries
        newest = [entry for entry in entries if entry.side == "account"][-2:]
        return [str(action.get("label")) for entry in newest for _, action in controls_in(entry.message)]

    async def answered(self, name: str, delivery: asyncio.Task[Delivery] | None) -> list[Json]:
        before = len(self.received(name))
        assert delivery is not None
        assert (await delivery).status == 200
        await until(lambda: len(self.received(name)) > before)
        await self.idle()
        return self.received(name)[before:]

    async def idle(self) -> None:
        """Until every stored event is worked."""
        await until(lambda: open_events(self.office) == 0)


def open_events(office: Office) -> int:
    from madoguchi.services import inbox  # noqa: PLC0415  late: tests replace its parts

    return inbox.open_events(office)


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait for a condition; fails when it never comes."""
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(office: Office) -> AsyncIterator[str]:
    """The webhook, without anybody who works what it stores; its address."""
    running.start(office)
    try:
        async with serving(Starlette(routes=routes())) as address:
            yield f"{address}/line/webhook"
    finally:
        running.stop()


@asynccontextmanager
async def platform_serving(platform: Platform) -> AsyncIterator[str]:
    """The stand-in's API; its address."""
    async with serving(build_app(platform)) as address:
        await platform.open()
        try:
            yield address
        finally:
            await platform.close()


@asynccontextmanager
async def door_open(office: Office) -> AsyncIterator[None]:
    """Workers of inbox and outbox."""
    async with line_running(office):
        yield


def words(message: Json) -> str:
    """Everything that a message says, in one string."""
    found: list[str] = []

    def walk(part: object) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key in ("text", "altText", "label") and isinstance(value, str):
                    found.append(value)
                walk(value)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(message)
    return "\n".join(found)
