"""Printers that speak ESC/POS: open, ask, print, ask, close, per job."""

import contextlib
from collections.abc import Iterator

from escpos.exceptions import Error as EscposError

from kiosk.printer.health import OFFLINE, UNKNOWN, PrinterHealth, PrinterState
from kiosk.printer.job import encode
from kiosk.printer.port import Page, PrintFailed
from kiosk.printer.talk import Line, Talk

JOB_TIMEOUT = 5.0
STATUS_TIMEOUT = 1.0


class EscposPrinter:
    """One ESC/POS printer at the end of ``line``; ``profile`` is python-escpos's name of its kind."""

    def __init__(self, line: Line, profile: str) -> None:
        self._line = line
        self._profile = profile
        self._confirms = True

    def status(self) -> PrinterHealth:
        """Ask; ``OFFLINE`` when it cannot be reached, ``UNKNOWN`` when it does not answer."""
        try:
            with self._opened():
                return self._asked(Talk(self._line), STATUS_TIMEOUT)
        except (EscposError, OSError):
            return OFFLINE

    def print_page(self, page: Page) -> PrinterHealth:
        """Print, cut partially and make sure: paper that ran out half-way is a failure too."""
        job = encode(page, self._profile)
        begun = False
        try:
            with self._opened():
                talk = Talk(self._line)
                before = self._asked(talk, STATUS_TIMEOUT)
                if not before.state.can_print:
                    raise PrintFailed(before)
                begun = True
                self._line.send(job)
                return self._outcome(talk, before)
        except (EscposError, OSError) as error:
            raise PrintFailed(self._fault_now() if begun else OFFLINE, begun=begun) from error

    def _outcome(self, talk: Talk, before: PrinterHealth) -> PrinterHealth:
        if before.state is PrinterState.UNKNOWN:
            return before
        if self._confirms:
            self._confirms = self._came_out(talk)
        # Some printers answer only when the picture is out, so this question may take as long as a job.
        after = talk.health(JOB_TIMEOUT)
        _still_fine(after)
        return after

    def _came_out(self, talk: Talk) -> bool:
        """Wait for the answer in turn, and look for faults meanwhile; whether the printer gives such."""
        talk.ask_in_order()
        for _ in range(round(JOB_TIMEOUT / STATUS_TIMEOUT)):
            if talk.answered_in_order(STATUS_TIMEOUT):
                return True
            _still_fine(talk.health(STATUS_TIMEOUT))
        return False

    def _asked(self, talk: Talk, seconds: float) -> PrinterHealth:
        if not self._line.answers:
            return UNKNOWN
        talk.forget_old()
        return talk.health(seconds)

    def _fault_now(self) -> PrinterHealth:
        # A printer whose paper ran out takes no more bytes: that it is still there tells the two apart.
        now = self.status()
        return OFFLINE if now.state.can_print else now

    @contextlib.contextmanager
    def _opened(self) -> Iterator[None]:
        broken = True
        try:
            self._line.open()
            yield
            broken = False
        except PrintFailed:
            broken = False
            raise
        finally:
            with contextlib.suppress(OSError):
                self._line.close(broken=broken)


def _still_fine(health: PrinterHealth) -> None:
    """Raise for a printer that has a fault, or fell silent after it had told its state."""
    if health.state is PrinterState.UNKNOWN:
        raise PrintFailed(OFFLINE, begun=True)
    if not health.state.can_print:
        raise PrintFailed(health, begun=True)
