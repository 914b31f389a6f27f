"""The expected waiting time, as an honest range in minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a desk moves: mean minutes a visit occupies a counter, and how many counters work."""

    minutes_per_visit: float
    counters: int


def learned_minutes(samples: Sequence[float], prior_minutes: float, prior_weight: int = 8) -> float:
    """Mean handling minutes of past visits, drawn towards the service's set minutes while samples are few.

    The top twentieth is left out: a visit nobody closed must not stretch everybody's estimate.
    """
    kept = sorted(samples)[: max(1, math.ceil(len(samples) * 0.95))] if samples else []
    return (prior_minutes * prior_weight + sum(kept)) / (prior_weight + len(kept))


def wait_range(ahead: int, pace: Pace) -> tuple[int, int]:
    """Low and high minutes until the turn of somebody with `ahead` people before.

    Visits vary about as much as they last, so the spread of a sum of `ahead` visits grows with its
    square root; the range is about the middle 80 %. Rounded outwards to whole minutes, to fives past ten.
    """
    counters = max(1, pace.counters)
    middle = ahead * pace.minutes_per_visit / counters
    residual = pace.minutes_per_visit / (counters + 1)
    spread = 1.28 * pace.minutes_per_visit * math.sqrt(ahead) / counters * 0.6
    low, high = max(0.0, middle - spread), middle + spread + residual
    return _rounded_down(low), _rounded_up(high)


def _rounded_down(minutes: float) -> int:
    return math.floor(minutes) if minutes < 10 else math.floor(minutes / 5) * 5


def _rounded_up(minutes: float) -> int:
    return math.ceil(minutes) if minutes <= 10 else math.ceil(minutes / 5) * 5
