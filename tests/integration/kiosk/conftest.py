"""A fresh city for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from kiosk_city import BreakableLine, City
from kiosk_server import FakeServer

from sandbox.printer.device import VirtualPrinter


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def city(tmp_path: Path, anyio_backend: str) -> AsyncIterator[City]:
    server, printer = FakeServer(), VirtualPrinter()
    listening = await printer.listen(0)
    port = listening.sockets[0].getsockname()[1]
    yield City(tmp_path, server, BreakableLine(httpx.ASGITransport(server.app())), printer, port)
    listening.close()
