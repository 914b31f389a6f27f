"""When the server looks for garbage: between what people wait for, never in the middle of it.

A full collection looks at everything that is held, which with thousands of boards open stops everybody for
more than a tenth of a second, and left to itself Python begins one in the midst of a call. Here it is begun
when nothing urgent is under way, and what is still held afterwards is not looked at again (`gc.freeze`)
until the next night: each collection is then as short as what came since the last.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

SECONDS: Final = 1.0
"""Between two looks at whether a collection is due."""
MOST_SECONDS: Final = 30.0
"""A collection that is due is put off for so long at most, however busy the office is."""
NIGHT: Final = timedelta(hours=3)
"""Of the office's day, when everything is looked at once: what was held by day may be garbage by then."""
_NEVER: Final = 1_000_000


class Garbage:
    """Collects in place of the interpreter. Times are the office's own."""

    def __init__(self, now: datetime) -> None:
        self._day = _day(now)
        self._due_since: float | None = None
        _young, middle, self._old = gc.get_threshold()
        gc.set_threshold(_young, middle, _NEVER)

    def settle(self) -> None:
        """Collect now, and look at nothing that is still held until the next night."""
        gc.collect()
        gc.freeze()
        self._due_since = None

    def look(self, now: datetime, seconds: float, *, busy: bool) -> bool:
        """Collect if it is due and nobody waits; whether it did. `seconds` only grow, as of a stop watch."""
        if gc.get_count()[2] <= self._old:
            return False
        if self._due_since is None:
            self._due_since = seconds
        if busy and seconds - self._due_since < MOST_SECONDS:
            return False
        if _day(now) != self._day:
            self._day = _day(now)
            gc.unfreeze()
        self.settle()
        return True


async def tend(garbage: Garbage, now: Callable[[], datetime], busy: Callable[[], bool]) -> None:
    """Look after the process's garbage until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(SECONDS)
        garbage.look(now(), loop.time(), busy=busy())


def _day(now: datetime) -> date:
    return (now - NIGHT).date()
