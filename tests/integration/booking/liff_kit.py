"""A city whose booking page opens by LIFF, and the stand-in for LINE that vouches for its people."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from reflex.istate.data import RouterData
from reflex.state import State
from sqlalchemy import select

from madoguchi.services.office import Office
from madoguchi.state.book import BookState
from madoguchi.store.tables import LineUser
from sandbox.app import build_app
from sandbox.line import idtokens
from sandbox.line.citizens import Citizen
from sandbox.line.clock import Clock
from sandbox.line.platform import Platform
from sandbox.settings import SandboxSettings

CHANNEL = "1234567890"
LIFF = {"liff_id": f"{CHANNEL}-MadoDemo", "line_login_channel_id": CHANNEL}
SECRET = SandboxSettings().channel_secret


class Line(httpx.AsyncBaseTransport):
    """LINE at the office's own time; or what `instead` says. Counts how often it was asked."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.platform = Platform(SandboxSettings(), Clock(self.now))
        self._app = httpx.ASGITransport(build_app(self.platform))
        self.instead: httpx.Response | Exception | float | None = None
        self.asked: list[str] = []

    def now(self) -> float:
        return self._office.clock.now().timestamp()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if isinstance(self.instead, Exception):
            raise self.instead
        if isinstance(self.instead, float):
            await asyncio.sleep(self.instead)
        if isinstance(self.instead, httpx.Response):
            return self.instead
        return await self._app.handle_async_request(request)

    def citizen(self, name: str) -> Citizen:
        return self.platform.citizen(name)

    def token(self, name: str, channel: str = CHANNEL) -> str:
        """What the SDK gives in that citizen's browser."""
        return idtokens.issue(self.citizen(name), channel, SECRET, self.now())


def row_of(office: Office, user_id: str) -> LineUser | None:
    """Our row of a LINE user."""
    with office.look() as unit:
        found = unit.session.execute(select(LineUser).where(LineUser.user_id == user_id))
        return found.scalar_one_or_none()


def page_at(address: str) -> Any:
    """The state of a tab at that address, `/book?d=1`."""
    root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
    turn_to(root, address)
    return root.get_substate(BookState.get_full_name().split("."))


def turn_to(root: Any, address: str) -> None:
    """Lead the tab to another address."""
    query = dict(httpx.URL(address).params)
    headers = {"origin": "http://here", "accept-language": "ja"}
    data = {"pathname": "/book", "headers": headers, "asPath": address, "query": query}
    root.router = RouterData.from_router_data(data)
