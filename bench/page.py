"""A browser tab's socket: events of a page sent as its own script sends them, and what they change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import socketio

_SPACE: Final = "/_event"
PATIENCE: Final = 60.0


class Page:
    """One tab. `shown` holds the page's variables by name, as the server last told them."""

    def __init__(self, state: str, path: str) -> None:
        self.shown: dict[str, Any] = {}
        self._state = state
        self._path = path
        self._told = asyncio.Event()
        self._socket = socketio.AsyncClient(reconnection=False)
        self._socket.on("event", self._update, namespace=_SPACE)

    async def send(self, handler: str, **payload: object) -> None:
        """Send an event to a handler of the page's state."""
        await self._send(f"{self._state}.{handler}", payload)

    async def until(self, condition: Callable[[Mapping[str, Any]], object]) -> None:
        """Wait until what is shown fits. Raises `TimeoutError`."""
        async with asyncio.timeout(PATIENCE):
            while not condition(self.shown):
                self._told.clear()
                await self._told.wait()

    async def until_changed(self, name: str, before: object) -> None:
        """Wait until a variable is no longer `before`. Raises `TimeoutError`."""
        await self.until(lambda shown: shown.get(name, before) != before)

    async def open(self, port: int, cookie: str = "") -> None:
        """Connect to the server. Raises `ConnectionError`."""
        await self._socket.connect(
            f"http://127.0.0.1:{port}?token={uuid4()}",
            headers={"cookie": cookie} if cookie else {},
            namespaces=[_SPACE],
            socketio_path="/_event",
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )

    async def send_to(self, state: str, handler: str, **payload: object) -> None:
        """Send an event to a handler of another state of the page."""
        await self._send(f"{state}.{handler}", payload)

    async def _send(self, name: str, payload: Mapping[str, object]) -> None:
        path, _, query = self._path.partition("?")
        event = {
            "name": name,
            "payload": dict(payload),
            "router_data": {
                "pathname": path,
                "asPath": self._path,
                "query": dict(part.split("=", 1) for part in query.split("&") if part),
            },
        }
        await self._socket.emit("event", event, namespace=_SPACE)

    def _update(self, update: Mapping[str, Any]) -> None:
        for state, values in (update.get("delta") or {}).items():
            if state == self._state:
                # Reflex marks the page's variables so that the browser can tell them from its own.
                self.shown |= {name.removesuffix("_rx_state_"): value for name, value in values.items()}
        self._told.set()

    async def close(self) -> None:
        """Close the tab; also one that was never open."""
        await self._socket.disconnect()


@asynccontextmanager
async def page(port: int, state: str, path: str, cookie: str = "") -> AsyncIterator[Page]:
    """Open `path` in a tab of its own; `state` is the full name of the state its handlers belong to."""
    opened = Page(state, path)
    await opened.open(port, cookie)
    try:
        yield opened
    finally:
        await opened.close()
