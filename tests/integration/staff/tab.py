"""A browser tab without a browser: it speaks with the event socket and keeps all it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import socketio

SPACE = "/_event"
ROOT = "reflex___state____state"
TODAY = f"{ROOT}.madoguchi___state___today____today_state"
SIGNED_IN = f"{ROOT}.madoguchi___state___signed_in____signed_in"
CONTACT = f"{ROOT}.madoguchi___state___contact____contact_state"
_PATIENCE = 10.0


class Tab:
    """One connection under one tab token."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.heard: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        # Said, because packets otherwise write as whoever made the last server or client wished.
        self._client = socketio.AsyncClient(reconnection=False, json=json)
        self._client.on("event", self._hear, namespace=SPACE)
        self._client.on("new_token", self._rename, namespace=SPACE)
        self._client.on("ping", self._answer, namespace=SPACE)
        self._pongs = 0
        self.patience = _PATIENCE
        """Seconds to wait for anything."""

    async def _hear(self, update: Any) -> None:
        self.heard.append(json.loads(update) if isinstance(update, str) else update)
        self._news.set()

    async def _rename(self, token: str) -> None:
        self.token = token

    async def _answer(self, _word: str) -> None:
        self._pongs += 1
        self._news.set()

    async def settle(self) -> None:
        """Wait until everything the server sent before now has come."""
        wanted = self._pongs + 1
        await self._client.emit("ping", namespace=SPACE)
        await self.until(lambda: self._pongs >= wanted)

    async def send(self, name: str, /, **payload: Any) -> None:
        """Call a handler by its full name."""
        router = {"pathname": "/staff", "asPath": "/staff", "query": {}}
        event = {"name": name, "payload": payload, "token": self.token, "router_data": router}
        await self._client.emit("event", event, namespace=SPACE)

    async def hydrate(self) -> dict[str, Any]:
        """Ask for the whole state, as every page does first; the state as it comes."""
        before = len(self.heard)
        await self.send(f"{ROOT}.hydrate")
        # Other events' answers may tell of the root too; only this one tells of every state.
        await self.until(lambda: any({ROOT, TODAY} <= one.keys() for one in self._deltas(before)))
        return next(one for one in self._deltas(before) if {ROOT, TODAY} <= one.keys())

    async def open_staff(self) -> None:
        """What the page's loading does."""
        await self.hydrate()
        await self.send(f"{SIGNED_IN}.arrive")
        await self.send(f"{TODAY}.opened")

    def shown(self, state: str, name: str) -> Any:
        """The newest value of a variable; None when it never came."""
        values = [delta[state] for delta in map(self._delta, range(len(self.heard))) if state in delta]
        found = [value[f"{name}_rx_state_"] for value in values if f"{name}_rx_state_" in value]
        return found[-1] if found else None

    def _deltas(self, since: int) -> list[dict[str, Any]]:
        return [self._delta(index) for index in range(since, len(self.heard))]

    def _delta(self, index: int) -> dict[str, Any]:
        delta: dict[str, Any] = self.heard[index].get("delta") or {}
        return delta

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for news that make the condition hold."""
        async with asyncio.timeout(self.patience):
            while not condition():
                self._news.clear()
                await self._news.wait()

    def everything(self) -> str:
        """All that was ever told to this tab."""
        return json.dumps(self.heard, ensure_ascii=False)


@asynccontextmanager
async def tab(
    base: str, *, session: str = "", address: str = "10.1.2.3", token: str = ""
) -> AsyncIterator[Tab]:
    """A connected tab, signed in by `session`, seen by the server as coming from `address`."""
    one = Tab(token or str(uuid4()))
    headers = {"X-Forwarded-For": address, "Origin": base}
    if session:
        headers["Cookie"] = f"madoguchi_staff={session}"
    await one._client.connect(
        f"{base}?token={one.token}",
        headers=headers,
        namespaces=[SPACE],
        socketio_path="_event",
        transports=["websocket"],
    )
    try:
        yield one
    finally:
        await one._client.disconnect()
