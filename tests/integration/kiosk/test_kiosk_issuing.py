"""One touch is one ticket: on paper, on the screen and at the server, whatever breaks between them."""

import asyncio
from typing import Any

import pytest
import zxingcpp
from kiosk_city import City, screen, touch, until
from kiosk_server import CODE

from kiosk.board import Phase
from kiosk.terminal import Terminal

pytestmark = pytest.mark.anyio


async def ready(terminal: Terminal) -> None:
    await until(lambda: terminal.board.phase is Phase.READY)


def read_papers(city: City) -> list[str]:
    """What a phone reads on each paper."""
    pictures = (paper.picture.convert("L") for paper in city.printer.papers)
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def issued(city: City) -> list[dict[str, Any]]:
    return list(city.server.tickets.values())


@pytest.mark.parametrize(("profile", "width"), [("TM-T20II", 576), ("TM-T88V", 512), ("POS-5890", 384)])
async def test_a_touch_prints_the_number_that_the_screen_shows(city: City, profile: str, width: int) -> None:
    city.profile = profile
    city.printer.change({"width": width})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        answer = await page.post("/api/tickets", json=touch(service="nursery", language="vi"))
        await until(lambda: city.printer.papers)
    assert (answer.status_code, answer.json()["number"]) == (201, "A001")
    assert answer.json()["service"]["vi"] == "Đăng ký nhà trẻ"
    assert read_papers(city) == [issued(city)[0]["status_url"]]
    (paper,) = city.printer.papers
    assert (paper.picture.width, paper.clipped) == (width, False)
    assert paper.partial_cut or width == 384


