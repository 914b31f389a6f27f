"""The terminal against the real server's API: the agreed shapes are the ones that both sides keep."""

from collections.abc import Iterator

import httpx
import pytest
import zxingcpp
from kiosk_city import BreakableLine, City, screen, touch, until
from kiosk_server import FakeServer
from office_kit import clock_of, small_city
from starlette.applications import Starlette

from kiosk.board import Phase
from madoguchi import api
from madoguchi.services import running, terminals
from madoguchi.services.office import Office

pytestmark = pytest.mark.anyio


@pytest.fixture
def real(office: Office, city: City) -> Iterator[City]:
    """The city with the real server at the other end of the line."""
    small_city(office)
    running.start(office)
    city.line = BreakableLine(httpx.ASGITransport(Starlette(routes=api.routes())))
    city.server = FakeServer(codes={terminals.make_pairing_code(office, "childcare", "ロビー")})
    yield city
    running.stop()


def code_of(real: City) -> str:
    (code,) = real.server.codes
    return code


async def test_pairs_issues_prints_and_takes_back_what_reached_nobody(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.phase is Phase.READY)
        config = terminal.board.snapshot()["config"]
        assert [service["code"] for service in config["services"]] == ["nursery", "allowance"]
        assert (config["desk"]["place"]["ja"], config["open"]) == ("本庁舎2階", True)
        real.line.lost = 2
        answer = await page.post("/api/tickets", json=touch(service="allowance", language="en"))
        assert (answer.status_code, answer.json()["number"]) == (201, "B001")
        await until(lambda: real.printer.papers)
        (code,) = zxingcpp.read_barcodes(real.printer.papers[0].picture.convert("L"))
        assert code.text.startswith("http://127.0.0.1:3000/t/")
        real.line.lost = 3
        lost = await page.post("/api/tickets", json=touch(service="nursery"))
        assert lost.json()["number"] == "A901"
        await until(lambda: not terminal.book.unsent())
        await until(lambda: [service.waiting for service in terminal.board.config.services] == [1, 1])


async def test_what_the_server_refuses_has_a_sentence_here(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.phase is Phase.READY)
        wrong = await page.post("/api/tickets", json=touch(service="bill"))
        assert wrong.json()["code"] == "unknown_service"
        nobody = await page.post("/api/checkins", json=touch(code="12345678"))
        assert nobody.json()["code"] == "unknown_reservation"
        clock_of(office).advance(hours=9)
        closed = await page.post("/api/tickets", json=touch(service="nursery", language="en"))
        assert closed.json()["code"] == "desk_closed"
        assert "17:15" in closed.json()["detail"]
        await until(lambda: terminal.board.config and not terminal.board.config.open)


async def test_a_code_is_good_for_one_terminal(real: City, office: Office) -> None:
    code = code_of(real)
    async with real.terminal(KIOSK_PAIRING_CODE=code) as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
    (real.folder / "device-token.json").write_text(
        '{"server_url": "http://city.test", "device_token": "of a database that is gone"}'
    )
    async with real.terminal(KIOSK_PAIRING_CODE=code) as terminal:
        await until(lambda: terminal.board.phase is Phase.REVOKED)
    fresh = terminals.make_pairing_code(office, "childcare", "ロビー")
    async with real.terminal(KIOSK_PAIRING_CODE=fresh) as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
