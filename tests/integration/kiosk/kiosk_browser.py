"""A terminal on a real port, and the Chromium that shows its touch screen."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from browser_kit import CHROMIUM, FLAGS
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, async_playwright
from starlette.types import ASGIApp

from kiosk.terminal import Terminal
from tools.ports import free_port

SIZES = {"portrait": (1080, 1920), "landscape": (1280, 800)}


@contextlib.asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The address of ``app`` on a port of its own."""
    port = free_port()
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False)
    work = asyncio.create_task(server.serve())
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.stop()
        await asyncio.gather(work, return_exceptions=True)


@contextlib.asynccontextmanager
async def served(terminal: Terminal) -> AsyncIterator[str]:
    """The address of the terminal's touch screen."""
    async with serving(terminal.web.app()) as url:
        try:
            yield url
        finally:
            terminal.board.close()


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A fresh Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()
