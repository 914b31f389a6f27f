"""Question and answer with a printer over an open line."""

import time
from collections.abc import Callable
from typing import Protocol

from kiosk.printer.health import UNKNOWN, PrinterHealth
from kiosk.printer.status_bytes import (
    IN_ORDER,
    OFFLINE_CAUSE,
    PAPER,
    PRINTER,
    QUERY,
    is_in_order,
    is_status,
    read_status,
)

_AT_ONCE = 0.001
_OLD_AT_MOST = 16


class Line(Protocol):
    """A way to a printer. All methods but ``close`` may raise ``OSError`` or python-escpos's ``Error``."""

    @property
    def answers(self) -> bool:
        """Whether anything can come back; asked when open."""
        ...

    def open(self) -> None:
        """Get ready for one job or question."""
        ...

    def send(self, data: bytes) -> None:
        """Hand over all of ``data``, or raise."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What has come, empty after ``seconds`` of silence."""
        ...

    def close(self, *, broken: bool = False) -> None:
        """End; ``broken`` when something was raised."""
        ...


class Talk:
    """The bytes that came over one open line and are not yet understood."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._came = bytearray()

    def forget_old(self) -> None:
        """Throw away what came before anything was asked: late answers to the questions of another time."""
        for _ in range(_OLD_AT_MOST):
            if not self._line.receive(_AT_ONCE):
                return

    def health(self, seconds: float) -> PrinterHealth:
        """Ask by DLE EOT; ``UNKNOWN`` as soon as one question stays unanswered for ``seconds``."""
        answers: list[bytes] = []
        for kind in (PRINTER, OFFLINE_CAUSE, PAPER):
            self._line.send(QUERY + kind)
            answers.append(self._next(is_status, seconds))
            if not answers[-1]:
                return UNKNOWN
        return read_status(*answers)

    def ask_in_order(self) -> None:
        """Send the question that is answered when everything before it has been printed."""
        self._line.send(IN_ORDER)

    def answered_in_order(self, seconds: float) -> bool:
        """Whether that answer comes within ``seconds``."""
        return bool(self._next(is_in_order, seconds))

    def _next(self, wanted: Callable[[bytes], bool], seconds: float) -> bytes:
        end = time.monotonic() + seconds
        while True:
            for place, byte in enumerate(self._came):
                if wanted(bytes([byte])):
                    del self._came[place]
                    return bytes([byte])
            left = end - time.monotonic()
            came = self._line.receive(left) if left > 0 else b""
            if not came:
                return b""
            self._came += came
