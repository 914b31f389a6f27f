"""The terminal with the real server at the other end of its line."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from kiosk_city import BreakableLine, City, until
from kiosk_server import FakeServer
from office_kit import small_city
from starlette.applications import Starlette

from kiosk.board import Phase
from kiosk.terminal import Terminal
from madoguchi import api
from madoguchi.services import running, terminals
from madoguchi.services.office import Office


@contextmanager
def at_real_server(office: Office, city: City) -> Iterator[City]:
    """The city with the office's own API in the place of the stand-in; one pairing code waits."""
    small_city(office)
    running.start(office)
    city.line = BreakableLine(httpx.ASGITransport(Starlette(routes=api.routes())))
    city.server = FakeServer(codes={terminals.make_pairing_code(office, "childcare", "ロビー")})
    yield city
    running.stop()


def code_of(real: City) -> str:
    (code,) = real.server.codes
    return code


async def holding(terminal: Terminal) -> None:
    """Until the terminal holds numbers of every service."""
    await until(lambda: terminal.board.phase is Phase.READY and len(terminal.board.offers) == 2)
