"""The platform's clock: real time, and as far ahead of it as a trial wants."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

_TOKYO = timezone(timedelta(hours=9))


class Clock:
    """Seconds since 1970, UTC. `advance` moves it on for everything that counts time."""

    def __init__(self, read: Callable[[], float] = time.time) -> None:
        self._read = read
        self._ahead = 0.0

    def now(self) -> float:
        """UNIX time in seconds."""
        return self._read() + self._ahead

    def milliseconds(self) -> int:
        """UNIX time in milliseconds, as webhook events carry it."""
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once; raises ``ValueError`` on going back."""
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._ahead += seconds

    def back_to_real_time(self) -> None:
        """Forget every `advance`."""
        self._ahead = 0.0

    def month(self) -> str:
        """The current month in Japan, ``2026-11``: the quota counts by it."""
        return datetime.fromtimestamp(self.now(), _TOKYO).strftime("%Y-%m")
