"""The answers to DLE EOT 1, 2 and 4, read.

python-escpos 3.1 takes an empty answer for "plenty of paper"; here silence is ``UNKNOWN``.
"""

from kiosk.printer.port import PrinterState

QUERY = b"\x10\x04"
PRINTER, OFFLINE_CAUSE, PAPER = b"\x01", b"\x02", b"\x04"

_FIXED_MASK, _FIXED = 0x93, 0x12


def is_status(answer: bytes) -> bool:
    """Whether this is one byte with the fixed bits of a DLE EOT answer."""
    return len(answer) == 1 and answer[0] & _FIXED_MASK == _FIXED


def read_status(printer: bytes, cause: bytes, paper: bytes) -> PrinterState:
    """The state told by the three answers (one byte each, empty = not answered)."""
    if not all(is_status(answer) for answer in (printer, cause, paper)):
        return PrinterState.UNKNOWN
    if cause[0] & 0x04:
        return PrinterState.COVER_OPEN
    if paper[0] & 0x60 or cause[0] & 0x20:
        return PrinterState.PAPER_OUT
    if printer[0] & 0x08:
        return PrinterState.OFFLINE
    return PrinterState.PAPER_NEAR_END if paper[0] & 0x0C else PrinterState.OK
