"""Silence is not "paper is fine", and each fault is told by its name."""

import pytest

from kiosk.printer.health import PrinterState
from kiosk.printer.port import NullPrinter
from kiosk.printer.status_bytes import read_status

OK = b"\x12"


@pytest.mark.parametrize(
    ("printer", "cause", "paper", "state"),
    [
        (OK, OK, OK, PrinterState.OK),
        (OK, OK, b"\x1e", PrinterState.PAPER_NEAR_END),
        (b"\x1a", b"\x32", b"\x7e", PrinterState.PAPER_OUT),
        (b"\x1a", b"\x16", OK, PrinterState.COVER_OPEN),
        (b"\x1a", OK, OK, PrinterState.OFFLINE),
        (b"", b"", b"", PrinterState.UNKNOWN),
        (OK, OK, b"", PrinterState.UNKNOWN),
        (b"\xff", OK, OK, PrinterState.UNKNOWN),
    ],
)
def test_answers_are_read(printer: bytes, cause: bytes, paper: bytes, state: PrinterState) -> None:
    assert read_status(printer, cause, paper).state is state


def test_all_that_is_wrong_is_told_the_worst_first() -> None:
    health = read_status(b"\x1a", b"\x36", b"\x7e")
    assert health.faults == (PrinterState.COVER_OPEN, PrinterState.PAPER_OUT, PrinterState.PAPER_NEAR_END)
    assert health.as_json()["state"] == "cover_open"
    assert read_status(b"\x1a", OK, b"\x1e").faults == (PrinterState.OFFLINE, PrinterState.PAPER_NEAR_END)
    assert read_status(b"", b"", b"").faults == ()


def test_printing_is_tried_when_the_printer_cannot_tell() -> None:
    tried = {state for state in PrinterState if state.can_print}
    assert tried == {PrinterState.OK, PrinterState.PAPER_NEAR_END, PrinterState.UNKNOWN}
    assert NullPrinter().status().state is PrinterState.OFFLINE
