"""Printers that speak ESC/POS, through python-escpos: open, print, close, per job."""

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator

from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError
from escpos.printer import CupsPrinter, File, Network, Serial, Usb
from PIL import Image

from kiosk.printer.address import PrinterAddress, PrinterProfile
from kiosk.printer.port import NullPrinter, Printer, PrinterState, PrintFailed
from kiosk.printer.status_bytes import OFFLINE_CAUSE, PAPER, PRINTER, QUERY, read_status

JOB_TIMEOUT = 5.0
STATUS_TIMEOUT = 1.0
# CUPS answers with the state of its queue, a file not at all: neither knows the paper.
_CAN_TELL = {"network", "usb", "serial"}
_OPTIONAL_PACKAGES = {"usb": "pyusb", "serial": "pyserial", "cups": "pycups"}
_DRIVERS = {"network": Network, "usb": Usb, "serial": Serial, "cups": CupsPrinter, "file": File}


def open_printer(address: PrinterAddress, profile: PrinterProfile) -> Printer:
    """The printer at ``address``; raises ``ValueError`` when its Python package is not installed."""
    if address.kind == "none":
        return NullPrinter()
    if not _DRIVERS[address.kind].is_usable():
        package = _OPTIONAL_PACKAGES.get(address.kind, "python-escpos")
        raise ValueError(f"{address.kind}:// needs the Python package {package}")
    return EscposPrinter(address.kind, lambda: _driver(address, profile))


def _driver(address: PrinterAddress, profile: PrinterProfile) -> Escpos:
    match address.kind:
        case "network":
            return Network(address.place, address.port, timeout=JOB_TIMEOUT, profile=profile.name)
        case "usb":
            vendor, product = (int(part, 16) for part in address.place.split(":"))
            return Usb(vendor, product, timeout=int(JOB_TIMEOUT * 1000), profile=profile.name)
        case "serial":
            return Serial(address.place, timeout=STATUS_TIMEOUT, profile=profile.name)
        case "cups":
            return CupsPrinter(address.place, profile=profile.name)
        case _:
            return File(address.place, profile=profile.name)


class EscposPrinter:
    """One ESC/POS printer; ``make_driver`` gives a fresh, closed python-escpos object per job."""

    def __init__(self, kind: str, make_driver: Callable[[], Escpos]) -> None:
        self._tells = kind in _CAN_TELL
        self._make_driver = make_driver

    def status(self) -> PrinterState:
        """Ask by DLE EOT; ``OFFLINE`` when it cannot be reached, ``UNKNOWN`` when it does not answer."""
        if not self._tells:
            return PrinterState.UNKNOWN
        try:
            with self._opened() as driver:
                return _ask(driver)
        except PrintFailed as failed:
            return failed.state

    def print_picture(self, picture: Image.Image) -> PrinterState:
        """Print, cut partially and ask again: paper that ran out half-way is a failure too."""
        with self._opened() as driver:
            before = _ask(driver) if self._tells else PrinterState.UNKNOWN
            if not before.can_print:
                raise PrintFailed(before)
            driver.hw("INIT")
            driver.image(picture, impl="bitImageRaster")
            driver.cut(mode="PART")
            # Some printers answer only when the picture is out, so this question may take as long as a job.
            after = _ask(driver, JOB_TIMEOUT) if before is not PrinterState.UNKNOWN else before
            if not after.can_print:
                raise PrintFailed(after)
            # A printer that told its state before the job and is silent after it did not finish it.
            if after is PrinterState.UNKNOWN is not before:
                raise PrintFailed(PrinterState.OFFLINE)
            return after

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Escpos]:
        driver = self._make_driver()
        try:
            driver.open()
            yield driver
        except (EscposError, OSError) as error:
            raise PrintFailed(PrinterState.OFFLINE) from error
        finally:
            with contextlib.suppress(OSError):
                driver.close()


def _ask(driver: Escpos, timeout: float = STATUS_TIMEOUT) -> PrinterState:
    connection = driver.device if isinstance(driver.device, socket.socket) else None
    if connection:
        connection.settimeout(timeout)
    try:
        answers = []
        for kind in (PRINTER, OFFLINE_CAUSE, PAPER):
            answers.append(_answer(driver, kind))
            if not answers[-1]:
                return PrinterState.UNKNOWN
        return read_status(*answers)
    finally:
        if connection:
            connection.settimeout(JOB_TIMEOUT)


def _answer(driver: Escpos, kind: bytes) -> bytes:
    try:
        return bytes(driver.query_status(QUERY + kind))[:1]
    except OSError as error:
        # pyusb's time-out is an OSError of its own kind.
        if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
            return b""
        raise
