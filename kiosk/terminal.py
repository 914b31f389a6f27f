"""The composition root: all parts of one terminal, put together from its settings."""

import asyncio
from dataclasses import dataclass

import httpx

from kiosk.board import Board
from kiosk.fonts import Fonts
from kiosk.issuing import Issuing
from kiosk.journal import Journal
from kiosk.link import Pace, ServerLink
from kiosk.pairing import TokenFile
from kiosk.print_queue import STATUS_EVERY, PrintQueue
from kiosk.printer.escpos_printer import open_printer
from kiosk.printer.port import Printer
from kiosk.server_client import ServerClient
from kiosk.settings import Settings, SettingsError
from kiosk.texts import load_texts
from kiosk.ticket_picture import TicketPicture
from kiosk.web import Web


@dataclass(frozen=True)
class Terminal:
    """One running terminal. ``web`` serves its screen."""

    client: ServerClient
    journal: Journal
    board: Board
    queue: PrintQueue
    issuing: Issuing
    link: ServerLink
    web: Web

    async def run(self) -> None:
        """All background work, until cancelled; raises :class:`SettingsError` when pairing is refused."""
        works = (self.link.run(), self.link.run_heartbeat(), self.queue.run(), self.issuing.run())
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.board.close()
            await self.client.close()
            self.journal.close()


def build_terminal(
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    pace: Pace | None = None,
    status_every: float = STATUS_EVERY,
) -> Terminal:
    """Put a terminal together; raises :class:`SettingsError` when its printer needs a missing package."""
    texts, board, pace = load_texts(), Board(), pace or Pace()
    client = ServerClient(settings.server_url, transport)
    journal = Journal(settings.var_dir / "journal.sqlite3")
    picture = TicketPicture(settings.profile.width, Fonts(settings.font, settings.bold_font), texts)
    queue = PrintQueue(journal, _printer(settings), picture.draw, board, status_every)
    issuing = Issuing(client, journal, board, queue.add, pace.tries)
    link = ServerLink(
        client=client,
        token_file=TokenFile(settings.var_dir / "device-token.json", settings.server_url),
        pairing_code=settings.pairing_code,
        board=board,
        unsent=lambda: len(journal.left_tickets()),
        pace=pace,
    )
    web = Web(board, issuing, queue, journal, texts)
    return Terminal(client, journal, board, queue, issuing, link, web)


def _printer(settings: Settings) -> Printer:
    try:
        return open_printer(settings.printer, settings.profile)
    except ValueError as error:
        raise SettingsError("KIOSK_PRINTER", str(error)) from error
