"""Since when this process has watched over something without a gap."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

GAP: Final = timedelta(minutes=1)
"""Nobody looked for longer than this: what happened meanwhile is not known."""


class Watch:
    """Looks in a row. A server that was down, or a machine that slept, begins anew."""

    def __init__(self) -> None:
        self._looks: tuple[datetime, datetime] | None = None
        self._lock = threading.Lock()

    def look(self, now: datetime) -> None:
        """Somebody looks at this moment."""
        with self._lock:
            self._looks = (self._unbroken(now) or now, now)

    def since(self, now: datetime) -> datetime | None:
        """When the row of looks began that goes on until now; None when nobody looks."""
        with self._lock:
            return self._unbroken(now)

    def _unbroken(self, now: datetime) -> datetime | None:
        if self._looks is None:
            return None
        first, last = self._looks
        return first if last <= now <= last + GAP else None
