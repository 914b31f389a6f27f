"""Ctrl-C, SIGTERM and a closed terminal all end the work the same way, and never halfway through a start."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Turns the ending signals into ``KeyboardInterrupt``, at once or as soon as it is safe."""

    def __init__(self) -> None:
        self._held = False
        self._pending = False

    def install(self) -> None:
        """Take the signals over for this process."""
        for number in ENDING:
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self._held:
            raise KeyboardInterrupt
        self._pending = True

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let the block finish first; a signal that came meanwhile raises at its end."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._pending:
            self._pending = False
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Stop listening: the end is under way and must not be cut short."""
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
