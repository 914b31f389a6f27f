"""Waiting times that were promised, what became of them, and what that teaches about the next ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from statistics import fmean
from typing import Any, Final

GAIN: Final = 12.0
"""How strongly a side of the range that fails too often is stretched: six left one more miss in fifty."""
HALF_LIFE: Final = 120.0
"""A promise that lies so many promises back counts half."""
PRIOR_PROMISES: Final = 30.0
"""As long as few are known, as if so many had failed as often as they should."""
MISSES: Final = 0.1
"""Share that may be called before a range begins, and as many after it ends."""
NARROWEST, WIDEST = 0.5, 2.5


@dataclass(frozen=True, slots=True)
class Promise:
    """A range that was told with a number, and the minutes that it really took."""

    low: int
    high: int
    ahead: int
    counters: int
    waited: float
    set_minutes: float
    """What staff set for a visit of its service: the fixed minutes of a plain formula."""
    hour: int = 0
    """Of the local day, when it was told."""

    @property
    def minutes(self) -> int:
        """The wait as people count it."""
        return math.floor(self.waited + 0.5)

    @property
    def kept(self) -> bool:
        """Whether the call came within the range."""
        return self.low <= self.minutes <= self.high

    @property
    def error(self) -> float:
        """Minutes between the middle of the range and the wait."""
        return abs((self.low + self.high) / 2 - self.waited)

    @property
    def plain_error(self) -> float:
        """The same of the usual formula: fixed minutes times people before, by counters."""
        return abs(self.set_minutes * self.ahead / max(1, self.counters) - self.waited)


def promise_of(row: Sequence[Any], zone: tzinfo) -> Promise:
    """A row as `store.forecasts.promises` gives it; hours are those of the office's zone."""
    low, high, ahead, counters, issued_at, first_called_at, set_minutes, _service, _day = row
    return Promise(
        low=low,
        high=high,
        ahead=ahead or 0,
        counters=counters or 0,
        waited=max(0.0, (first_called_at - issued_at).total_seconds() / 60),
        set_minutes=set_minutes,
        hour=issued_at.astimezone(zone).hour,
    )


@dataclass(frozen=True, slots=True)
class Quality:
    """How good promises were; errors in minutes, zero without promises."""

    promises: int
    kept: int
    error: float
    plain_error: float

    @property
    def coverage(self) -> float:
        """Share of the promises that were kept."""
        return self.kept / self.promises if self.promises else 0.0


def quality_of(promises: Sequence[Promise]) -> Quality:
    """The figures of these promises."""
    if not promises:
        return Quality(0, 0, 0.0, 0.0)
    return Quality(
        promises=len(promises),
        kept=sum(one.kept for one in promises),
        error=fmean(one.error for one in promises),
        plain_error=fmean(one.plain_error for one in promises),
    )


def stretch_of(promises: Iterable[Promise]) -> tuple[float, float]:
    """Factors for both sides of the next ranges, from these promises, the newest first.

    A side that failed more often than one time in ten becomes longer, one that failed less, shorter: the
    share of kept promises comes near four fifths whatever the simulation does not know.
    """
    below = above = PRIOR_PROMISES * MISSES
    total_below = total_above = PRIOR_PROMISES
    for place, one in enumerate(promises):
        weight = 0.5 ** (place / HALF_LIFE)
        total_above += weight
        above += weight * (one.minutes > one.high)
        if one.low > 0:
            # Nobody can be called before a range that begins now; it says nothing about this side.
            total_below += weight
            below += weight * (one.minutes < one.low)
    return _factor(below / total_below), _factor(above / total_above)


def _factor(misses: float) -> float:
    return min(WIDEST, max(NARROWEST, math.exp(GAIN * (misses - MISSES))))
