"""Figures that may be some seconds old, remembered so that busy doors need not ask for them each time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar, cast

T = TypeVar("T")
PATIENCE: Final = 1.0
"""Seconds that a thread waits for another's figure before it works out its own.

Longer than any takes. Who works it out may itself wait for a lock of the database that the waiting one
holds; so nobody waits for ever.
"""


class _Value(NamedTuple):
    until: datetime
    value: object

    def holds(self, now: datetime, hold_for: timedelta) -> bool:
        return self.until - hold_for <= now < self.until


class Memo:
    """Values by key, each with the time until which it holds. For office figures only, never contacts."""

    def __init__(self) -> None:
        self._values: dict[Hashable, _Value] = {}
        self._working: dict[Hashable, threading.Event] = {}
        self._lock = threading.Lock()

    def recall(self, key: Hashable, now: datetime, hold_for: timedelta, work_out: Callable[[], T]) -> T:
        """The value of `key`, worked out anew when older than `hold_for` (or when the clock went back).

        Of several threads one works it out. The others take the old value if it has been over for no
        longer than `hold_for`; else they wait for the new one.
        """
        found = self._values.get(key)
        if found is not None and found.holds(now, hold_for):
            return cast(T, found.value)
        with self._lock:
            other = self._working.get(key)
            if other is None:
                mine = self._working[key] = threading.Event()
        if other is None:
            try:
                return self._anew(key, now, hold_for, work_out)
            finally:
                with self._lock:
                    del self._working[key]
                mine.set()
        if found is not None and found.holds(now - hold_for, hold_for):
            return cast(T, found.value)
        other.wait(PATIENCE)
        found = self._values.get(key)
        if found is not None and found.holds(now, hold_for):
            return cast(T, found.value)
        return self._anew(key, now, hold_for, work_out)

    def last(self, key: Hashable, now: datetime, hold_for: timedelta, known_for: timedelta) -> Any:
        """The value of `key` that was held for `hold_for`, if it was worked out in the last `known_for`."""
        found = self._values.get(key)
        if found is None:
            return None
        worked_out_at = found.until - hold_for
        return found.value if worked_out_at <= now < worked_out_at + known_for else None

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()

    def _anew(self, key: Hashable, now: datetime, hold_for: timedelta, work_out: Callable[[], T]) -> T:
        value = work_out()
        with self._lock:
            self._values[key] = _Value(now + hold_for, value)
        return value
