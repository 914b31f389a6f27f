"""Times in whole minutes as mean, median, 90th percentile and longest; shares in tenths of a per cent.

All are worked out in whole numbers and rounded once, half up: computed again they have the same digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Spread:
    """How `count` times lie, in minutes; the figures are None without any."""

    count: int = 0
    mean: float | None = None
    """To a tenth."""
    median: float | None = None
    """The middle one; of an even number the mean of both in the middle."""
    ninetieth: int | None = None
    """The shortest time that nine of ten did not exceed."""
    longest: int | None = None


def spread_of(minutes: Mapping[int, int]) -> Spread:
    """The spread of times, given how often each came."""
    ordered = sorted(minutes)
    upto = list(accumulate(minutes[one] for one in ordered))
    count = upto[-1] if upto else 0
    if not count:
        return Spread()

    def at(rank: int) -> int:
        return next(one for one, most in zip(ordered, upto, strict=True) if most >= rank)

    return Spread(
        count=count,
        mean=tenths(sum(one * often for one, often in minutes.items()), count),
        median=(at((count + 1) // 2) + at(count // 2 + 1)) / 2,
        ninetieth=at(-(-9 * count // 10)),
        longest=ordered[-1],
    )


def tenths(total: int, count: int) -> float:
    """`total` by `count` (not 0, both not negative) to one decimal, half up."""
    return (20 * total + count) // (2 * count) / 10


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole` in per cent to one decimal; None of nothing."""
    return tenths(100 * part, whole) if whole else None


def per(total: int, count: int) -> float | None:
    """`total` by `count` to one decimal; None by nothing."""
    return tenths(total, count) if count else None
