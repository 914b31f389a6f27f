"""The papers, one after the other. What failed waits in the journal until the printer is back."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from kiosk.board import Board
from kiosk.journal import GONE, Journal, Paper, Touch
from kiosk.messages import TicketFace
from kiosk.paper_log import PaperLog
from kiosk.printer.health import UNKNOWN, PrinterHealth
from kiosk.printer.port import Page, Printer, PrintFailed
from kiosk.threads import in_thread

log = logging.getLogger(__name__)

STATUS_EVERY = 5.0
# A printer that tells nothing and spoils each paper would use up the roll.
_RETRY_AT_MOST = 12
# Whoever took a number longer ago has written it down or gone to a clerk; a late paper only confuses.
REPRINT_WITHIN = timedelta(minutes=30)
OWED = (Paper.WAITING, Paper.PRINTING, Paper.FAILED)


class PrintQueue:
    """Prints issued numbers in order; the printer is used by one job or question at a time.

    ``draw`` gets a ticket and whether an earlier paper of it may exist. Every paper comes out at least once;
    one that may be the second is marked.
    """

    def __init__(
        self,
        journal: Journal,
        papers: PaperLog,
        printer: Printer,
        draw: Callable[[TicketFace, bool], Page],
        board: Board,
        status_every: float = STATUS_EVERY,
    ) -> None:
        self._journal = journal
        self._papers = papers
        self._printer = printer
        self._draw = draw
        self._board = board
        self._status_every = status_every
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._one_at_a_time = asyncio.Lock()
        self._failures = 0
        self._retry_at = 0.0

    def add(self, key: str) -> None:
        """Print the paper of this touch."""
        self._journal.paper(key, Paper.WAITING)
        self._board.set_paper(key, Paper.WAITING)
        self._keys.put_nowait(key)

    def again(self, touch: Touch) -> None:
        """Print it once more for the citizen, unless it is still to come anyway or was taken back."""
        if touch.paper is Paper.WAITING:
            # It may have waited since before the terminal was switched off, too long to come by itself.
            self._keys.put_nowait(touch.key)
        elif touch.paper is not Paper.PRINTING and touch.paper not in GONE:
            self.add(touch.key)

    def add_anew(self, touch: Touch) -> None:
        """Another number holds for this touch: print it, unless whoever took it has long gone to a clerk."""
        if self._journal.is_newer(touch, REPRINT_WITHIN):
            self.add(touch.key)

    def reprint_last(self) -> bool:
        """Print the newest number once more; whether there is one."""
        touch = self._journal.last_issued()
        if touch is not None and touch.paper is Paper.PRINTING:
            self.add(touch.key)
        elif touch is not None:
            self.again(touch)
        return touch is not None

    def owed(self) -> list[Touch]:
        """Numbers given whose paper has not come out and is still to come, oldest first."""
        return self._journal.papers(*OWED, newer_than=REPRINT_WITHIN)

    async def print_page(self, page: Page) -> PrinterHealth:
        """Print something that is no ticket; raises :class:`PrintFailed`."""
        async with self._one_at_a_time:
            return await in_thread(partial(self._printer.print_page, page))

    async def health(self) -> PrinterHealth:
        """Ask the printer now, and tell the board."""
        async with self._one_at_a_time:
            self._tell(await in_thread(self._printer.status))
        return self._board.printer_health

    async def run(self) -> None:
        """Work for ever, beginning with what a restart cut off."""
        self._add_all(Paper.WAITING, Paper.PRINTING)
        await self._check_printer()
        while True:
            try:
                key = await asyncio.wait_for(self._keys.get(), self._status_every)
            except TimeoutError:
                await self._check_printer()
            else:
                await self._print(key)

    async def _check_printer(self) -> None:
        could_print = self._board.printer.can_print
        health = await self.health()
        is_back = health.state.can_print and not could_print
        if is_back or (health.state.can_print and asyncio.get_running_loop().time() >= self._retry_at):
            self._add_all(Paper.FAILED)

    def _add_all(self, *papers: Paper) -> None:
        for touch in self._journal.papers(*papers, newer_than=REPRINT_WITHIN):
            self.add(touch.key)

    async def _print(self, key: str) -> None:
        touch = self._journal.find(key)
        if touch is None or touch.face is None or touch.paper is not Paper.WAITING:
            return
        self._journal.paper(key, Paper.PRINTING)
        try:
            health = await self._put_out(key, touch.face)
        except PrintFailed as failed:
            log.warning("%s not printed: %s", touch.face.ticket.number, failed)
            self._failed(key, failed.health)
        except Exception:
            # Whatever is wrong with one picture must not stop the numbers after it.
            log.exception("%s not printed", touch.face.ticket.number)
            self._failed(key, UNKNOWN)
        else:
            self._failures = 0
            self._finish(key, Paper.PRINTED, health)

    async def _put_out(self, key: str, face: TicketFace) -> PrinterHealth:
        may_exist = self._papers.begin(key)
        try:
            page = await in_thread(partial(self._draw, face, may_exist))
            if may_exist:
                log.info("%s is printed again, marked as such", face.ticket.number)
            return await self.print_page(page)
        except Exception as error:
            if not (isinstance(error, PrintFailed) and error.begun):
                self._papers.take_back(key)
            raise

    def _failed(self, key: str, health: PrinterHealth) -> None:
        self._failures += 1
        pause = self._status_every * min(2**self._failures, _RETRY_AT_MOST)
        self._retry_at = asyncio.get_running_loop().time() + pause
        self._finish(key, Paper.FAILED, health)

    def _finish(self, key: str, paper: Paper, health: PrinterHealth) -> None:
        touch = self._journal.find(key)
        # Else it was asked for once more while it was being printed: that paper is still to come.
        if touch is not None and touch.paper is Paper.PRINTING:
            self._journal.paper(key, paper, health.state if paper is Paper.FAILED else "")
            self._board.set_paper(key, paper)
        self._tell(health)

    def _tell(self, health: PrinterHealth) -> None:
        before = self._board.printer_health
        self._board.set_printer(replace(health, unprinted=len(self.owed())))
        if before.faults != health.faults or before.state is not health.state:
            log.info("printer: %s", ", ".join(health.faults) or health.state)