async def test_the_same_touch_many_times_at_once_is_one_ticket_and_one_paper(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        wish = touch(service="child")
        answers = await asyncio.gather(*(page.post("/api/tickets", json=wish) for _ in range(8)))
        again = await page.post("/api/tickets", json=wish)
        await until(lambda: again.json()["key"] in terminal.board.snapshot()["papers"])
        await until(lambda: terminal.board.snapshot()["papers"][wish["key"]] == "printed")
    assert {answer.json()["number"] for answer in [*answers, again]} == {"B001"}
    assert len(issued(city)) == len(city.printer.papers) == 1


async def test_a_lost_answer_is_asked_for_again_and_doubles_nothing(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.line.lost = 2
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        await until(lambda: city.printer.papers)
    assert answer.json()["number"] == "A001"
    assert len(issued(city)) == 1
    assert city.server.voided == []


async def test_a_number_that_reached_nobody_is_taken_back_when_the_line_is(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.line.lost = 3
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        assert (answer.status_code, answer.json()["code"]) == (503, "away")
        await until(lambda: city.server.voided == ["1"])
        await until(lambda: not terminal.journal.left_tickets())
    assert len(issued(city)) == 1
    assert not city.printer.papers


async def test_a_number_asked_for_when_the_power_went_is_taken_back_at_the_next_start(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.server.hold.clear()
        asking = asyncio.create_task(page.post("/api/tickets", json=touch(service="nursery")))
        await until(lambda: issued(city))
    asking.cancel()
    city.server.hold.set()
    async with city.terminal() as terminal:
        await until(lambda: city.server.voided == ["1"])
    assert len(issued(city)) == 1


async def test_without_the_server_nothing_is_promised(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.line.away = True
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        assert (answer.status_code, answer.json()["code"]) == (503, "away")
        await until(lambda: terminal.board.phase is Phase.AWAY)
        city.line.away = False
        await ready(terminal)
    assert issued(city) == []
    assert not city.printer.papers


@pytest.mark.parametrize("status", [401, 403, 404, 409])
async def test_a_no_that_is_not_the_servers_own_closes_nothing(city: City, status: int) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.line.lost = 1
        city.server.refuse = (status, "")
        wish = touch(service="nursery")
        answer = await page.post("/api/tickets", json=wish)
        assert (answer.status_code, answer.json()["code"]) == (503, "away")
        # What it heard may be a ticket: the touch stays until the server itself has spoken.
        assert terminal.journal.find(wish["key"]) is not None
        city.server.refuse = None
        await until(lambda: city.server.voided)
    assert terminal.board.phase is not Phase.REVOKED


@pytest.mark.parametrize("code", ["desk_closed", "numbers_run_out", "unknown_service"])
async def test_a_refusal_reaches_the_screen_and_leaves_nothing_open(city: City, code: str) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.server.refuse = (409, code)
        wish = touch(service="nursery")
        answer = await page.post("/api/tickets", json=wish)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert terminal.journal.find(wish["key"]) is None
        city.server.refuse = None
        assert (await page.post("/api/tickets", json=wish)).status_code == 201


async def test_a_booking_is_checked_in_once_even_over_a_broken_line(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        city.line.lost = 3
        lost = await page.post("/api/checkins", json=touch(code="12345678"))
        assert lost.json()["code"] == "away"
        await ready(terminal)
        answer = await page.post("/api/checkins", json=touch(code="12345678"))
        assert (answer.status_code, answer.json()["number"]) == (201, "A001")
        wrong = await page.post("/api/checkins", json=touch(code="99999999"))
        assert wrong.json()["code"] == "unknown_reservation"
        await until(lambda: city.printer.papers)
    assert len(issued(city)) == 1
    assert city.server.voided == []


@pytest.mark.parametrize("fault", [{"paper": "out"}, {"cover_open": True}, {"plugged": False}])
async def test_a_paper_that_could_not_be_printed_comes_out_when_the_printer_is_back(
    city: City, fault: dict[str, object]
) -> None:
    city.printer.change(fault)
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        wish = touch(service="nursery")
        answer = await page.post("/api/tickets", json=wish)
        assert (answer.status_code, answer.json()["number"]) == (201, "A001")
        await until(lambda: terminal.board.snapshot()["papers"][wish["key"]] == "failed")
        city.printer.change({"paper": "ok", "cover_open": False, "plugged": True})
        await until(lambda: terminal.board.snapshot()["papers"][wish["key"]] == "printed")
    assert read_papers(city) == [issued(city)[0]["status_url"]]


async def test_a_paper_still_owed_at_a_power_cut_is_printed_at_the_next_start(city: City) -> None:
    city.printer.change({"paper": "out"})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        wish = touch(service="nursery")
        await page.post("/api/tickets", json=wish)
        await until(lambda: terminal.board.snapshot()["papers"][wish["key"]] == "failed")
    city.printer.change({"paper": "ok"})
    async with city.terminal():
        await until(lambda: city.printer.papers)
    assert read_papers(city) == [issued(city)[0]["status_url"]]


async def test_staff_can_have_the_last_number_printed_once_more(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        assert (await page.post("/api/staff/reprint-last")).status_code == 404
        await page.post("/api/tickets", json=touch(service="nursery"))
        await until(lambda: len(city.printer.papers) == 1)
        assert (await page.post("/api/staff/reprint-last")).status_code == 202
        await until(lambda: len(city.printer.papers) == 2)
    assert len(set(read_papers(city))) == 1


async def test_another_page_in_the_same_browser_cannot_print_or_issue(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        await page.post("/api/tickets", json=touch(service="nursery"))
        await until(lambda: len(city.printer.papers) == 1)
        for foreign in (
            {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
            # Another port of this machine, an older browser, a name pointed at this machine.
            {"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-site"},
            {"Origin": "http://127.0.0.1:8080"},
            {"Host": "elsewhere.example:3100", "Sec-Fetch-Site": "same-origin"},
        ):
            for path in ("/api/staff/reprint-last", "/api/tickets"):
                answer = await page.post(path, json=touch(service="child"), headers=foreign)
                assert answer.status_code == 403
        assert (await page.get("/api/state", headers={"Host": "elsewhere.example"})).status_code == 403
    assert len(issued(city)) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"key": "short", "service": "nursery"},
        {"key": "0" * 20},
        {"key": "0" * 20, "service": ""},
        {"key": "0" * 20, "service": "x" * 65},
        {"key": "0" * 20, "service": 7},
    ],
)
async def test_a_malformed_wish_is_refused_and_asks_the_server_nothing(
    city: City, wish: dict[str, object]
) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        assert (await page.post("/api/tickets", json=wish)).status_code == 400
        headers = {"Content-Type": "application/json"}
        half = b'{"key": "00000000000000000000", "service": "\\ud83d"}'
        for raw in (b"{", half, b"[" * 4_000, b'{"x": "' + b"x" * 5_000 + b'"}'):
            answer = await page.post("/api/tickets", content=raw, headers=headers)
            assert answer.status_code == 400
    assert issued(city) == []


async def test_nothing_secret_is_told_to_the_screen_or_the_log(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "kiosk")
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        await page.post("/api/checkins", json=touch(code="12345678"))
        await until(lambda: city.printer.papers)
        told = (await page.get("/api/state")).text + caplog.text
    for secret in ("token-" + CODE, "12345678", "K7M2PQ9X"):
        assert secret not in told
