"""Figures that may be some seconds old, remembered so that busy doors need not ask for them each time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """Values by key, each with the time until which it holds. For office figures only, never contacts."""

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[datetime, object]] = {}
        self._lock = threading.Lock()

    def recall(self, key: Hashable, now: datetime, hold_for: timedelta, work_out: Callable[[], T]) -> T:
        """The value of `key`, worked out anew when older than `hold_for` (or when the clock went back)."""
        found = self._values.get(key)
        if found is not None and found[0] - hold_for <= now < found[0]:
            return cast(T, found[1])
        value = work_out()
        with self._lock:
            self._values[key] = (now + hold_for, value)
        return value

    def last(self, key: Hashable, now: datetime, hold_for: timedelta, known_for: timedelta) -> Any:
        """The value of `key` that was held for `hold_for`, if it was worked out in the last `known_for`."""
        found = self._values.get(key)
        fresh = found is not None and found[0] - hold_for <= now < found[0] - hold_for + known_for
        return found[1] if found is not None and fresh else None

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
