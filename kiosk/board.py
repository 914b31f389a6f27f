"""What the terminal knows right now, for whoever watches: the screen, the heartbeat, the printer's queue."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

from kiosk.journal import Paper
from kiosk.messages import Config
from kiosk.printer.health import UNKNOWN, PrinterHealth, PrinterState

_SHOWN_PAPERS = 20


class Phase(StrEnum):
    """``STARTING``: the server has not answered yet. ``AWAY``: it did, and does not now."""

    STARTING = "starting"
    READY = "ready"
    AWAY = "away"
    REVOKED = "revoked"


class Board:
    """One terminal's present state. Changes wake everyone who watches."""

    def __init__(self) -> None:
        self.phase = Phase.STARTING
        self.config: Config | None = None
        self.offers: tuple[str, ...] = ()
        self.printer_health = UNKNOWN
        self._papers: OrderedDict[str, Paper] = OrderedDict()
        self._changed = asyncio.Event()
        self._closed = False
        self._version = 0

    def set_phase(self, phase: Phase) -> None:
        """The connection with the server changed."""
        if phase is not self.phase:
            self.phase = phase
            self._wake()

    def set_config(self, config: Config) -> None:
        """Fresh words and counts from the server, which is therefore there."""
        self.config = config
        self.phase = Phase.READY
        self._wake()

    def restore(self, config: Config) -> None:
        """What the server said before the terminal was started anew; it need not be there now."""
        self.config = config

    def set_offers(self, services: tuple[str, ...]) -> None:
        """Codes of the services of which a number can be given without the server."""
        if services != self.offers:
            self.offers = services
            self._wake()

    @property
    def printer(self) -> PrinterState:
        """What matters most of the printer now."""
        return self.printer_health.state

    def set_printer(self, health: PrinterHealth) -> None:
        """The printer said something new of itself."""
        if health != self.printer_health:
            self.printer_health = health
            self._wake()

    def set_paper(self, key: str, paper: Paper) -> None:
        """The paper of the touch ``key`` has come so far."""
        self._papers[key] = paper
        while len(self._papers) > _SHOWN_PAPERS:
            self._papers.popitem(last=False)
        self._wake()

    def close(self) -> None:
        """Let all watchers go."""
        self._closed = True
        self._wake()

    def snapshot(self) -> dict[str, Any]:
        """All that the screen shows, as JSON values."""
        # What is for the paper only would be sent to the screen every few seconds.
        shown = self._shown_config()
        config = shown.model_dump(mode="json", exclude={"ticket"}) if shown else None
        return {
            "phase": self.phase,
            "offers": self.offers,
            "printer": self.printer,
            "printer_health": self.printer_health.as_json(),
            "papers": dict(self._papers),
            "config": config,
        }

    def _shown_config(self) -> Config | None:
        if self.config is None or self.phase is Phase.READY:
            return self.config
        # Nobody has counted who waits since the server went away.
        services = [
            service.model_copy(
                update={"open": service.code in self.offers, "waiting": 0, "estimated_wait_minutes": None}
            )
            for service in self.config.services
        ]
        return self.config.model_copy(update={"services": tuple(services)})

    async def changed(self, seconds: float) -> bool:
        """Wait for the next change, at most ``seconds``; whether there was one."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def watch(self, heartbeat: float) -> AsyncIterator[dict[str, Any] | None]:
        """The snapshot now and on every change; None after ``heartbeat`` seconds of quiet."""
        seen = -1
        while not self._closed:
            if self._version != seen:
                seen = self._version
                yield self.snapshot()
            elif not await self.changed(heartbeat):
                yield None

    def _wake(self) -> None:
        self._version += 1
        # Whoever waits holds the old event; whoever comes later waits for the next one.
        event, self._changed = self._changed, asyncio.Event()
        event.set()
