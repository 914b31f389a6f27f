"""What this process remembers of its own work, for who watches it: answers to LINE, runs of jobs."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

BOUNDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds; LINE waits for two, and the aim is half of one."""


class Runs(NamedTuple):
    """How a job did since the process began."""

    succeeded_at: datetime | None
    failures: int
    seconds: float
    """How long the last run took."""


@dataclass
class Pulse:
    """Counted by any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _webhook: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    _webhook_seconds: float = 0.0
    _jobs: dict[str, Runs] = field(default_factory=dict)

    def webhook_took(self, seconds: float) -> None:
        """One call of the webhook was answered."""
        with self._lock:
            self._webhook[bisect_left(BOUNDS, seconds)] += 1
            self._webhook_seconds += seconds

    def job_ran(self, name: str, now: datetime, seconds: float, *, well: bool) -> None:
        """One run of a job ended."""
        with self._lock:
            before = self._jobs.get(name, Runs(None, 0, 0.0))
            self._jobs[name] = Runs(
                now if well else before.succeeded_at, before.failures + (not well), seconds
            )

    def webhook(self) -> tuple[list[int], float]:
        """How many calls took up to each of `BOUNDS`, and all together at the end; their seconds in sum."""
        with self._lock:
            total, upto = 0, []
            for number in self._webhook:
                total += number
                upto.append(total)
            return upto, self._webhook_seconds

    def jobs(self) -> Mapping[str, Runs]:
        """Every job that ran here."""
        with self._lock:
            return dict(self._jobs)


PULSE: Final = Pulse()
"""This process's own."""
