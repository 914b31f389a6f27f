"""The running city and the browsers of its users."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from people import Clerk, Lobby, Phone, TerminalScreen
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "var" / "screenshots"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return numbers


@dataclass(frozen=True)
class City:
    """Where the parts of the running city are."""

    app: str
    terminal: str
    line: str
    var_dir: Path


@dataclass
class People:
    """Browsers of the city's users, each its own."""

    browser: Browser
    city: City
    contexts: list[BrowserContext]
    faults: list[str]

    def _page(self, width: int, height: int) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def citizen(self, name: str) -> Phone:
        """A citizen with a LINE phone in hand."""
        page = self._page(420, 900)
        page.goto(f"{self.city.line}/phone/{name}")
        page.wait_for_selector(".device[data-ready]")
        return Phone(page, name)

    def clerk(self, login: str = "clerk") -> Clerk:
        """A clerk, signed in."""
        page = self._page(1440, 900)
        page.goto(f"{self.city.app}/staff")
        return Clerk(page).sign_in(login)

    def lobby(self, desk: str = "childcare") -> Lobby:
        """The lobby's wall display."""
        page = self._page(1920, 1080)
        page.goto(f"{self.city.app}/board/{desk}")
        return Lobby(page)

    def terminal(self) -> TerminalScreen:
        """The terminal in the lobby."""
        page = self._page(1080, 1920)
        page.goto(self.city.terminal)
        return TerminalScreen(page)

    def bare_page(self, width: int = 1280, height: int = 900) -> Page:
        """A browser without anybody in particular."""
        return self._page(width, height)

    def shoot(self, story: str) -> None:
        """Leave a picture of every open page for a person to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(self.contexts):
            for page in context.pages:
                page.screenshot(path=SHOTS / f"{story}-{number}.png")
