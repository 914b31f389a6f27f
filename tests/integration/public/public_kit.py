"""The public pages of a small city, and a server of their own on a real port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette

from madoguchi import api, public
from madoguchi.cli.in_flight import InFlight
from madoguchi.safety import protect
from madoguchi.services import running
from madoguchi.services.office import Office

PATIENCE = 10.0


def http_of(office: Office) -> Starlette:
    """Pages and API of `office`, alive as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.start(office)
        async with api.running(office):
            yield
        running.stop()

    return Starlette(routes=[*api.routes(), *public.routes()], lifespan=lifespan)


class Running:
    """The pages on a port of their own, behind the real headers; can go away and come back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ask_to_stop.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ask_to_stop = asyncio.Event()
        app = InFlight(protect(http_of(self._office), lambda: self._office.settings))
        server = Server(
            app, address="127.0.0.1", port=self._port, interface=Interfaces.ASGI, log_enabled=False
        )
        serving = asyncio.create_task(server.serve())
        await self._until_it_answers()
        self._ready.set()
        await self._ask_to_stop.wait()
        server.stop()  # type: ignore[no-untyped-call]
        await app.end(0.05)
        await serving

    async def _until_it_answers(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    return
