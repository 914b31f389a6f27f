"""Numbers without the network: given from the lease, durable, and booked once when the line is back."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import zxingcpp
from kiosk_city import City, screen, touch, until
from kiosk_real import code_of, holding
from office_kit import clock_of
from sqlmodel import col, delete, select

from kiosk.board import Phase
from kiosk.terminal import Terminal
from madoguchi.domain.roles import Role
from madoguchi.services import checkup, leases
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.store.tables import Desk, LeasedNumber, Ticket

pytestmark = pytest.mark.anyio
CLERK = Actor(1, "sato", Role.CLERK, 1)


def booked(office: Office) -> list[tuple[str, str]]:
    """Number and state of every ticket, in the order of the queue."""
    with office.look() as unit:
        order = (col(Ticket.queued_at), col(Ticket.id))
        found = unit.session.execute(select(Ticket).order_by(*order)).scalars()
        return [(f"{one.letter}{one.number:03d}", one.state) for one in found]


def read_codes(city: City) -> list[str]:
    pictures = (paper.picture.convert("L") for paper in city.printer.papers)
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


async def checked(terminal: Terminal) -> str:
    """What ``python -m kiosk check`` says of the held numbers."""
    async with screen(terminal) as page:
        findings = (await page.get("/api/staff/check")).json()
    return str(next(one["said"] for one in findings if one["name"] == "通信なしの番号"))


async def test_the_server_goes_away_and_numbers_go_on(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        online = await page.post("/api/tickets", json=touch(service="nursery"))
        real.line.away = True
        first = await page.post("/api/tickets", json=touch(service="nursery", language="vi"))
        await until(lambda: terminal.board.phase is Phase.AWAY)
        second = await page.post("/api/tickets", json=touch(service="allowance"))
        assert [one.json()["number"] for one in (online, first, second)] == ["A001", "A901", "B901"]
        assert (first.status_code, first.json()["waiting_ahead"]) == (201, None)
        state = (await page.get("/api/state")).json()
        assert (state["offers"], state["config"]["services"][0]["open"]) == (["allowance", "nursery"], True)
        await until(lambda: len(real.printer.papers) == 3)
        assert booked(office) == [("A001", "waiting")]
        assert await checked(terminal) == "B902から19件、A902から19件。未送信 2件"
        real.line.away = False
        await until(lambda: not terminal.book.unsent())
    assert booked(office) == [("A001", "waiting"), ("A901", "waiting"), ("B901", "waiting")]
    for address in read_codes(real):
        async with httpx.AsyncClient(transport=real.line, base_url="http://city.test") as phone:
            answer = await phone.get(f"/api/v1/tickets/{address.rpartition('/')[2]}")
            assert answer.json()["state"] == "waiting"
    assert checkup.findings(office) == []


async def test_a_touch_in_doubt_is_one_person_in_the_queue(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.lost = 3
        wish = touch(service="nursery")
        answers = [await page.post("/api/tickets", json=wish) for _ in range(3)]
        assert {one.json()["number"] for one in answers} == {"A901"}
        await until(lambda: not terminal.book.unsent())
        assert not terminal.journal.left_tickets()
        await until(lambda: real.printer.papers)
    assert booked(office) == [("A001", "cancelled"), ("A901", "waiting")]
    assert len(real.printer.papers) == 1


async def test_numbers_go_on_after_a_power_cut_without_the_network(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.away = True
        await page.post("/api/tickets", json=touch(service="nursery"))
    async with real.terminal() as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.phase is Phase.AWAY and terminal.board.offers)
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        assert answer.json()["number"] == "A902"
        assert answer.json()["service"]["en"] == "Nursery"
        await until(lambda: len(real.printer.papers) == 2)
    real.line.away = False
    async with real.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY and not terminal.book.unsent())
    assert booked(office) == [("A901", "waiting"), ("A902", "waiting")]


async def test_a_lost_answer_to_the_delivery_books_nothing_twice(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.away = True
        for _ in range(3):
            await page.post("/api/tickets", json=touch(service="nursery"))
        real.line.lost_for = "/sync"
        real.line.lost = 2
        real.line.away = False
        await until(lambda: not terminal.book.unsent())
        assert real.line.lost == 0
    assert [number for number, _ in booked(office)] == ["A901", "A902", "A903"]


async def test_when_the_lease_is_used_up_nothing_more_is_promised(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.away = True
        answers = [await page.post("/api/tickets", json=touch(service="nursery")) for _ in range(21)]
        assert [one.status_code for one in answers] == [201] * 20 + [503]
        await until(lambda: terminal.board.offers == ("allowance",))
        real.line.away = False
        await holding(terminal)
        (line, _) = leases.leases_of(office, CLERK, 1)
        assert (line.first, line.last, line.used) == ("A901", "A940", 20)


async def test_a_desk_that_stopped_gives_none_without_the_network_either(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        with office.change() as unit:
            unit.session.get_one(Desk, 1).stopped_on = unit.today
        await until(lambda: terminal.board.config and not terminal.board.config.open)
        real.line.away = True
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        assert answer.status_code == 503
    assert booked(office) == []


async def test_an_old_disk_put_back_gives_a_number_twice_and_both_people_are_served(
    real: City, office: Office, tmp_path: Path
) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal:
        await holding(terminal)
    shutil.copytree(real.folder, tmp_path / "image")
    real.line.away = True
    async with real.terminal() as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.offers)
        assert (await page.post("/api/tickets", json=touch(service="nursery"))).json()["number"] == "A901"
    clone = City(tmp_path / "image", real.server, real.line, real.printer, real.printer_port)
    async with clone.terminal() as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.offers)
        assert (await page.post("/api/tickets", json=touch(service="nursery"))).json()["number"] == "A901"
        clock_of(office).advance(minutes=1)
        real.line.away = False
        await until(lambda: not terminal.book.unsent())
    async with real.terminal() as terminal:
        await until(lambda: not terminal.book.unsent())
        assert terminal.book.refused() == ["A901"]
        assert (await checked(terminal)).startswith("サーバーに登録できなかった番号: A901")
        with office.look() as unit:
            fresh = unit.session.execute(select(Ticket).where(col(Ticket.number) == 1)).scalar_one()
        await until(lambda: any(code.endswith(fresh.token) for code in read_codes(real)), 15)
    # Whoever took the number first has another one now, and keeps the place before the other.
    assert booked(office) == [("A001", "waiting"), ("A901", "waiting")]
    (trouble,) = leases.troubles_of(office, CLERK, 1)
    assert (trouble.number, trouble.instead) == ("A901", "A001")
    assert checkup.findings(office) == []


async def test_a_server_put_back_to_an_older_state_is_told_again(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.away = True
        for service in ("nursery", "nursery", "allowance"):
            await page.post("/api/tickets", json=touch(service=service))
        real.line.away = False
        await until(lambda: not terminal.book.unsent())
        await until(lambda: sum(one.used for one in terminal.book.leases()) == 3)
        before = booked(office)
        with office.change() as unit:
            for table in (LeasedNumber, Ticket):
                unit.session.execute(delete(table))
        await until(lambda: booked(office) == before)
        await until(lambda: not terminal.book.unsent())
    assert checkup.findings(office) == []


async def test_numbers_after_midnight_belong_to_the_day_they_were_given_on(
    real: City, office: Office
) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.away = True
        await page.post("/api/tickets", json=touch(service="nursery"))
        day = office.today()
        clock_of(office).advance(days=1)
        real.line.away = False
        await until(lambda: not terminal.book.unsent())
        await until(lambda: terminal.book.leases()[0].service_day == day + timedelta(days=1))
    assert booked(office) == [("A901", "cancelled")]


async def test_many_touches_at_the_moment_of_the_cut_are_one_number_each(real: City, office: Office) -> None:
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await holding(terminal)
        real.line.lost = 4
        wishes = [touch(service="nursery") for _ in range(8)]
        asking = [asyncio.create_task(page.post("/api/tickets", json=wish)) for wish in wishes]
        real.line.away = True
        numbers = [answer.json()["number"] for answer in await asyncio.gather(*asking)]
        real.line.away = False
        await until(lambda: not terminal.book.unsent() and terminal.board.phase is Phase.READY)
        await until(lambda: len(real.printer.papers) == 8)
    assert len(set(numbers)) == 8
    assert sorted(number for number, state in booked(office) if state == "waiting") == sorted(numbers)
