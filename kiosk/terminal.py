"""The composition root: all parts of one terminal, put together from its settings."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from kiosk.board import Board
from kiosk.delivery import Delivery
from kiosk.fonts import Fonts
from kiosk.issuing import Issuing
from kiosk.journal import Journal
from kiosk.lease_book import LeaseBook
from kiosk.link import Pace, ServerLink
from kiosk.messages import TicketFace
from kiosk.offline import Offline
from kiosk.pairing import TokenFile
from kiosk.paper_log import PaperLog
from kiosk.print_queue import STATUS_EVERY, PrintQueue
from kiosk.printer.opening import open_printer
from kiosk.printer.port import Page, Printer
from kiosk.self_check import SelfCheck
from kiosk.server_client import ServerClient
from kiosk.server_time import Reading, ServerTime, read_machine
from kiosk.settings import Settings, SettingsError
from kiosk.staff_corner import StaffCorner
from kiosk.texts import load_texts
from kiosk.ticket_picture import TicketPicture
from kiosk.voiding import Voiding
from kiosk.web import Web


@dataclass(frozen=True)
class Terminal:
    """One running terminal. ``web`` serves its screen."""

    client: ServerClient
    journal: Journal
    papers: PaperLog
    board: Board
    queue: PrintQueue
    issuing: Issuing
    voiding: Voiding
    book: LeaseBook
    delivery: Delivery
    link: ServerLink
    corner: StaffCorner
    web: Web

    async def run(self) -> None:
        """All background work, until cancelled; raises :class:`SettingsError` when pairing is refused."""
        works = (
            self.link.run(),
            self.link.run_heartbeat(),
            self.queue.run(),
            self.issuing.run(),
            self.voiding.run(),
            self.delivery.run(),
            self.corner.check_at_start(),
        )
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
            self.papers.close()


def build_terminal(
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    pace: Pace | None = None,
    status_every: float = STATUS_EVERY,
    read_clock: Callable[[], Reading] = read_machine,
) -> Terminal:
    """Put a terminal together; raises :class:`SettingsError` when its printer needs a missing package."""
    texts, board, pace = load_texts(), Board(), pace or Pace()
    client = ServerClient(settings.server_url, transport, trust=settings.trust)
    # Ages are counted by the server's time: the machine's clock may jump by days once it is set.
    journal = Journal(settings.var_dir / "journal.sqlite3", lambda: time.now() or datetime.now(UTC))
    papers = PaperLog(settings.var_dir / "papers.sqlite3")
    fonts = Fonts(settings.font, settings.bold_font)
    profile = settings.profile
    picture = TicketPicture(profile.width, fonts, texts, dpi=profile.dpi, native_qr=settings.native_qr)

    def draw(face: TicketFace, may_exist: bool) -> Page:
        logo = board.config.ticket.logo if board.config else ""
        return picture.page(face, may_exist=may_exist, logo=logo)

    queue = PrintQueue(journal, papers, printer_of(settings), draw, board, status_every)
    book = LeaseBook(journal)
    book.bind(settings.server_url)
    time = ServerTime(book.contact(), read_clock)
    if (config := book.config()) is not None:
        board.restore(config)
    offline = Offline(book, time, board)
    issuing = Issuing(
        client, journal, board, offline, queue.add, pauses=pace.tries, lease_after=pace.lease_after
    )
    delivery = Delivery(
        client,
        book,
        offline,
        time,
        board,
        on_renumbered=queue.add_anew,
        every=pace.heartbeat,
        again=pace.retry_first,
    )
    link = ServerLink(
        client=client,
        token_file=token_of(settings),
        pairing_code=settings.pairing_code,
        board=board,
        unsent=lambda: len(journal.left_tickets()) + book.unsent(),
        pace=pace,
    )
    check = SelfCheck(settings, fonts, texts)
    voiding = Voiding(client, journal, board, queue.add)
    corner = StaffCorner(settings, check, board=board, queue=queue, book=book, voiding=voiding)
    web = Web(
        board,
        issuing,
        queue,
        journal,
        texts,
        corner.routes(),
        host=settings.host,
        scanner=settings.scanner,
    )
    return Terminal(
        client, journal, papers, board, queue, issuing, voiding, book, delivery, link, corner, web
    )


def token_of(settings: Settings) -> TokenFile:
    """Where the pairing with the settings' server is kept."""
    return TokenFile(settings.var_dir / "device-token.json", settings.server_url)


def printer_of(settings: Settings) -> Printer:
    """The printer that the settings name; raises :class:`SettingsError`."""
    try:
        return open_printer(settings.printer, settings.profile)
    except ValueError as error:
        raise SettingsError("KIOSK_PRINTER", str(error)) from error
