"""A fresh city for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from kiosk_browser import chromium
from kiosk_city import BreakableLine, City, until
from kiosk_real import at_real_server
from kiosk_server import FakeServer
from playwright.async_api import Browser

from kiosk.board import Phase
from kiosk.terminal import Terminal
from madoguchi.services.office import Office
from sandbox.printer.device import VirtualPrinter


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def city(tmp_path: Path, anyio_backend: str) -> AsyncIterator[City]:
    server, printer = FakeServer(), VirtualPrinter()
    listening = await printer.listen(0)
    port = listening.sockets[0].getsockname()[1]
    yield City(tmp_path, server, BreakableLine(httpx.ASGITransport(server.app())), printer, port)
    listening.close()


@pytest.fixture
def real(office: Office, city: City) -> Iterator[City]:
    """The city at the real server, on SQLite and on PostgreSQL."""
    with at_real_server(office, city) as found:
        yield found


@pytest.fixture
def lite_real(lite_office: Office, city: City) -> Iterator[City]:
    """The same on SQLite only: for what the screen shows."""
    with at_real_server(lite_office, city) as found:
        yield found


@pytest.fixture
async def terminal(city: City) -> AsyncIterator[Terminal]:
    async with city.terminal() as running:
        await until(lambda: running.board.phase is Phase.READY)
        yield running
