"""From settings to a printer."""

from kiosk.printer.address import PrinterAddress, PrinterProfile
from kiosk.printer.escpos_printer import EscposPrinter
from kiosk.printer.lines import line_to
from kiosk.printer.port import NullPrinter, Printer


def open_printer(address: PrinterAddress, profile: PrinterProfile) -> Printer:
    """The printer at ``address``; raises ``ValueError`` when what it needs is not installed."""
    if address.kind == "none":
        return NullPrinter()
    return EscposPrinter(line_to(address), profile.name)
