"""枠の計画: a weekly pattern of places, and days that differ from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from .errors import Refusal

MOST_PLACES: Final = 200
MOST_BANDS: Final = 100
_DAY_MINUTES: Final = 24 * 60
Places = Mapping[time, int]
"""Capacity by local start time."""


class ExceptionKind(StrEnum):
    """How a day differs from the pattern."""

    CLOSED = "closed"
    SPECIAL = "special"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Places on a weekday (Monday 0): every `every` minutes from `starts`, the last before `ends`."""

    weekday: int
    starts: time
    ends: time
    every: int
    capacity: int

    def times(self) -> Sequence[time]:
        """The start times of its places."""
        return [_time(at) for at in range(_minutes(self.starts), _minutes(self.ends), self.every)]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A week's bands, in force from `effective_from` on."""

    effective_from: date
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day's own rule: closed, its own bands, or another capacity at the pattern's times."""

    kind: ExceptionKind
    capacity: int | None = None
    bands: tuple[Band, ...] = ()


def in_force(patterns: Iterable[Pattern], day: date) -> Pattern | None:
    """The newest pattern that has begun by `day`."""
    begun = [pattern for pattern in patterns if pattern.effective_from <= day]
    return max(begun, key=lambda pattern: pattern.effective_from, default=None)


def places_on(
    day: date, patterns: Iterable[Pattern], exceptional: Exceptional | None, closed: bool
) -> Places:
    """The day's places. `closed` says that it is a holiday or the year's end, which a special opening
    overrules and another capacity does not."""
    if exceptional is not None and exceptional.kind is ExceptionKind.SPECIAL:
        return _laid_out(exceptional.bands)
    if closed or (exceptional is not None and exceptional.kind is ExceptionKind.CLOSED):
        return {}
    pattern = in_force(patterns, day)
    bands = [band for band in pattern.bands if band.weekday == day.weekday()] if pattern else []
    places = _laid_out(bands)
    if exceptional is not None and exceptional.capacity is not None:
        return dict.fromkeys(places, exceptional.capacity)
    return places


def checked(bands: Iterable[Band]) -> tuple[Band, ...]:
    """The bands in order. Raises `Refusal`: plan_too_long, plan_band(weekday), plan_overlap(weekday)."""
    ordered = tuple(sorted(bands))
    if len(ordered) > MOST_BANDS:
        raise Refusal("plan_too_long", most=MOST_BANDS)
    for band in ordered:
        if not _sound(band):
            raise Refusal("plan_band", weekday=band.weekday, starts=f"{band.starts:%H:%M}")
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.starts < one.ends:
            raise Refusal("plan_overlap", weekday=one.weekday, starts=f"{other.starts:%H:%M}")
    return ordered


def bands_as_json(bands: Iterable[Band]) -> list[dict[str, Any]]:
    """The bands as a database or a file keeps them."""
    return [
        {
            "weekday": band.weekday,
            "starts": f"{band.starts:%H:%M}",
            "ends": f"{band.ends:%H:%M}",
            "every": band.every,
            "capacity": band.capacity,
        }
        for band in sorted(bands)
    ]


def bands_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """What `bands_as_json` wrote. Raises `Refusal("plan_unreadable")` for anything else."""
    try:
        found = [
            Band(
                int(row["weekday"]),
                time.fromisoformat(str(row["starts"])),
                time.fromisoformat(str(row["ends"])),
                int(row["every"]),
                int(row["capacity"]),
            )
            for row in rows
        ]
    except (KeyError, TypeError, ValueError):
        raise Refusal("plan_unreadable") from None
    return checked(found)


def _sound(band: Band) -> bool:
    return (
        0 <= band.weekday <= 6
        and band.starts < band.ends
        and 5 <= band.every <= 240
        and 0 <= band.capacity <= MOST_PLACES
    )


def _laid_out(bands: Iterable[Band]) -> dict[time, int]:
    return {at: band.capacity for band in sorted(bands) for at in band.times()}


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(*divmod(min(minutes, _DAY_MINUTES - 1), 60))
