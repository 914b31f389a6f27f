"""systemd hears that the screen is served, and hears nothing of a terminal that answers no more."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_browser import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.service_manager import ServiceManager

pytestmark = pytest.mark.anyio


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    """systemd's end of the line."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.setblocking(False)
        yield ear


class Page:
    """A terminal's page that can fall ill."""

    def __init__(self) -> None:
        self.ill = False
        self.asked = asyncio.Event()

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/api/state", self.state)])

    async def state(self, _request: Request) -> Response:
        self.asked.set()
        return Response(status_code=500 if self.ill else 200)


async def hear(line: socket.socket) -> str:
    return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 64), 5)).decode()


def environ(line: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": line.getsockname(), **more}


async def test_ready_is_said_once_and_a_sign_of_life_again_and_again(line: socket.socket) -> None:
    async with serving(Page().app()) as url:
        manager = ServiceManager(environ(line, WATCHDOG_USEC="20000"), url + "api/state")
        work = asyncio.create_task(manager.run())
        assert [await hear(line) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        work.cancel()


async def test_a_page_that_answers_no_more_is_passed_over_in_silence(line: socket.socket) -> None:
    page = Page()
    async with serving(page.app()) as url:
        manager = ServiceManager(environ(line, WATCHDOG_USEC="20000"), url + "api/state")
        work = asyncio.create_task(manager.run())
        assert await hear(line) == "READY=1"
        page.ill = True
        for _ in range(3):
            page.asked.clear()
            await asyncio.wait_for(page.asked.wait(), 5)
        # What was said before it fell ill is heard, then nothing.
        with contextlib.suppress(BlockingIOError):
            while line.recv(64):
                pass
        for _ in range(2):
            page.asked.clear()
            await asyncio.wait_for(page.asked.wait(), 5)
        with pytest.raises(BlockingIOError):
            line.recv(64)
        work.cancel()


async def test_without_a_watchdog_it_says_ready_and_is_done(line: socket.socket) -> None:
    async with serving(Page().app()) as url:
        await asyncio.wait_for(ServiceManager(environ(line), url + "api/state").run(), 5)
        assert await hear(line) == "READY=1"
        other = environ(line, WATCHDOG_USEC="20000", WATCHDOG_PID=str(os.getpid() + 1))
        await asyncio.wait_for(ServiceManager(other, url + "api/state").run(), 5)
        assert await hear(line) == "READY=1"


async def test_without_systemd_nothing_is_asked_or_said() -> None:
    await asyncio.wait_for(ServiceManager({}, "http://127.0.0.1:9/").run(), 5)
