"""The rounds of load. Each runs in the generator's own process, beside the server's."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from . import load
from .http import Connection, request_bytes
from .line_end import line_end
from .load import Measured, percentile
from .page import Page, page
from .viewers import Crowd, crowd

STAFF_STATE: Final = "reflex___state____state.madoguchi___state___today____today_state"
EVENTS: Final = 1_000
_ANSWERED_WITHIN: Final = 120.0
"""Seconds; on any machine: an event that is answered late is slow, one that is not answered is wrong."""
PAUSE: Final = 0.75
"""Between two clicks: faster presses of the clerk's button are taken for a bouncing key."""


@dataclass(frozen=True)
class Pushes:
    """Seconds until each viewer had it, of all clicks together, sorted."""

    viewers: int
    click: tuple[float, ...]
    bare: tuple[float, ...]
    frame_bytes: int

    @property
    def ratio(self) -> float:
        """How many times a bare broadcast a click takes: 99 of 100 viewers had it by then."""
        return percentile(self.click, 99) / percentile(self.bare, 99)


def noop(port: int, clients: int, seconds: float) -> Measured:
    """Ask a route that does nothing."""
    request = load.healthz_request()
    return asyncio.run(load.keep_asking(port, clients, seconds, lambda _: request, 200))


def issuing(
    port: int, clients: int, seconds: float, tokens: Sequence[str], services: Sequence[str]
) -> Measured:
    """Take paper tickets, each client at a terminal of its own."""

    def request(client: int) -> bytes:
        return load.issue_request(tokens[client], services[client % len(services)], uuid4().hex)

    return asyncio.run(load.keep_asking(port, clients, seconds, request, 201))


def fill_lobby(port: int, tokens: Sequence[str], services: Sequence[str], people: int) -> None:
    """Let so many people wait."""
    requests = [
        load.issue_request(tokens[0], services[number % len(services)], uuid4().hex)
        for number in range(people)
    ]
    asyncio.run(load.ask_all(port, 8, requests))


def webhooks(port: int, line_port: int, clients: int, users: Sequence[str]) -> tuple[Measured, int, float]:
    """Deliver `EVENTS` signed calls with one event each, which the server answers in LINE meanwhile.

    Also how many it had answered in the end, and after how many seconds.
    """
    return asyncio.run(_deliver(port, line_port, clients, users))


async def _deliver(
    port: int, line_port: int, clients: int, users: Sequence[str]
) -> tuple[Measured, int, float]:
    secret = "load-channel-secret"
    requests = [
        load.webhook_request(secret, [load.message_event(users[number % len(users)], "今の順番")])
        for number in range(EVENTS)
    ]
    async with line_end(line_port) as line:
        cpu, begun = time.process_time(), time.perf_counter()
        answers, seconds = await load.ask_all(port, clients, requests)
        cpu = time.process_time() - cpu
        answered = await line.replied(EVENTS, _ANSWERED_WITHIN)
        after = time.perf_counter() - begun
    return load.measured(clients, seconds, answers, 200, EVENTS - len(answers), cpu), answered, after


def own_screen(port: int, session: str, clicks: int) -> tuple[float, ...]:
    """A clerk's clicks on 次を呼ぶ: seconds until the own page shows who was called, sorted."""
    return asyncio.run(_own_screen(port, session, clicks))


async def _own_screen(port: int, session: str, clicks: int) -> tuple[float, ...]:
    took = []
    async with _clerk(port, session) as clerk:
        for _ in range(clicks):
            await asyncio.sleep(PAUSE)
            before = clerk.shown.get("current_id", 0)
            begun = time.perf_counter()
            await clerk.send("call_next", shown=before)
            await clerk.until_changed("current_id", before)
            took.append(time.perf_counter() - begun)
    return tuple(sorted(took))


@asynccontextmanager
async def _clerk(port: int, session: str) -> AsyncIterator[Page]:
    async with page(port, STAFF_STATE, "/staff", f"madoguchi_staff={session}") as opened:
        await opened.send("opened")
        await opened.until(lambda shown: shown.get("waiting"))
        yield opened


def pushes(port: int, bare_port: int, desk_code: str, session: str, viewers: int, clicks: int) -> Pushes:
    """A clerk's clicks on 次を呼ぶ until all viewers of the board have the call, beside a bare broadcast."""
    return asyncio.run(_pushes(port, bare_port, desk_code, session, viewers, clicks))


async def _pushes(
    port: int, bare_port: int, desk_code: str, session: str, viewers: int, clicks: int
) -> Pushes:
    frame = await _frame(port, desk_code)
    path = f"/api/v1/boards/{desk_code}/events"
    async with crowd(port, path, viewers) as boards:
        clicked = await _click(port, session, boards, clicks)
    async with crowd(bare_port, "/events", viewers) as plain:
        bare = await _broadcast(bare_port, frame, plain, clicks)
    return Pushes(viewers, tuple(clicked), tuple(bare), len(frame))


async def _frame(port: int, desk_code: str) -> bytes:
    connection = await Connection.open(port)
    board = await connection.ask(request_bytes("GET", f"/api/v1/boards/{desk_code}", {}))
    connection.close()
    return b"id: 1700000000000\nevent: board\ndata: %s\n\n" % board.body


async def _click(port: int, session: str, boards: Crowd, clicks: int) -> list[float]:
    took: list[float] = []
    async with _clerk(port, session) as clerk:
        for _ in range(clicks):
            await asyncio.sleep(PAUSE)
            boards.watch_for(b'"number":"%s"' % _next(clerk))
            before = clerk.shown.get("current_id", 0)
            begun = time.perf_counter()
            await clerk.send("call_next", shown=before)
            await boards.last_saw()
            took += boards.waits(begun)
            await clerk.until_changed("current_id", before)
    return sorted(took)


def _next(clerk: Page) -> bytes:
    rows: list[dict[str, Any]] = clerk.shown["waiting"]
    return str(rows[0]["number"]).encode()


async def _broadcast(port: int, frame: bytes, plain: Crowd, clicks: int) -> list[float]:
    took: list[float] = []
    publisher = await Connection.open(port)
    for number in range(clicks):
        await asyncio.sleep(PAUSE)
        marker = b"id: %013d" % number
        plain.watch_for(marker)
        request = request_bytes("POST", "/", {}, re.sub(rb"^id: \d{13}", marker, frame))
        begun = time.perf_counter()
        posted = asyncio.create_task(publisher.ask(request))
        await plain.last_saw()
        took += plain.waits(begun)
        await posted
    publisher.close()
    return sorted(took)


def as_json(measured: Measured) -> dict[str, Any]:
    """A round as plain values, milliseconds."""
    return {
        "clients": measured.clients,
        "per_second": round(measured.rate, 1),
        "p50_ms": round(measured.percentile(50) * 1e3, 2),
        "p99_ms": round(measured.percentile(99) * 1e3, 2),
        "errors": measured.errors,
        "statuses": json.loads(json.dumps(measured.statuses)),
        "generator_cpu": round(measured.generator_cpu / measured.seconds, 3),
    }
