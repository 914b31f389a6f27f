"""The answers to DLE EOT 1, 2 and 4, and to GS r 1, read.

python-escpos 3.1 takes an empty answer for "plenty of paper"; here silence is ``UNKNOWN``.
"""

from kiosk.printer.health import UNKNOWN, PrinterHealth, PrinterState

QUERY = b"\x10\x04"
PRINTER, OFFLINE_CAUSE, PAPER = b"\x01", b"\x02", b"\x04"
IN_ORDER = b"\x1dr\x01"
"""GS r 1: unlike DLE EOT answered in its turn, when all that was sent before it is on paper."""

_FIXED_MASK, _FIXED = 0x93, 0x12
_IN_ORDER_MASK = 0x90


def is_status(answer: bytes) -> bool:
    """Whether this is one byte with the fixed bits of a DLE EOT answer."""
    return len(answer) == 1 and answer[0] & _FIXED_MASK == _FIXED


def is_in_order(answer: bytes) -> bool:
    """Whether this is one byte with the fixed bits of an answer to :data:`IN_ORDER`."""
    return len(answer) == 1 and answer[0] & _IN_ORDER_MASK == 0


def read_status(printer: bytes, cause: bytes, paper: bytes) -> PrinterHealth:
    """The health told by the three answers (one byte each, empty = not answered)."""
    if not all(is_status(answer) for answer in (printer, cause, paper)):
        return UNKNOWN
    told = {
        PrinterState.COVER_OPEN: cause[0] & 0x04,
        PrinterState.PAPER_OUT: paper[0] & 0x60 or cause[0] & 0x20,
        PrinterState.PAPER_NEAR_END: paper[0] & 0x0C,
    }
    faults = [state for state, bits in told.items() if bits]
    # Offline is a consequence of the others, and a fault of its own only without them.
    if printer[0] & 0x08 and all(state.can_print for state in faults):
        faults.append(PrinterState.OFFLINE)
    return PrinterHealth.of(*faults)
