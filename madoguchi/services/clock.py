"""The one clock. Everything that needs the time is given one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it is put: for tests and for ``jobs run NAME --now``."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The time it was put to."""
        return self._now

    def put(self, now: datetime) -> None:
        """Set the time."""
        self._now = now.astimezone(UTC)

    def advance(self, **by: float) -> None:
        """Go on by ``minutes=5`` and the like."""
        self._now += timedelta(**by)
