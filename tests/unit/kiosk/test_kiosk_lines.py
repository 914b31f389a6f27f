"""Every way to a printer carries a page out and, where it can, an answer back."""

import errno
import os
import select
import stat
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import usb.core
from PIL import Image

from kiosk.printer.address import parse_address
from kiosk.printer.escpos_printer import EscposPrinter
from kiosk.printer.health import PrinterState
from kiosk.printer.lines import line_to
from kiosk.printer.port import PrintFailed
from sandbox.printer.commands import CommandReader
from sandbox.printer.device import VirtualPrinter

PAGE = [Image.new("1", (576, 300), 0)]


def _printer(url: str) -> EscposPrinter:
    return EscposPrinter(line_to(parse_address(url)), "TM-T20II")


@pytest.fixture
def virtual() -> VirtualPrinter:
    return VirtualPrinter()


@pytest.fixture
def device(virtual: VirtualPrinter) -> Iterator[str]:
    """The path of a device at whose other end the virtual printer sits."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    stop = threading.Event()
    answer: Callable[[bytes], object] = lambda data: data and os.write(ours, data)  # noqa: E731

    def serve() -> None:
        reader = CommandReader()
        while not stop.is_set():
            if select.select([ours], [], [], 0.05)[0]:
                for command in reader.feed(os.read(ours, 4096)):
                    virtual.accept(command, answer)

    server = threading.Thread(target=serve)
    server.start()
    yield os.ttyname(theirs)
    stop.set()
    server.join()
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("scheme", ["file", "serial"])
def test_a_device_takes_the_page_and_tells_of_its_paper(
    virtual: VirtualPrinter, device: str, scheme: str
) -> None:
    printer = _printer(f"{scheme}://{device}")
    assert printer.status().state is PrinterState.OK
    assert printer.print_page(PAGE).state is PrinterState.OK
    assert [(paper.picture.width, paper.partial_cut) for paper in virtual.papers] == [(576, True)]
    virtual.change({"paper": "near_end"})
    assert printer.print_page(PAGE).state is PrinterState.PAPER_NEAR_END
    virtual.change({"cover_open": True})
    with pytest.raises(PrintFailed) as failed:
        printer.print_page(PAGE)
    assert (failed.value.health.state, failed.value.begun) == (PrinterState.COVER_OPEN, False)


def test_a_plain_file_keeps_the_newest_page_and_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ticket.bin"
    printer = _printer(f"file://{path}")
    printer.print_page([*PAGE, *PAGE])
    assert printer.print_page(PAGE).state is PrinterState.UNKNOWN
    size = path.stat().st_size
    assert printer.status().state is PrinterState.UNKNOWN
    assert path.stat().st_size == size
    virtual = VirtualPrinter()
    for command in CommandReader().feed(path.read_bytes()):
        virtual.accept(command)
    assert len(virtual.papers) == 1


def test_a_device_that_is_gone_is_offline_and_is_not_made_up_as_a_file() -> None:
    printer = _printer("file:///dev/madoguchi-no-such-printer")
    assert printer.status().state is PrinterState.OFFLINE
    with pytest.raises(PrintFailed):
        printer.print_page(PAGE)
    assert not Path("/dev/madoguchi-no-such-printer").exists()
    assert _printer("serial:///dev/madoguchi-no-such-printer").status().state is PrinterState.OFFLINE


CUPS = """#!/bin/sh
case "$(basename "$0") $*" in
  "lpstat -p lobby") echo "printer lobby is idle.  enabled since Tue";;
  "lpstat -p stopped") echo "printer stopped disabled since Tue -";;
  "lp -s -d lobby -t madoguchi -o raw -") cat > "$CUPS_JOB";;
  *) echo "unknown $*" >&2; exit 1;;
esac
"""


def test_a_raw_queue_gets_the_page_and_a_stopped_or_missing_one_is_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lp", "lpstat"):
        (tmp_path / name).write_text(CUPS)
        (tmp_path / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CUPS_JOB", str(tmp_path / "job"))
    assert _printer("cups://lobby").print_page(PAGE).state is PrinterState.UNKNOWN
    assert (tmp_path / "job").read_bytes().endswith(b"\x1dV\x01")
    for queue in ("stopped", "missing"):
        assert _printer(f"cups://{queue}").status().state is PrinterState.OFFLINE


def test_a_missing_program_is_said_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ValueError, match="cups-client"):
        line_to(parse_address("cups://lobby"))


class UsbPrinter:
    """What pyusb shows of a printer whose endpoints are not those that python-escpos supposes."""

    _ctx = SimpleNamespace(dispose=lambda _device: None)
    backend = object.__new__(type("Backend", (), {}))

    def __init__(self, virtual: VirtualPrinter) -> None:
        self.virtual, self.reader, self.answers = virtual, CommandReader(), bytearray()
        self.resets, self.gone = 0, False

    def __iter__(self) -> Iterator[Any]:
        endpoints = [SimpleNamespace(bEndpointAddress=0x03), SimpleNamespace(bEndpointAddress=0x81)]
        yield [_Interface(3, [SimpleNamespace(bEndpointAddress=0x85)]), _Interface(7, endpoints)]

    def set_configuration(self) -> None: ...

    def reset(self) -> None:
        self.resets += 1

    def write(self, endpoint: int, data: bytes, timeout: int) -> None:
        assert (endpoint, timeout) == (0x03, 5000)
        if self.gone:
            raise OSError(errno.ENODEV, "No such device")
        for command in self.reader.feed(data):
            self.virtual.accept(command, self.answers.extend)

    def read(self, endpoint: int, _size: int, timeout: int) -> bytes:
        assert endpoint == 0x81
        if not self.answers:
            raise OSError(errno.ETIMEDOUT, "Operation timed out")
        came, self.answers = bytes(self.answers), bytearray()
        return came


class _Interface(list[Any]):
    def __init__(self, kind: int, endpoints: list[Any]) -> None:
        super().__init__(endpoints)
        self.bInterfaceClass = kind


def test_a_usb_printer_is_found_by_its_endpoints_and_reset_only_when_it_failed(
    virtual: VirtualPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged = UsbPrinter(virtual)
    monkeypatch.setattr(usb.core, "find", lambda **ids: plugged if ids["idProduct"] == 0x0E15 else None)
    printer = _printer("usb://04b8:0e15")
    assert printer.print_page(PAGE).state is PrinterState.OK
    assert printer.status().state is PrinterState.OK
    assert (len(virtual.papers), plugged.resets) == (1, 1)
    plugged.gone = True
    assert printer.status().state is PrinterState.OFFLINE
    plugged.gone = False
    assert printer.print_page(PAGE).state is PrinterState.OK
    assert (len(virtual.papers), plugged.resets) == (2, 2)
    assert _printer("usb://04b8:0202").status().state is PrinterState.OFFLINE
