"""The virtual printer tells the truth about its state, and loses nothing that it was sent."""

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.printer.commands import Cut, Feed, StatusQuery, TearOff, Text
from sandbox.printer.device import VirtualPrinter
from sandbox.printer.pages import printer_routes
from sandbox.printer.state import PrinterState, WrongState

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _client(printer: VirtualPrinter) -> httpx.AsyncClient:
    app = Starlette(routes=printer_routes(printer))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://printer.test")


def test_ready_printer_answers_the_fixed_bits_only() -> None:
    state = PrinterState()
    assert [state.answer(kind) for kind in (1, 2, 3, 4)] == [b"\x12"] * 4
    assert state.answer(9) == b""


@pytest.mark.parametrize(
    ("change", "kind", "bits"),
    [
        ({"paper": "near_end"}, 4, 0x0C),
        ({"paper": "out"}, 4, 0x60),
        ({"paper": "out"}, 2, 0x20),
        ({"paper": "out"}, 1, 0x08),
        ({"cover_open": True}, 2, 0x04),
        ({"cover_open": True}, 1, 0x08),
        ({"offline": True}, 1, 0x08),
    ],
)
def test_each_fault_sets_its_bits(change: dict[str, object], kind: int, bits: int) -> None:
    assert PrinterState().changed(change).answer(kind)[0] & bits == bits


def test_near_end_still_prints() -> None:
    near = PrinterState().changed({"paper": "near_end"})
    assert near.can_print
    assert near.answer(1) == b"\x12"


@pytest.mark.parametrize(
    "wrong", [{"paper": "none"}, {"cover": True}, {"offline": "yes"}, {"width": 100}, {"dots_left": -2}]
)
def test_a_state_that_does_not_exist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(WrongState):
        PrinterState().changed(wrong)


def test_print_data_waits_while_the_cover_is_open_and_comes_out_after() -> None:
    printer, told = VirtualPrinter(), list[bytes]()
    printer.change({"cover_open": True})
    for command in (Text(b"A"), Feed(lines=1), Cut(partial=True)):
        printer.accept(command)
    assert not printer.papers
    printer.accept(StatusQuery(2), told.append)
    assert told == [b"\x16"]
    printer.change({"cover_open": False})
    assert [paper.number for paper in printer.papers] == [1]


@pytest.mark.parametrize(("width", "papers"), [(384, 1), (576, 0)])
def test_only_a_printer_without_cutter_has_its_paper_torn_off(width: int, papers: int) -> None:
    printer = VirtualPrinter()
    printer.change({"width": width})
    for command in (Text(b"A"), Feed(lines=1), TearOff(), TearOff()):
        printer.accept(command)
    assert len(printer.papers) == papers
    assert bool(printer.uncut) is not bool(papers)


async def test_pages_show_the_papers_newest_first_and_switch_the_faults() -> None:
    printer = VirtualPrinter()
    client = _client(printer)
    for _ in range(2):
        printer.accept(Text(b"A"))
        printer.accept(Cut(partial=False))
    shown = (await client.get("/printer/papers.json")).json()
    assert [paper["number"] for paper in shown["papers"]] == [2, 1]
    assert (await client.get(shown["papers"][0]["picture"])).content.startswith(b"\x89PNG")
    assert (await client.get("/printer/papers/3.png")).status_code == 404
    assert "仮想レシートプリンター" in (await client.get("/printer")).text
    assert (await client.post("/printer/state", json={"paper": "out"})).json()["state"]["paper"] == "out"
    assert not printer.state.can_print


async def test_a_wrong_switch_is_a_clear_error_and_changes_nothing() -> None:
    printer = VirtualPrinter()
    client = _client(printer)
    answer = await client.post("/printer/state", json={"offline": True, "paper": "gone"})
    assert answer.status_code == 400
    assert "paper" in answer.json()["error"]
    assert (await client.post("/printer/state", content=b"{")).status_code == 400
    assert printer.state == PrinterState()
