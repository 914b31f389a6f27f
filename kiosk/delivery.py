"""Tells the server what was given without it, in order and once each, and fills the lease up again."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from kiosk.board import Board, Phase
from kiosk.journal import Touch
from kiosk.lease_book import Given, LeaseBook
from kiosk.messages import Config, SyncAnswer
from kiosk.offline import Offline
from kiosk.server_client import Refused, Revoked, ServerAway, ServerClient
from kiosk.server_time import Contact, ServerTime

log = logging.getLogger(__name__)

AT_ONCE = 40
_LOOK_EVERY = 5.0
# Within one run of the machine the stored contact stays good; a write now and then is for the next run.
_REMEMBER_EVERY = 600.0


class Delivery:
    """``every``: seconds between two visits while there is nothing to tell; ``again`` after a failure.

    ``on_renumbered``: told of a touch whose paper must be printed with another number.
    """

    def __init__(
        self,
        client: ServerClient,
        book: LeaseBook,
        offline: Offline,
        time: ServerTime,
        board: Board,
        *,
        on_renumbered: Callable[[Touch], None],
        every: float,
        again: float,
    ) -> None:
        self._client = client
        self._book = book
        self._offline = offline
        self._time = time
        self._board = board
        self._on_renumbered = on_renumbered
        self._every = every
        self._again = again
        self._stored: Contact | None = book.contact()
        self._config: Config | None = None

    async def run(self) -> None:
        """Work for ever."""
        loop = asyncio.get_running_loop()
        due = tell_at = 0.0
        while True:
            now = loop.time()
            if self._board.phase is Phase.READY and now >= tell_at and (now >= due or self._book.unsent()):
                done = await self.once()
                due, tell_at = loop.time() + self._every, loop.time() + (0.0 if done else self._again)
            self._board.set_offers(self._offline.offers())
            waits = self._again if self._book.unsent() else min(self._every, _LOOK_EVERY)
            await self._board.changed(waits)

    async def once(self) -> bool:
        """One visit; whether the server took all that it was told."""
        try:
            if not self._time.in_touch:
                # What it was told could not be set right without its own time.
                self._heard(await self._visit([]))
            return await self._deliver()
        except Refused as refused:
            log.log(logging.ERROR if self._book.unsent() else logging.DEBUG, "not told: %s", refused)
        except (ServerAway, Revoked) as error:
            log.info("not told: %s", type(error).__name__)
        return False

    async def _deliver(self) -> bool:
        given = self._book.undelivered(AT_ONCE)
        try:
            self._heard(await self._visit(given))
        except Refused:
            if len(given) < 2:
                raise
            # One that the server cannot read must not keep the others back.
            return all([await self._deliver_alone(one) for one in given])
        return True

    async def _deliver_alone(self, one: Given) -> bool:
        try:
            self._heard(await self._visit([one]))
        except Refused as refused:
            log.error("%s not told: %s", one.number, refused)
            return False
        return True

    async def _visit(self, given: Sequence[Given]) -> SyncAnswer:
        clock = self._time.now() or datetime.now(UTC)
        return await self._client.sync(clock, [self._as_told(one, clock) for one in given])

    def _as_told(self, one: Given, clock: datetime) -> dict[str, str]:
        # How long ago is known better than what the clock said then.
        ago: timedelta | None = self._time.since(one.boot, one.since_boot)
        issued_at = one.issued_at if ago is None else clock - ago
        return {
            "key": one.key,
            "service": one.service,
            "service_day": one.service_day,
            "number": one.number,
            "token": one.token,
            "claim_code": one.claim_code,
            "issued_at": issued_at.isoformat(),
            "language": one.language,
        }

    def _heard(self, answer: SyncAnswer) -> None:
        contact = self._time.heard(answer.server_time)
        for touch in self._book.told(answer.results) if answer.results else ():
            self._on_renumbered(touch)
        for outcome in answer.results:
            if outcome.result in {"renumbered", "refused"}:
                log.error("%s could not be booked as printed: %s", outcome.number, outcome.reason)
        self._book.keep(answer.leases)
        self._remember(contact)

    def _remember(self, contact: Contact) -> None:
        stored = self._stored
        if (
            stored is None
            or stored.boot != contact.boot
            or contact.since_boot - stored.since_boot > _REMEMBER_EVERY
        ):
            self._book.remember_contact(contact)
            self._book.tidy(contact.server_time)
            self._stored = contact
        config = self._board.config
        if config is not None and (self._config is None or _lasting(config) != _lasting(self._config)):
            self._book.remember_config(config)
            self._config = config


def _lasting(config: Config) -> Config:
    """The config without what changes all the time."""
    still = [one.model_copy(update={"waiting": 0, "estimated_wait_minutes": None}) for one in config.services]
    epoch = datetime.fromtimestamp(0, UTC)
    return config.model_copy(update={"services": tuple(still), "server_time": epoch})
