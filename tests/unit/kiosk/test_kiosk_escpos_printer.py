"""What a printer is asked, and what is made of its silence."""

from collections.abc import Callable

import pytest
from PIL import Image

from kiosk.printer import escpos_printer
from kiosk.printer.escpos_printer import EscposPrinter
from kiosk.printer.health import PrinterState
from kiosk.printer.port import PrintFailed
from kiosk.printer.status_bytes import IN_ORDER

PAGE = [Image.new("1", (576, 8), 1)]
FINE = {b"\x10\x04\x01": b"\x12", b"\x10\x04\x02": b"\x12", b"\x10\x04\x04": b"\x12"}
PAPER_OUT = {b"\x10\x04\x01": b"\x1a", b"\x10\x04\x02": b"\x32", b"\x10\x04\x04": b"\x7e"}


class ScriptedLine:
    """Answers by ``answers``; ``on_job`` is called when the page comes."""

    answers = True

    def __init__(self, answers: dict[bytes, bytes], on_job: Callable[["ScriptedLine"], None]) -> None:
        self.by_question, self.on_job = dict(answers), on_job
        self.sent: list[bytes] = []
        self.coming = b""

    def open(self) -> None:
        self.coming = b""

    def send(self, data: bytes) -> None:
        self.sent.append(data)
        self.coming += self.by_question.get(data, b"")
        if data.startswith(b"\x1b@"):
            self.on_job(self)

    def receive(self, seconds: float) -> bytes:
        assert seconds <= escpos_printer.JOB_TIMEOUT
        came, self.coming = self.coming[:1], self.coming[1:]
        return came

    def close(self, *, broken: bool = False) -> None: ...


def _nothing(_line: ScriptedLine) -> None: ...


def _runs_out(line: ScriptedLine) -> None:
    line.by_question = dict(PAPER_OUT)


def _breaks(line: ScriptedLine) -> None:
    line.by_question = dict(PAPER_OUT)
    raise TimeoutError


def test_a_printer_that_answers_in_turn_is_believed() -> None:
    line = ScriptedLine(FINE | {IN_ORDER: b"\x00"}, _nothing)
    assert EscposPrinter(line, "TM-T20II").print_page(PAGE).state is PrinterState.OK


def test_one_that_never_does_is_asked_once_and_then_taken_at_its_word() -> None:
    line = ScriptedLine(FINE, _nothing)
    printer = EscposPrinter(line, "TM-T20II")
    for _ in range(2):
        assert printer.print_page(PAGE).state is PrinterState.OK
    assert line.sent.count(IN_ORDER) == 1


@pytest.mark.parametrize("fault", [_runs_out, _breaks])
def test_paper_that_ends_in_the_middle_is_a_failure_that_may_have_left_a_paper(
    fault: Callable[[ScriptedLine], None],
) -> None:
    printer = EscposPrinter(ScriptedLine(FINE, fault), "TM-T20II")
    with pytest.raises(PrintFailed) as failed:
        printer.print_page(PAGE)
    assert (failed.value.health.state, failed.value.begun) == (PrinterState.PAPER_OUT, True)


def test_silence_after_an_answer_is_a_failure_and_silence_from_the_start_is_not() -> None:
    def falls_silent(line: ScriptedLine) -> None:
        line.by_question = {}

    with pytest.raises(PrintFailed) as failed:
        EscposPrinter(ScriptedLine(FINE, falls_silent), "TM-T20II").print_page(PAGE)
    assert (failed.value.health.state, failed.value.begun) == (PrinterState.OFFLINE, True)
    silent = EscposPrinter(ScriptedLine({}, _nothing), "TM-T20II")
    assert silent.print_page(PAGE).state is PrinterState.UNKNOWN
    assert silent.status().state is PrinterState.UNKNOWN


def test_a_late_answer_to_an_earlier_question_is_not_taken_for_this_ones() -> None:
    class StaysOpen(ScriptedLine):
        def open(self) -> None: ...

    # A drawer's bit of the first answer is the open cover's bit of the second.
    line = StaysOpen(FINE | {b"\x10\x04\x01": b"\x16"}, _nothing)
    line.coming = b"\x12"
    assert EscposPrinter(line, "TM-T20II").status().state is PrinterState.OK


def test_a_byte_out_of_turn_is_not_taken_for_the_answer() -> None:
    noisy = FINE | {b"\x10\x04\x04": b"\x00\x11\x1e"}
    assert EscposPrinter(ScriptedLine(noisy, _nothing), "TM-T20II").status().faults == (
        PrinterState.PAPER_NEAR_END,
    )
