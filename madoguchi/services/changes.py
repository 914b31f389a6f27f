"""What changed, told after commit to whoever shows or sends it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskChanged:
    """Something that the desk's board, dashboard or tickets show is different now."""

    desk_id: int


@dataclass(frozen=True, slots=True)
class OutboxFilled:
    """A message waits to be sent."""


@dataclass(frozen=True, slots=True)
class EventReceived:
    """A webhook event waits to be worked."""


Change = DeskChanged | OutboxFilled | EventReceived
Listener = Callable[[Change], None]


class ChangeBus:
    """Tells listeners of committed changes, in the committing thread; they must return at once."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Register `listener`; the returned function takes it off again."""
        with self._lock:
            self._listeners = [*self._listeners, listener]

        def stop() -> None:
            with self._lock:
                self._listeners = [one for one in self._listeners if one is not listener]

        return stop

    def publish(self, change: Change) -> None:
        """Tell every listener. One that fails is logged and harms nobody: the change is committed."""
        for listener in self._listeners:
            try:
                listener(change)
            except Exception:
                _log.exception("a listener failed on %s", change)
