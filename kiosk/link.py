"""The terminal's line to the server: pairs, asks what to show, tells how it is, comes back by itself."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk import VERSION
from kiosk.board import Board, Phase
from kiosk.pairing import TokenFile, pair
from kiosk.server_client import Refused, Revoked, ServerAway, ServerClient
from kiosk.settings import SettingsError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds. ``config`` between two questions while all is well; after failures ``retry_*``, doubling.

    ``tries``: between the tries of one touch. ``lease_after``: so long a touch waits for the server, when a
    number can be given without it.
    """

    config: float = 3.0
    retry_first: float = 0.5
    retry_last: float = 5.0
    heartbeat: float = 15.0
    tries: tuple[float, ...] = (0.3, 1.0)
    lease_after: float = 3.0


class ServerLink:
    """Keeps the board's phase and config true."""

    def __init__(
        self,
        *,
        client: ServerClient,
        token_file: TokenFile,
        pairing_code: str,
        board: Board,
        unsent: Callable[[], int],
        pace: Pace,
    ) -> None:
        self._client = client
        self._token_file = token_file
        self._pairing_code = pairing_code
        self._board = board
        self._unsent = unsent
        self._pace = pace
        self._code_spent = False

    async def run(self) -> None:
        """Work for ever; raises :class:`~kiosk.settings.SettingsError` when pairing is refused."""
        self._client.token = self._token_file.read()
        delay = 0.0
        while True:
            await asyncio.sleep(delay)
            if await self._once():
                delay = self._pace.config
            else:
                delay = min(max(delay * 2, self._pace.retry_first), self._pace.retry_last)

    async def run_heartbeat(self) -> None:
        """Tell the server how the terminal is: now and then, and when the printer or the backlog changed."""
        loop = asyncio.get_running_loop()
        told: tuple[str, int] | None = None
        due = 0.0
        while True:
            now = (self._board.printer.value, self._unsent())
            if self._board.phase is Phase.READY and (now != told or loop.time() >= due):
                told = now if await self._tell(*now) else None
                due = loop.time() + self._pace.heartbeat
            await self._board.changed(max(due - loop.time(), self._pace.retry_first))

    async def _once(self) -> bool:
        try:
            if not self._client.token:
                await self._pair()
            self._board.set_config(await self._client.config())
            return True
        except Revoked:
            await self._renew()
        except (ServerAway, Refused) as error:
            self._away(str(error))
        return False

    async def _pair(self) -> None:
        await pair(self._client, self._pairing_code, self._token_file)
        self._code_spent = True

    async def _renew(self) -> None:
        # The stored token may be of a server that was set up anew, or the terminal was: a code works once.
        if self._code_spent or not self._pairing_code:
            self._revoked()
            return
        try:
            await self._pair()
        except ServerAway as error:
            self._away(str(error))
        except SettingsError as refused:
            self._code_spent = True
            log.error("%s", refused)
            self._revoked()

    def _revoked(self) -> None:
        if self._board.phase is not Phase.REVOKED:
            log.error("the server no longer accepts this terminal; pair it again with a new code")
        self._board.set_phase(Phase.REVOKED)

    def _away(self, reason: str) -> None:
        if self._board.phase is Phase.READY:
            log.warning("server away: %s", reason)
        if self._board.phase is not Phase.STARTING or self._board.config is not None:
            self._board.set_phase(Phase.AWAY)

    async def _tell(self, printer: str, unsent: int) -> bool:
        try:
            await self._client.report(printer, VERSION, unsent, datetime.now(UTC))
        except (ServerAway, Refused, Revoked) as error:
            log.info("status not told: %s", type(error).__name__)
            return False
        return True
