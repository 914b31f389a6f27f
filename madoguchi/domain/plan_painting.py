"""Painting a week's bands: a stretch of some weekdays gets places, or loses those it had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time

from .slot_plans import Band, checked

_LAST = time(23, 59)


@dataclass(frozen=True, slots=True)
class Brush:
    """`capacity` places every `every` minutes; capacity 0 takes the stretch's places away."""

    every: int
    capacity: int


def painted(
    bands: Iterable[Band], weekdays: Iterable[int], starts: time, ends: time, brush: Brush
) -> tuple[Band, ...]:
    """The week with `starts` to `ends` of the `weekdays` painted; what lay beneath keeps its other times.

    Raises what `slot_plans.checked` does.
    """
    chosen = set(weekdays)
    rest = [
        part for band in bands for part in (_cut(band, starts, ends) if band.weekday in chosen else [band])
    ]
    new = [Band(weekday, starts, ends, brush.every, brush.capacity) for weekday in chosen]
    # A stretch that ends before it starts is refused by the check, whatever the brush.
    checked(new)
    return joined(checked([*rest, *(new if brush.capacity else [])]))


def joined(bands: Iterable[Band]) -> tuple[Band, ...]:
    """The bands with those made one that follow each other without a gap in the same rhythm."""
    found: list[Band] = []
    for band in sorted(bands):
        last = found[-1] if found else None
        if last is not None and _continues(last, band):
            found[-1] = replace(last, ends=band.ends)
        else:
            found.append(band)
    return tuple(found)


def copied_weekday(bands: Iterable[Band], source: int, targets: Iterable[int]) -> tuple[Band, ...]:
    """The week in which the weekdays `targets` have what `source` has."""
    week, to = list(bands), set(targets) - {source}
    kept = [band for band in week if band.weekday not in to]
    return checked(
        [*kept, *(replace(band, weekday=day) for band in week if band.weekday == source for day in to)]
    )


def _cut(band: Band, starts: time, ends: time) -> list[Band]:
    """What is left of `band` outside of the stretch; its times stay where they were."""
    if band.ends <= starts or ends <= band.starts:
        return [band]
    parts = []
    if band.starts < starts:
        parts.append(replace(band, ends=starts))
    after = [at for at in band.times() if at >= ends]
    if after:
        parts.append(replace(band, starts=after[0]))
    return parts


def _continues(last: Band, band: Band) -> bool:
    same = (last.weekday, last.every, last.capacity, last.ends) == (
        band.weekday,
        band.every,
        band.capacity,
        band.starts,
    )
    length = _minutes(last.ends) - _minutes(last.starts)
    return same and (length % last.every == 0) and last.ends < _LAST


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
