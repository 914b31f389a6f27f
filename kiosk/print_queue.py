"""The papers, one after the other. What failed waits in the journal until the printer is back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from PIL import Image

from kiosk.board import Board
from kiosk.journal import Journal, Paper
from kiosk.messages import TicketFace
from kiosk.printer.port import Printer, PrinterState, PrintFailed
from kiosk.threads import in_thread

log = logging.getLogger(__name__)

STATUS_EVERY = 5.0
# Whoever took a number longer ago has written it down or gone to a clerk; a late paper only confuses.
REPRINT_WITHIN = timedelta(minutes=30)


class PrintQueue:
    """Prints issued numbers in order; the printer is used by one job or question at a time."""

    def __init__(
        self,
        journal: Journal,
        printer: Printer,
        draw: Callable[[TicketFace], Image.Image],
        board: Board,
        status_every: float = STATUS_EVERY,
    ) -> None:
        self._journal = journal
        self._printer = printer
        self._draw = draw
        self._board = board
        self._status_every = status_every
        self._keys: asyncio.Queue[str] = asyncio.Queue()

    def add(self, key: str) -> None:
        """Print the paper of this touch, again if need be."""
        self._journal.paper(key, Paper.WAITING)
        self._board.set_paper(key, Paper.WAITING)
        self._keys.put_nowait(key)

    def reprint_last(self) -> bool:
        """Print the newest number once more; whether there is one."""
        touch = self._journal.last_issued()
        if touch is not None:
            self.add(touch.key)
        return touch is not None

    async def run(self) -> None:
        """Work for ever, beginning with what a restart cut off."""
        self._again(Paper.WAITING, Paper.PRINTING)
        await self._check_printer()
        while True:
            try:
                key = await asyncio.wait_for(self._keys.get(), self._status_every)
            except TimeoutError:
                await self._check_printer()
            else:
                await self._print(key)

    async def _check_printer(self) -> None:
        state = await in_thread(self._printer.status)
        self._board.set_printer(state)
        if state.can_print:
            self._again(Paper.FAILED)

    def _again(self, *papers: Paper) -> None:
        for touch in self._journal.papers(*papers, newer_than=REPRINT_WITHIN):
            self.add(touch.key)

    async def _print(self, key: str) -> None:
        touch = self._journal.find(key)
        if touch is None or touch.face is None or touch.paper is not Paper.WAITING:
            return
        self._journal.paper(key, Paper.PRINTING)
        try:
            state = await in_thread(partial(self._print_face, touch.face))
        except PrintFailed as failed:
            log.warning("%s not printed: %s", touch.face.ticket.number, failed)
            self._finish(key, Paper.FAILED, failed.state)
        except Exception:
            # Whatever is wrong with one picture must not stop the numbers after it.
            log.exception("%s not printed", touch.face.ticket.number)
            self._finish(key, Paper.FAILED, PrinterState.UNKNOWN)
        else:
            self._finish(key, Paper.PRINTED, state)

    def _print_face(self, face: TicketFace) -> PrinterState:
        return self._printer.print_picture(self._draw(face))

    def _finish(self, key: str, paper: Paper, state: PrinterState) -> None:
        self._board.set_printer(state)
        touch = self._journal.find(key)
        if touch is not None and touch.paper is Paper.WAITING:
            # Asked for once more while it was being printed: that paper is still to come.
            return
        self._journal.paper(key, paper, state if paper is Paper.FAILED else "")
        self._board.set_paper(key, paper)
