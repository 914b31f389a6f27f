"""A number never hangs on its paper: it comes out when it can, marked when it may be the second one."""

import base64
import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from kiosk_city import City, screen, touch, until
from kiosk_papers import codes
from PIL import Image

from kiosk.board import Phase
from kiosk.terminal import Terminal
from sandbox.printer.paper import Paper

pytestmark = pytest.mark.anyio
MARK_DOTS = 40
"""The mark 再発行 makes a paper so much longer, at least."""


async def ready(terminal: Terminal) -> None:
    await until(lambda: terminal.board.phase is Phase.READY)


async def took(page: httpx.AsyncClient, **wish: str) -> dict[str, Any]:
    return dict((await page.post("/api/tickets", json=touch(service="nursery") | wish)).json())


def state_of(terminal: Terminal, ticket: dict[str, Any]) -> str:
    return str(terminal.board.snapshot()["papers"][ticket["key"]])


async def plain_height(city: City, page: httpx.AsyncClient) -> int:
    """How long an ordinary paper is."""
    before = len(city.printer.papers)
    await took(page)
    await until(lambda: len(city.printer.papers) > before)
    return height(city.printer.papers[-1])


def height(paper: Paper) -> int:
    return paper.picture.height


async def test_paper_that_ends_in_the_middle_gives_a_marked_one_when_there_is_paper_again(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        plain = await plain_height(city, page)
        city.printer.change({"dots_left": 300})
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "failed")
        health = (await page.get("/api/state")).json()["printer_health"]
        assert health == {"state": "paper_out", "faults": ["paper_out", "paper_near_end"], "unprinted": 1}
        await until(lambda: city.server.reports[-1]["printer"] == "paper_out")
        city.printer.change({"paper": "ok"})
        await until(lambda: state_of(terminal, ticket) == "printed")
        assert terminal.board.printer_health.unprinted == 0
    # The printer's own memory finishes the first; whoever gets both sees which is which.
    first, second = list(city.printer.papers)[1:]
    assert codes(first.picture) == codes(second.picture) == [city.server.tickets[ticket["key"]]["status_url"]]
    assert abs(height(first) - plain) <= 2
    assert height(second) >= plain + MARK_DOTS


@pytest.mark.parametrize(
    "fault", [{"paper": "out"}, {"cover_open": True}, {"offline": True}, {"plugged": False}]
)
async def test_a_paper_that_never_began_is_not_marked(city: City, fault: dict[str, Any]) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        plain = await plain_height(city, page)
        city.printer.change(fault)
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "failed")
        for _ in range(3):
            await page.post(f"/api/tickets/{ticket['key']}/print")
        city.printer.change({"paper": "ok", "cover_open": False, "offline": False, "plugged": True})
        await until(lambda: state_of(terminal, ticket) == "printed")
        # One more number, so that whatever was wrongly still to come had come before it.
        await plain_height(city, page)
    assert len(city.printer.papers) == 3
    assert abs(height(city.printer.papers[1]) - plain) <= 2


async def test_a_power_cut_in_the_middle_gives_a_marked_paper_at_the_next_start(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        plain = await plain_height(city, page)
        city.printer.change({"dots_left": 200})
        ticket = await took(page)
        # The printer has swallowed the job and cannot go on: the terminal waits for its answer.
        await until(lambda: city.printer.held)
    city.printer.change({"paper": "ok"})
    async with city.terminal() as terminal:
        await until(lambda: len(city.printer.papers) >= 3)
        await until(lambda: terminal.journal.find(ticket["key"]).paper == "printed")
    assert height(city.printer.papers[-1]) >= plain + MARK_DOTS
    assert len(city.server.tickets) == 2


async def test_what_staff_print_again_is_marked(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        plain = await plain_height(city, page)
        await page.post("/api/staff/reprint-last")
        await until(lambda: len(city.printer.papers) == 2)
    assert height(city.printer.papers[1]) >= plain + MARK_DOTS


async def test_a_printer_that_tells_nothing_prints_and_is_unknown_never_fine(city: City) -> None:
    city.printer.change({"answers": False})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "printed", 15)
        assert (await page.get("/api/state")).json()["printer"] == "unknown"
        await until(lambda: city.server.reports)
    assert {report["printer"] for report in city.server.reports} == {"unknown"}


async def test_paper_that_runs_low_is_told_while_it_prints(city: City) -> None:
    city.printer.change({"paper": "near_end"})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "printed")
        await until(lambda: any(report["printer"] == "paper_near_end" for report in city.server.reports))


async def test_staff_void_a_number_whose_paper_never_came(city: City) -> None:
    city.printer.change({"paper": "out"})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        ticket, kept = await took(page), await took(page)
        await until(lambda: state_of(terminal, kept) == "failed")
        owed = (await page.get("/api/staff/unprinted")).json()
        assert [one["number"] for one in owed] == ["A001", "A002"]
        assert (await page.post("/api/staff/unprinted/A009/void")).status_code == 404
        assert (await page.post("/api/staff/unprinted/A001/void")).status_code == 204
        city.server.keeps.add("2")
        assert (await page.post("/api/staff/unprinted/A002/void")).status_code == 409
        city.printer.change({"paper": "ok"})
        await until(lambda: state_of(terminal, kept) == "printed")
    assert city.server.voided == ["1"]
    assert [codes(paper.picture) for paper in city.printer.papers] == [
        [city.server.tickets[kept["key"]]["status_url"]]
    ]
    assert terminal.board.snapshot()["papers"][ticket["key"]] == "voided"


