"""Taking back a number whose paper never came out, so that here and at the server it ends alike."""

import asyncio
import logging
from collections.abc import Callable

from kiosk.board import Board, Phase
from kiosk.journal import Journal, Paper, Touch
from kiosk.server_client import Refused, Revoked, ServerAway, ServerClient

log = logging.getLogger(__name__)


class Voiding:
    """First written down here, then told: nothing is worse than the paper of a number that no longer counts.

    ``print_it``: gets the key of a touch whose number counts after all.
    """

    def __init__(
        self, client: ServerClient, journal: Journal, board: Board, print_it: Callable[[str], None]
    ) -> None:
        self._client = client
        self._journal = journal
        self._board = board
        self._print_it = print_it
        self._one_at_a_time = asyncio.Lock()

    async def take_back(self, touch: Touch) -> bool:
        """Void the touch's number; False when the server may have heard it and will be told again.

        Raises :class:`Refused`, :class:`Revoked`, :class:`ServerAway` when the number still counts; its paper
        is then still to come.
        """
        async with self._one_at_a_time:
            self._journal.paper(touch.key, Paper.VOIDING)
            try:
                await self._tell(touch)
            except ServerAway as away:
                if away.unheard:
                    self._print_it(touch.key)
                    raise
                return False
            except Revoked:
                self._print_it(touch.key)
                raise
            return True

    async def run(self) -> None:
        """Tell the server again whenever it is there: an answer may have been lost, or the power."""
        while True:
            if self._board.phase is Phase.READY and self._journal.being_voided():
                await self.settle()
            await self._board.changed(60.0)

    async def settle(self) -> None:
        """Tell it of every number that it may not know to be void."""
        async with self._one_at_a_time:
            for touch in self._journal.being_voided():
                try:
                    await self._tell(touch)
                except Refused as refused:
                    log.info("a number taken back counts after all: %s", refused)
                except (ServerAway, Revoked):
                    return

    async def _tell(self, touch: Touch) -> None:
        assert touch.face is not None
        try:
            await self._client.void(touch.face.ticket.id)
        except Refused:
            self._print_it(touch.key)
            raise
        self._journal.paper(touch.key, Paper.VOIDED)
        self._board.set_paper(touch.key, Paper.VOIDED)
        log.info("voided %s: its paper never came out", touch.face.ticket.number)
