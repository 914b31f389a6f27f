"""From a finger to a number: one touch, one ticket, however often it is asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from kiosk.board import Board, Phase
from kiosk.journal import Journal, Kind, Stage, Touch
from kiosk.messages import Ticket, TicketFace, face_of
from kiosk.offline import Offline
from kiosk.server_client import Refused, Revoked, ServerAway, ServerClient

log = logging.getLogger(__name__)

TIDY_EVERY = 3600.0


class Issuing:
    """Gets numbers from the server, else from the lease, and hands them on to be printed.

    ``on_issued`` gets the touch's key. Seconds: ``pauses`` between the tries of one touch; ``lease_after`` is
    how long it waits for the server when a number can be given without it.
    """

    def __init__(
        self,
        client: ServerClient,
        journal: Journal,
        board: Board,
        offline: Offline,
        on_issued: Callable[[str], None],
        pauses: Sequence[float],
        lease_after: float,
    ) -> None:
        self._client = client
        self._journal = journal
        self._board = board
        self._offline = offline
        self._on_issued = on_issued
        self._pauses = pauses
        self._lease_after = lease_after
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
                if not self._still_left(touch.key):
                    continue
                await self._client.void(ticket.id)
                log.info("voided %s: it reached nobody", ticket.number)
            except Refused as refused:
                log.info("a touch that reached nobody is closed: %s", refused)
            except (ServerAway, Revoked):
                return
            self._journal.forget_left(touch.key)

    def _still_left(self, key: str) -> bool:
        # Its screen may have asked once more: then it has a held number, which the server is told of.
        touch = self._journal.find(key)
        return touch is not None and touch.stage is Stage.LEFT

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
        face = await self._face(touch)
        self._on_issued(key)
        return face

    async def _face(self, touch: Touch) -> TicketFace:
        given_up = touch.kind is Kind.TICKET and touch.stage is Stage.LEFT
        if given_up or self._board.phase is not Phase.READY:
            face = self._from_lease(touch)
            if face is not None:
                return face
        if given_up:
            raise ServerAway("this touch was given up")
        return await self._from_server(touch)

    async def _from_server(self, touch: Touch) -> TicketFace:
        tries = _Tries()
        try:
            async with asyncio.timeout(self._patience(touch)):
                ticket = await self._persist(touch, tries)
        except Refused:
            self._journal.forget(touch.key)
            raise
        except Revoked:
            self._give_up(touch.key, tries)
            self._board.set_phase(Phase.REVOKED)
            raise
        except (ServerAway, TimeoutError) as error:
            self._board.set_phase(Phase.AWAY)
            # The server may have heard this touch: told the same key later, it takes its own number back.
            face = self._from_lease(touch)
            if face is None:
                self._give_up(touch.key, tries)
                raise error if isinstance(error, ServerAway) else ServerAway("too slow") from error
            return face
        face = face_of(ticket, touch.language, self._board.config)
        self._journal.issued(touch.key, face)
        return face

    def _from_lease(self, touch: Touch) -> TicketFace | None:
        return self._offline.give(touch) if touch.kind is Kind.TICKET else None

    def _patience(self, touch: Touch) -> float | None:
        held = touch.kind is Kind.TICKET and touch.wanted in self._offline.offers()
        return self._lease_after if held else None

    async def _persist(self, touch: Touch, tries: "_Tries") -> Ticket:
        for pause in (*self._pauses, None):
            tries.heard = True
            try:
                return await self._ask_server(touch)
            except ServerAway as error:
                tries.ended(error.unheard)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            except Revoked:
                tries.ended(True)
                raise
        raise AssertionError("the last try returns or raises")

    def _ask_server(self, touch: Touch) -> Awaitable[Ticket]:
        ask = self._client.check_in if touch.kind is Kind.CHECKIN else self._client.issue
        return ask(touch.key, touch.wanted, touch.language)

    def _give_up(self, key: str, tries: "_Tries") -> None:
        if tries.heard:
            self._journal.left(key)
        else:
            self._journal.forget(key)


class _Tries:
    """Whether any try of a touch may have reached the server; one that is under way may."""

    def __init__(self) -> None:
        self.heard = False
        self._before = False

    def ended(self, unheard: bool) -> None:
        """The try is over; ``unheard``: it certainly reached nobody."""
        self.heard = self._before = self._before or not unheard
