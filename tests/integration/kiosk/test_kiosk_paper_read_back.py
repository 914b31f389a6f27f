"""From the tap over a real socket to the dots on paper, and back: number and QR code are read again."""

from collections.abc import Sequence

import pytest
from kiosk_city import City, screen, touch, until
from kiosk_papers import codes, golden, number_on, unlike

from kiosk.board import Phase
from sandbox.printer.paper import Paper

pytestmark = pytest.mark.anyio
TOLERANCE = 0.03
"""Of the ink: another version of the font may round an edge, no digit changes so little."""
PRINTERS = {
    576: {"KIOSK_PRINTER_PROFILE": "TM-T20II"},
    512: {"KIOSK_PRINTER_PROFILE": "TM-T88V"},
    384: {"KIOSK_PRINTER_PROFILE": "TM-T20II", "KIOSK_PAPER_WIDTH": "58"},
    360: {"KIOSK_PRINTER_PROFILE": "TM-T88V", "KIOSK_PAPER_WIDTH": "58"},
}
"""By dots across: 80 mm and 58 mm, each at 203 and 180 dpi."""


async def printed(city: City, services: Sequence[str], **settings: str) -> list[Paper]:
    """One tap for each service, in this order; their papers."""
    async with city.terminal(**settings) as terminal, screen(terminal) as page:
        await until(lambda: terminal.board.phase is Phase.READY)
        for count, service in enumerate(services, 1):
            await page.post("/api/tickets", json=touch(service=service, language="vi"))
            await until(lambda count=count: len(city.printer.papers) == count)
    return list(city.printer.papers)


@pytest.mark.parametrize("qr", ["picture", "native"])
@pytest.mark.parametrize("width", PRINTERS)
async def test_number_and_code_are_read_back_from_the_paper(city: City, width: int, qr: str) -> None:
    city.printer.change({"width": width})
    papers = await printed(city, ("nursery", "child"), **PRINTERS[width], KIOSK_PRINTER_QR=qr)
    tickets = list(city.server.tickets.values())
    assert [codes(paper.picture) for paper in papers] == [[ticket["status_url"]] for ticket in tickets]
    for paper, other, number in ((papers[0], papers[1], "A001"), (papers[1], papers[0], "B001")):
        assert (paper.picture.width, paper.clipped) == (width, False)
        assert unlike(number_on(paper.picture), golden(number, width)) < TOLERANCE
        assert unlike(number_on(other.picture), golden(number, width)) > 2 * TOLERANCE


async def test_a_single_other_digit_is_more_than_the_tolerance(city: City) -> None:
    papers = await printed(city, ("nursery",) * 7)
    numbers = [number_on(paper.picture) for paper in papers]
    unlikes = [unlike(one, golden("A001", 576)) for one in numbers]
    assert unlikes[0] < TOLERANCE
    assert min(unlikes[1:]) > 2 * TOLERANCE
