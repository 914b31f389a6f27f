"""The terminal against the real server's API: the agreed shapes are the ones that both sides keep."""

import base64
import io

import pytest
import zxingcpp
from kiosk_city import City, screen, touch, until
from kiosk_real import code_of
from office_kit import clock_of
from PIL import Image, ImageDraw
from sqlmodel import col, select

from kiosk.board import Phase
from madoguchi.domain.paper import PaperTexts
from madoguchi.domain.roles import Role
from madoguchi.services import terminals, ticket_paper
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.store.tables import Desk, Staff

pytestmark = pytest.mark.anyio


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


async def test_the_desks_own_paper_is_printed_as_soon_as_it_is_saved(real: City, office: Office) -> None:
    admin, desk_id = administrator(office)
    async with real.terminal(KIOSK_PAIRING_CODE=code_of(real)) as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.config is not None)
        assert terminal.board.config.ticket.logo == ""
        texts = PaperTexts(("電話 03-1234-5678", "駐車場　無料"), {"en": "Please wait."})
        ticket_paper.save_texts(office, admin, desk_id, texts, PaperTexts())
        ticket_paper.save_logo(office, admin, desk_id, black_frame())
        await until(lambda: terminal.board.config.ticket.logo)
        ticket = terminal.board.config.ticket
        assert [line["ja"] for line in ticket.lines] == ["電話 03-1234-5678", "駐車場　無料"]
        assert ticket.closing_words["en"] == "Please wait."
        assert ticket.closing_words["ja"] == "番号が呼ばれたら、窓口へお越しください。"
        await page.post("/api/tickets", json=touch(service="nursery"))
        await until(lambda: real.printer.papers)
        paper = real.printer.papers[0].picture.convert("L")
        left = (576 - 120) // 2
        logo = Image.open(io.BytesIO(base64.b64decode(ticket.logo))).convert("L")
        assert paper.crop((left, 8, left + 120, 128)).tobytes() == logo.tobytes(), "its very dots"


def administrator(office: Office) -> tuple[Actor, int]:
    """Somebody who may set the desk's paper, and the desk."""
    with office.look() as unit:
        desk = unit.session.exec(select(Desk).where(col(Desk.code) == "childcare")).one()
        staff = unit.session.exec(select(Staff)).first()
    assert staff is not None
    return Actor(staff.id or 0, "admin", Role.ADMIN, desk.municipality_id), desk.id or 0


def black_frame() -> bytes:
    """A square logo, as a PNG."""
    picture = Image.new("L", (120, 120), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 119, 119), outline="black", width=9)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


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
