"""One test's city: a line to the server that can break, a real virtual printer, terminals between them."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from kiosk_server import CODE, FakeServer

from kiosk.link import Pace
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, build_terminal
from sandbox.printer.device import VirtualPrinter

FAST = Pace(config=0.02, retry_first=0.01, retry_last=0.05, heartbeat=0.2, tries=(0.01, 0.02))


@dataclass
class BreakableLine(httpx.AsyncBaseTransport):
    """The way to the server. ``away``: not reached (``away_for``: for this path only).

    ``lost``: the answers that will not arrive, though the server hears (``lost_for``: on this path, else
    those to a touch).
    """

    inner: httpx.AsyncBaseTransport
    away: bool = False
    away_for: str = ""
    lost: int = 0
    lost_for: str = ""
    asked: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away or (self.away_for and request.url.path.endswith(self.away_for)):
            raise httpx.ConnectError("no route", request=request)
        response = await self.inner.handle_async_request(request)
        if self.lost and request.url.path.endswith(self.lost_for or ("/tickets", "/checkins")):
            self.lost -= 1
            raise httpx.ReadTimeout("no answer", request=request)
        return response


@dataclass
class City:
    """Server, line, printer and terminals of one test."""

    folder: Path
    server: FakeServer
    line: BreakableLine
    printer: VirtualPrinter
    printer_port: int
    profile: str = "TM-T20II"

    def settings(self, **changes: str) -> Settings:
        return load_settings(
            {
                "KIOSK_SERVER_URL": "http://city.test",
                "KIOSK_PAIRING_CODE": CODE,
                "KIOSK_VAR_DIR": str(self.folder),
                "KIOSK_PRINTER": f"network://127.0.0.1:{self.printer_port}",
                "KIOSK_PRINTER_PROFILE": self.profile,
            }
            | changes
        )

    @contextlib.asynccontextmanager
    async def terminal(self, **changes: str) -> AsyncIterator[Terminal]:
        """A running terminal; leaving the block ends it as a power cut would: nothing is said goodbye to."""
        terminal = build_terminal(self.settings(**changes), transport=self.line, pace=FAST, status_every=0.02)
        work = asyncio.create_task(terminal.run())
        try:
            yield terminal
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def screen(terminal: Terminal) -> httpx.AsyncClient:
    """What the touch screen's page would send to its terminal."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(terminal.web.app()), base_url="http://127.0.0.1:3100"
    )


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


_keys = itertools.count(1)


def touch(**wish: str) -> dict[str, str]:
    """A fresh touch on the screen."""
    return {"key": f"0000-touch-{next(_keys):08d}", "language": "ja"} | wish
