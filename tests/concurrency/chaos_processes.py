"""The server and the terminal as processes that can be killed, forked from one that has read their code.

Forked, they are there within a fraction of a second, so that a hundred of them can die in one test.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server
from sqlalchemy.orm import configure_mappers
from starlette.applications import Starlette

from kiosk.link import Pace
from kiosk.settings import load_settings as kiosk_settings
from kiosk.terminal import build_terminal
from madoguchi import api
from madoguchi.services import running
from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings
from madoguchi.texts import catalogues

configure_mappers()
catalogues()

QUICK = Pace(
    config=0.05, retry_first=0.02, retry_last=0.1, heartbeat=0.3, tries=(0.02, 0.05), lease_after=0.3
)
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


class ShiftedClock:
    """A clock that goes on as the machine's does, so much apart from it."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.now(UTC) + self._by


@dataclass(frozen=True)
class Place:
    """Where everything of one test is. ``shift``: of the server's clock."""

    folder: Path
    database_url: str
    server_port: int
    line_port: int
    printer_port: int
    lease: int
    shift: timedelta

    def office(self) -> Office:
        """The office of the server."""
        settings = load_settings(
            env="demo", var_dir=self.folder, database_url=self.database_url, terminal_lease=self.lease
        )
        return open_office(settings, ShiftedClock(self.shift))


@dataclass(frozen=True)
class Lobby:
    """One terminal: its own folder and port."""

    place: Place
    folder: Path
    port: int
    code: str
    pace: Pace = QUICK

    @property
    def settings(self) -> dict[str, str]:
        """What it reads from its environment."""
        return {
            "KIOSK_SERVER_URL": f"http://127.0.0.1:{self.place.line_port}",
            "KIOSK_PORT": str(self.port),
            "KIOSK_PAIRING_CODE": self.code,
            "KIOSK_VAR_DIR": str(self.folder),
            "KIOSK_PRINTER": f"network://127.0.0.1:{self.place.printer_port}",
            "KIOSK_PRINTER_PROFILE": "POS-5890",
        }


def start_server(place: Place) -> BaseProcess:
    """Start the server on its database."""
    return _started(_run_server, place)


def start_terminal(lobby: Lobby) -> BaseProcess:
    """Start a terminal on its folder."""
    return _started(_run_terminal, lobby)


def _started(run: Any, what: object) -> BaseProcess:
    process = _PROCESSES.Process(target=run, args=(what,), daemon=True)
    process.start()
    return process


def _run_server(place: Place) -> None:
    office = place.office()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.start(office)
        async with api.running(office):
            yield

    asyncio.run(_serve(Starlette(routes=api.routes(), lifespan=lifespan), place.server_port))


def _run_terminal(lobby: Lobby) -> None:
    logging.getLogger("kiosk").setLevel(logging.CRITICAL)

    async def run() -> None:
        terminal = build_terminal(kiosk_settings(lobby.settings), pace=lobby.pace, status_every=0.1)
        await asyncio.gather(terminal.run(), _serve(terminal.web.app(), lobby.port))

    asyncio.run(run())


async def _serve(app: Any, port: int) -> None:
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    await server.serve()
