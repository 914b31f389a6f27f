"""From a finger to a number: one touch, one ticket, however often it is asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from kiosk.board import Board, Phase
from kiosk.journal import Journal, Kind, Stage, Touch
from kiosk.messages import Ticket, TicketFace, face_of
from kiosk.server_client import Refused, Revoked, ServerAway, ServerClient

log = logging.getLogger(__name__)

TIDY_EVERY = 3600.0


class Issuing:
    """Gets numbers from the server and hands them on to be printed (``on_issued`` with the touch's key).

    ``pauses``: seconds between the tries of one touch.
    """

    def __init__(
        self,
        client: ServerClient,
        journal: Journal,
        board: Board,
        on_issued: Callable[[str], None],
        pauses: Sequence[float],
    ) -> None:
        self._client = client
        self._journal = journal
        self._board = board
        self._on_issued = on_issued
        self._pauses = pauses
        self._running: dict[str, asyncio.Task[TicketFace]] = {}

    async def take(self, key: str, service: str, language: str) -> TicketFace:
        """Today's number for ``service``. Raises :class:`Refused`, :class:`ServerAway`, :class:`Revoked`."""
        return await self._once(key, Kind.TICKET, service, language)

    async def check_in(self, key: str, code: str, language: str) -> TicketFace:
        """The number for the reservation ``code``; an unanswered earlier try is taken up again."""
        earlier = self._journal.open_checkin(code)
        return await self._once(earlier.key if earlier else key, Kind.CHECKIN, code, language)

    async def settle(self) -> None:
        """Void what the server may have issued after the citizen was told that it could not."""
        for touch in self._journal.left_tickets():
            try:
                ticket = await self._client.issue(touch.key, touch.wanted, touch.language)
                await self._client.void(ticket.id)
                log.info("voided %s: it reached nobody", ticket.number)
            except Refused as refused:
                log.info("a touch that reached nobody is closed: %s", refused)
            except (ServerAway, Revoked):
                return
            self._journal.forget(touch.key)

    async def run(self) -> None:
        """Settle whatever is left whenever the server is there, and drop what is old."""
        self._journal.give_up_asked()
        loop = asyncio.get_running_loop()
        tidied = 0.0
        while True:
            if not tidied or loop.time() - tidied > TIDY_EVERY:
                self._journal.tidy()
                tidied = loop.time()
            if self._board.phase is Phase.READY:
                await self.settle()
            await self._board.changed(60.0)

    async def _once(self, key: str, kind: Kind, wanted: str, language: str) -> TicketFace:
        # The task outlives a screen that went away in the middle, so that a number given is also printed.
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._work(key, kind, wanted, language))
            self._running[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: str, task: asyncio.Task[TicketFace]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            # Looked at here too: the screen that asked may be gone, and nobody else would.
            task.exception()

    async def _work(self, key: str, kind: Kind, wanted: str, language: str) -> TicketFace:
        touch = self._journal.ask(key, kind, wanted, language)
        if touch.face is not None:
            return touch.face
        if touch.kind is Kind.TICKET and touch.stage is Stage.LEFT:
            raise ServerAway("this touch was given up")
        try:
            ticket = await self._persist(touch)
        except Refused:
            self._journal.forget(key)
            raise
        face = face_of(ticket, language, self._board.config)
        self._journal.issued(key, face)
        self._on_issued(key)
        return face

    async def _persist(self, touch: Touch) -> Ticket:
        unheard = True
        for pause in (*self._pauses, None):
            try:
                return await self._ask_server(touch)
            except (ServerAway, Revoked) as error:
                unheard = unheard and (isinstance(error, Revoked) or error.unheard)
                if pause is None or isinstance(error, Revoked):
                    self._give_up(touch.key, unheard, error)
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _ask_server(self, touch: Touch) -> Awaitable[Ticket]:
        ask = self._client.check_in if touch.kind is Kind.CHECKIN else self._client.issue
        return ask(touch.key, touch.wanted, touch.language)

    def _give_up(self, key: str, unheard: bool, error: Exception) -> None:
        if unheard:
            self._journal.forget(key)
        else:
            self._journal.left(key)
        self._board.set_phase(Phase.REVOKED if isinstance(error, Revoked) else Phase.AWAY)