async def test_the_paper_of_a_number_taken_back_never_comes(city: City) -> None:
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        kept = await took(page)
        await until(lambda: state_of(terminal, kept) == "printed")
        city.printer.change({"paper": "out"})
        gone = await took(page)
        await until(lambda: state_of(terminal, gone) == "failed")
        assert (await page.post(f"/api/staff/unprinted/{gone['number']}/void")).status_code == 204
        city.printer.change({"paper": "ok"})
        # Its screen may still be open, and staff may want the last number once more.
        await page.post(f"/api/tickets/{gone['key']}/print")
        await page.post("/api/staff/reprint-last")
        await until(lambda: len(city.printer.papers) == 2)
        await plain_height(city, page)
    read = [codes(paper.picture)[0] for paper in city.printer.papers]
    assert read[:2] == [city.server.tickets[kept["key"]]["status_url"]] * 2
    assert city.server.tickets[gone["key"]]["status_url"] not in read


async def test_a_number_taken_back_stays_so_when_the_answer_or_the_power_is_lost(city: City) -> None:
    city.printer.change({"paper": "out"})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "failed")
        city.line.lost, city.line.lost_for = 1_000_000, "/void"
        assert (await page.post(f"/api/staff/unprinted/{ticket['number']}/void")).status_code == 202
        assert (await page.get("/api/staff/unprinted")).json() == []
    city.line.lost = 0
    async with city.terminal() as terminal, screen(terminal) as page:
        await until(lambda: terminal.journal.find(ticket["key"]).paper == "voided")
        city.printer.change({"paper": "ok"})
        await plain_height(city, page)
    assert set(city.server.voided) == {"1"}
    assert len(city.printer.papers) == 1


async def test_a_number_that_cannot_be_taken_back_without_the_server_is_still_printed(city: City) -> None:
    city.printer.change({"paper": "out"})
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        ticket = await took(page)
        await until(lambda: state_of(terminal, ticket) == "failed")
        city.line.away = True
        assert (await page.post(f"/api/staff/unprinted/{ticket['number']}/void")).status_code == 503
        city.printer.change({"paper": "ok"})
        await until(lambda: state_of(terminal, ticket) == "printed")
    assert city.server.voided == []


async def test_a_test_page_and_a_self_check_say_what_is_wrong(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where tests run, folders may lie in memory.
    disk = tmp_path / "mounts"
    disk.write_text("/dev/sda1 / ext4 rw 0 0\n")
    monkeypatch.setattr("kiosk.self_check._MOUNTS", disk)
    async with city.terminal() as terminal, screen(terminal) as page:
        await ready(terminal)
        assert (await page.post("/api/staff/test-page")).json()["state"] == "ok"
        assert codes(city.printer.papers[-1].picture) == ["https://www.example.lg.jp/printer-test"]
        assert {found["mark"] for found in (await page.get("/api/staff/check")).json()} == {"good"}
        city.printer.change({"cover_open": True})
        city.line.away = True
        await took(page)
        await until(lambda: terminal.board.phase is Phase.AWAY)
        assert (await page.post("/api/staff/test-page")).json()["state"] == "cover_open"
        bad = {
            found["name"] for found in (await page.get("/api/staff/check")).json() if found["mark"] == "bad"
        }
    assert bad == {"プリンター", "サーバー"}
    assert len(city.server.tickets) == 0


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "black").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


async def test_the_desks_own_words_and_logo_are_on_the_paper_within_bounds(city: City) -> None:
    async def paper_with(**wishes: Any) -> Paper:
        city.server.paper = wishes
        async with city.terminal() as terminal, screen(terminal) as page:
            await ready(terminal)
            ticket = await took(page)
            await until(lambda: state_of(terminal, ticket) == "printed")
        return city.printer.papers[-1]

    bare = await paper_with()
    words = {"ja": "住民票の写しは、コンビニでもお取りいただけます。"}
    assert height(await paper_with(lines=[words])) > height(bare) + 20
    four = height(await paper_with(lines=[words] * 4))
    assert abs(height(await paper_with(lines=[words] * 40)) - four) <= 2
    with_logo = await paper_with(logo=png(600, 200))
    assert height(with_logo) == height(bare) + 120 + 10
    assert Image.eval(with_logo.picture.convert("L"), lambda dot: 255 - dot).getbbox()[1] == 8
    for wrong in ("no picture", png(4_000, 10), base64.b64encode(b"GIF89a").decode()):
        assert abs(height(await paper_with(logo=wrong)) - height(bare)) <= 2
    assert height(await paper_with(closing_words={"ja": "お" * 5_000})) < height(bare) + 300
