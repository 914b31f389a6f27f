"""How much one address may ask of the public doors, before anything is looked up for it. Pure of I/O.

Counted per address, an IPv6 line as one. Thousands of phones share an address of their network, so what
is asked for and found is limited very generously; what is asked for and is not there, as by somebody who
guesses links, much sooner.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MINUTE: Final = 60.0
MISSES: Final = 120
"""Answers like "no such ticket" within `MISS_SECONDS`."""
MISS_SECONDS: Final = 300.0
_REMEMBERED: Final = 20_000

_LOOKED_UP: Final = ("/t/", "/api/v1/tickets/", "/book/guest", "/book/code.png", "/book/calendar")
_PUBLIC: Final = (*_LOOKED_UP, "/board/", "/api/v1/boards/", "/api/v1/desks", "/book", "/staff/login")
_MISSED: Final = frozenset({401, 403, 404, 410, 422})


class Buckets:
    """Counts per address within windows of fixed length; the longest unused are forgotten first."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until this address may ask again; 0 when it may now."""
        begun, count = self._counts.get(address, (0.0, 0))
        left = begun + self._seconds - self._clock()
        return max(1, round(left)) if count >= self._most and left > 0 else 0

    def count(self, address: str) -> None:
        """Count one more."""
        now = self._clock()
        begun, count = self._counts.pop(address, (now, 0))
        self._counts[address] = (begun, count + 1) if now - begun < self._seconds else (now, 1)
        while len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)


class Rates:
    """The limits of one process. `per_minute` 0: only what is not there is counted."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._asked = Buckets(per_minute, MINUTE, clock) if per_minute else None
        self._missed = Buckets(MISSES, MISS_SECONDS, clock)

    def wait(self, path: str, address: str) -> int:
        """Seconds to wait before this may be asked, 0 for none; one that need not wait is counted."""
        if not path.startswith(_PUBLIC):
            return 0
        if path.startswith(_LOOKED_UP) and (left := self._missed.wait(address)):
            return left
        if self._asked is None:
            return 0
        if left := self._asked.wait(address):
            return left
        self._asked.count(address)
        return 0

    def answered(self, path: str, address: str, status: int) -> None:
        """Count an answer that shows somebody may be guessing."""
        if status in _MISSED and path.startswith(_LOOKED_UP):
            self._missed.count(address)
