"""What the terminal asks of a printer, and a printer for places that have none."""

from enum import StrEnum
from typing import Protocol

from PIL import Image


class PrinterState(StrEnum):
    """What is known of the printer. ``UNKNOWN``: it does not tell; printing is tried then."""

    OK = "ok"
    PAPER_NEAR_END = "paper_near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    UNKNOWN = "unknown"

    @property
    def can_print(self) -> bool:
        """Whether it makes sense to send a job now."""
        return self not in {PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.OFFLINE}


class PrintFailed(Exception):
    """The paper did not come out, or nobody can say that it did."""

    def __init__(self, state: PrinterState) -> None:
        super().__init__(state.value)
        self.state = state


class Printer(Protocol):
    """A receipt printer. Both methods block, for some seconds at worst."""

    def status(self) -> PrinterState:
        """What the printer says of itself; never raises."""
        ...

    def print_picture(self, picture: Image.Image) -> PrinterState:
        """Print and cut a 1-bit picture; the state afterwards. Raises :class:`PrintFailed`."""
        ...


class NullPrinter:
    """No printer at all (``KIOSK_PRINTER=none://``): every number stays on the screen."""

    def status(self) -> PrinterState:
        """Always offline."""
        return PrinterState.OFFLINE

    def print_picture(self, picture: Image.Image) -> PrinterState:  # noqa: ARG002
        """Always raises :class:`PrintFailed`: the citizen is shown number and QR code instead."""
        raise PrintFailed(PrinterState.OFFLINE)
