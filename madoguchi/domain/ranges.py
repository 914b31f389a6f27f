"""Waiting times as ranges: what is simulated, what is shown, and what lies beyond the simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Range:
    """Minutes until somebody is called: below `low` in one case of ten, above `high` in one of ten."""

    low: float
    middle: float
    """In half of the cases it takes longer."""
    high: float

    @property
    def shown(self) -> tuple[int, int]:
        """As people read it: whole minutes up to ten, fives above, half hours from an hour and a half on."""
        low, high = rounded(self.low), rounded(self.high)
        if low < high:
            return low, high
        step = _step(self.high)
        # The middle decides on which side the range is opened.
        if low >= step and self.middle < low:
            return low - step, low
        return low, low + step

    def stretched(self, below: float, above: float) -> Range:
        """The range with its two sides made longer or shorter by these factors."""
        return Range(
            max(0.0, self.middle - (self.middle - self.low) * below),
            self.middle,
            self.middle + (self.high - self.middle) * above,
        )


def range_of(minutes: Sequence[float]) -> Range:
    """The range of simulated waits, of which there is at least one."""
    ranked = sorted(minutes)
    return Range(_at(ranked, LOW), _at(ranked, 0.5), _at(ranked, HIGH))


def rounded(minutes: float) -> int:
    """To the nearest minute that is shown."""
    step = _step(minutes)
    return math.floor(minutes / step + 0.5) * step


def _step(minutes: float) -> int:
    if minutes < 10.5:
        return 1
    return 5 if minutes < 92.5 else 30


def _at(ranked: Sequence[float], share: float) -> float:
    place = share * (len(ranked) - 1)
    before = int(place)
    after = min(before + 1, len(ranked) - 1)
    return ranked[before] + (ranked[after] - ranked[before]) * (place - before)


@dataclass(frozen=True, slots=True)
class Curve:
    """The range by how many are before; beyond the last it goes on at the pace of those before it."""

    points: Sequence[Range]
    """Of 0, 1, 2 ... before; at least one."""

    def at(self, ahead: int) -> Range:
        """The range of somebody with `ahead` people before. More of them never give a shorter one."""
        last = len(self.points) - 1
        if ahead <= last:
            return self.points[max(0, ahead)]
        end, begin = self.points[last], self.points[last // 2]
        steps = last - last // 2
        pace = (end.middle - begin.middle) / steps if steps else max(1.0, end.middle)
        wider = math.sqrt((ahead + 1) / (last + 1))
        middle = end.middle + (ahead - last) * pace
        return Range(
            max(end.low, middle - (end.middle - end.low) * wider),
            middle,
            middle + (end.high - end.middle) * wider,
        )


def rising(points: Sequence[Range]) -> Curve:
    """The curve through `points`, none of which is below the one before."""
    found: list[Range] = []
    for one in points:
        before = found[-1] if found else one
        found.append(
            Range(max(one.low, before.low), max(one.middle, before.middle), max(one.high, before.high))
        )
    return Curve(tuple(found))
