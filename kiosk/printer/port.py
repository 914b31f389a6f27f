"""What the terminal asks of a printer, and a printer for places that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from kiosk.printer.health import OFFLINE, PrinterHealth


@dataclass(frozen=True)
class NativeQr:
    """A QR code that the printer draws itself, in the middle; ``module`` in dots (1 to 16)."""

    address: str
    module: int


Page = Sequence[Image.Image | NativeQr]
"""What comes out as one piece of paper, from top to bottom. Pictures are 1-bit, 0 = black."""


class PrintFailed(Exception):
    """The paper did not come out, or nobody can say that it did.

    ``begun``: the printer got some of the page, so that a paper, or half of one, may exist.
    """

    def __init__(self, health: PrinterHealth, *, begun: bool = False) -> None:
        super().__init__(health.state.value)
        self.health = health
        self.begun = begun


class Printer(Protocol):
    """A receipt printer. Both methods block, for some seconds at worst."""

    def status(self) -> PrinterHealth:
        """What the printer says of itself; never raises."""
        ...

    def print_page(self, page: Page) -> PrinterHealth:
        """Print and cut; the health afterwards. Raises :class:`PrintFailed`."""
        ...


class NullPrinter:
    """No printer at all (``KIOSK_PRINTER=none://``): every number stays on the screen."""

    def status(self) -> PrinterHealth:
        """Always offline."""
        return OFFLINE

    def print_page(self, page: Page) -> PrinterHealth:  # noqa: ARG002
        """Always raises :class:`PrintFailed`: the citizen is shown number and QR code instead."""
        raise PrintFailed(OFFLINE)
