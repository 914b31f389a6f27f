"""枠の計画: a weekly pattern of places, and days that differ from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from .errors import Refusal
from .workdays import is_year_end

MOST_PLACES: Final = 200
LEAST_EVERY, MOST_EVERY = 5, 240
"""Minutes from one time of a band to its next."""
MOST_BANDS: Final = 100
MOST_DAYS: Final = 400
"""Days that one change may touch by name."""
LONGEST_NOTE: Final = 100
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
    note: str = ""
    """Why, for staff."""


class ClosedBy(StrEnum):
    """Why the plan has no places on a day that the pattern opens."""

    EXCEPTION = "exception"
    HOLIDAY = "holiday"
    YEAR_END = "year_end"


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """All that says which places a pool has."""

    patterns: tuple[Pattern, ...] = ()
    exceptions: Mapping[date, Exceptional] = field(default_factory=dict)
    closed_on_holidays: bool = True
    closed_year_end: bool = True

    def places(self, day: date, is_holiday: Callable[[date], bool]) -> Places | None:
        """The day's places; None where the plan says nothing, as before its first pattern."""
        exceptional = self.exceptions.get(day)
        says = exceptional is not None and exceptional.kind is not ExceptionKind.CAPACITY
        if not says and in_force(self.patterns, day) is None:
            return None
        return places_on(day, self.patterns, exceptional, self._shut(day, is_holiday) is not None)

    def closed_by(self, day: date, is_holiday: Callable[[date], bool]) -> ClosedBy | None:
        """Why the day is closed; None when it is not, or only because its weekday has no bands."""
        exceptional = self.exceptions.get(day)
        if exceptional is not None and exceptional.kind is ExceptionKind.SPECIAL:
            return None
        if exceptional is not None and exceptional.kind is ExceptionKind.CLOSED:
            return ClosedBy.EXCEPTION
        return self._shut(day, is_holiday)

    def _shut(self, day: date, is_holiday: Callable[[date], bool]) -> ClosedBy | None:
        if self.closed_year_end and is_year_end(day):
            return ClosedBy.YEAR_END
        return ClosedBy.HOLIDAY if self.closed_on_holidays and is_holiday(day) else None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What is to become different. None as a pattern or an exception takes it away; as a switch it stays."""

    patterns: Mapping[date, tuple[Band, ...] | None] = field(default_factory=dict)
    """By the day from which they are in force."""
    exceptions: Mapping[date, Exceptional | None] = field(default_factory=dict)
    closed_on_holidays: bool | None = None
    closed_year_end: bool | None = None

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        switches = (self.closed_on_holidays, self.closed_year_end)
        return not self.patterns and not self.exceptions and switches == (None, None)


def changed(plan: PoolPlan, change: PlanChange, today: date) -> PoolPlan:
    """The plan with the change, checked.

    Raises `Refusal`: plan_past (a day before `today`), plan_too_many_days(most), plan_capacity(most),
    plan_no_pattern(day), plan_note(most), and what `checked` raises.
    """
    if any(day < today for day in (*change.patterns, *change.exceptions)):
        raise Refusal("plan_past")
    if len(change.patterns) + len(change.exceptions) > MOST_DAYS:
        raise Refusal("plan_too_many_days", most=MOST_DAYS)
    patterns = {one.effective_from: one for one in plan.patterns if one.effective_from not in change.patterns}
    patterns |= {
        day: Pattern(day, checked(bands)) for day, bands in change.patterns.items() if bands is not None
    }
    ordered = tuple(patterns[day] for day in sorted(patterns))
    exceptions = {day: one for day, one in plan.exceptions.items() if day not in change.exceptions}
    for day, one in change.exceptions.items():
        if one is not None:
            exceptions[day] = _checked_day(day, one, ordered)
    return PoolPlan(
        ordered,
        exceptions,
        _either(change.closed_on_holidays, plan.closed_on_holidays),
        _either(change.closed_year_end, plan.closed_year_end),
    )


def _either(wanted: bool | None, before: bool) -> bool:
    return before if wanted is None else wanted


def _checked_day(day: date, one: Exceptional, patterns: Iterable[Pattern]) -> Exceptional:
    if len(one.note) > LONGEST_NOTE:
        raise Refusal("plan_note", most=LONGEST_NOTE)
    if one.kind is ExceptionKind.CLOSED:
        return replace(one, capacity=None, bands=())
    if one.kind is ExceptionKind.SPECIAL:
        bands = checked(replace(band, weekday=day.weekday()) for band in one.bands)
        return replace(one, capacity=None, bands=bands)
    if one.capacity is None or not 0 <= one.capacity <= MOST_PLACES:
        raise Refusal("plan_capacity", most=MOST_PLACES)
    if in_force(patterns, day) is None:
        raise Refusal("plan_no_pattern", day=day.isoformat())
    return replace(one, bands=())


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
        and LEAST_EVERY <= band.every <= MOST_EVERY
        and 0 <= band.capacity <= MOST_PLACES
    )


def _laid_out(bands: Iterable[Band]) -> dict[time, int]:
    return {at: band.capacity for band in sorted(bands) for at in band.times()}


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(*divmod(min(minutes, _DAY_MINUTES - 1), 60))
