"""What staff can do at the terminal itself, by ``python -m kiosk``: try, reprint, void, look."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.board import Board, Phase
from kiosk.journal import Paper, Touch
from kiosk.lease_book import LeaseBook
from kiosk.print_queue import PrintQueue
from kiosk.printer.port import Page, PrintFailed
from kiosk.self_check import Finding, Mark, SelfCheck
from kiosk.server_client import Refused, Revoked, ServerAway
from kiosk.settings import Settings
from kiosk.threads import in_thread
from kiosk.ticket_picture import JAPAN
from kiosk.trial_page import draw_trial_page
from kiosk.voiding import Voiding

log = logging.getLogger(__name__)

_SERVER_WORDS = {
    Phase.STARTING: (Mark.BAD, "まだ返事がありません"),
    Phase.READY: (Mark.GOOD, "つながっています"),
    Phase.AWAY: (Mark.BAD, "つながりません"),
    Phase.REVOKED: (Mark.BAD, "この端末の登録がありません。新しい番号で登録し直してください"),
}


class StaffCorner:
    """The handlers. The touch screen leads to none of them."""

    def __init__(
        self,
        settings: Settings,
        check: SelfCheck,
        *,
        board: Board,
        queue: PrintQueue,
        book: LeaseBook,
        voiding: Voiding,
    ) -> None:
        self._settings = settings
        self._check = check
        self._board = board
        self._queue = queue
        self._book = book
        self._voiding = voiding

    def routes(self) -> list[Route]:
        """Under ``/api/staff``."""
        return [
            Route("/api/staff/check", self.check),
            Route("/api/staff/test-page", self.try_printer, methods=["POST"]),
            Route("/api/staff/reprint-last", self.reprint_last, methods=["POST"]),
            Route("/api/staff/unprinted", self.unprinted),
            Route("/api/staff/unprinted/{number}/void", self.void, methods=["POST"]),
        ]

    async def check_at_start(self) -> None:
        """Look once, and log what is wrong; the drawn page also warms up what the first ticket needs."""
        await in_thread(self._draw_trial_page)
        for finding in await in_thread(partial(self._check.findings, await self._queue.health())):
            if finding.mark is not Mark.GOOD:
                log.warning("%s: %s", finding.name, finding.said)

    async def check(self, _request: Request) -> Response:
        """Everything that was looked at: ``[{"name", "mark", "said"}]``."""
        findings = await in_thread(partial(self._check.findings, await self._queue.health()))
        return JSONResponse(
            [found.as_json() for found in [*findings, self._server(), self._held(), self._owed()]]
        )

    async def try_printer(self, _request: Request) -> Response:
        """Print the test page; 503 with the printer's state when it does not come out."""
        try:
            health = await self._queue.print_page(await in_thread(self._draw_trial_page))
        except PrintFailed as failed:
            return JSONResponse(failed.health.as_json(), status_code=503)
        return JSONResponse(health.as_json())

    async def reprint_last(self, _request: Request) -> Response:
        """Print the newest number once more."""
        return Response(status_code=202 if self._queue.reprint_last() else 404)

    async def unprinted(self, _request: Request) -> Response:
        """Numbers whose paper is still to come: ``[{"number", "issued_at"}]``."""
        return JSONResponse([_shown(touch) for touch in self._queue.owed()])

    async def void(self, request: Request) -> Response:
        """Take back a number whose paper never came out: 204, or 202 while the server has not confirmed it.

        404 for any other number, 409 when the server keeps it, 503 when it is not there.
        """
        touch = _numbered(self._queue.owed(), request.path_params["number"])
        if touch is None or touch.face is None or touch.paper is Paper.PRINTING:
            return Response(status_code=404)
        if not touch.face.ticket.id:
            # Given without the server, which alone can take it back once it has heard of it.
            return Response(status_code=409)
        try:
            known = await self._voiding.take_back(touch)
        except (ServerAway, Revoked, Refused) as error:
            return Response(status_code=409 if isinstance(error, Refused) else 503)
        return Response(status_code=204 if known else 202)

    def _draw_trial_page(self) -> Page:
        return draw_trial_page(self._settings, self._check.fonts, self._check.texts, datetime.now(JAPAN))

    def _server(self) -> Finding:
        return Finding("サーバー", *_SERVER_WORDS[self._board.phase])

    def _held(self) -> Finding:
        """What can be given without the server, and what was given and could not be booked as printed."""
        refused, leases = self._book.refused(), self._book.leases()
        left = [one for one in leases if one.numbers]
        if refused:
            said = f"サーバーに登録できなかった番号: {'、'.join(refused)}（窓口で確かめてください）"
            return Finding("通信なしの番号", Mark.BAD, said)
        if not left:
            # None at all: the server does not want any held.
            return Finding("通信なしの番号", Mark.ASK if leases else Mark.GOOD, "預かっていません")
        held = "、".join(f"{one.numbers[0].number}から{len(one.numbers)}件" for one in left)
        told = f"。未送信 {unsent}件" if (unsent := self._book.unsent()) else ""
        return Finding("通信なしの番号", Mark.GOOD, held + told)

    def _owed(self) -> Finding:
        numbers = [touch.face.ticket.number for touch in self._queue.owed() if touch.face]
        said = f"まだ印刷していない番号: {'、'.join(numbers)}" if numbers else "残っていません"
        return Finding("印刷待ち", Mark.BAD if numbers else Mark.GOOD, said)


def _numbered(touches: Sequence[Touch], number: str) -> Touch | None:
    return next((touch for touch in touches if touch.face and touch.face.ticket.number == number), None)


def _shown(touch: Touch) -> dict[str, str]:
    assert touch.face is not None
    return {"number": touch.face.ticket.number, "issued_at": touch.face.ticket.issued_at.isoformat()}
