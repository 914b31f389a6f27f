"""Copying a week: what its days really have, as exceptions of other days or as a new pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final

from .slot_plans import Band, Exceptional, ExceptionKind, Places, checked

_ALONE: Final = 30
"""Minutes that a single time takes up when nothing near tells its rhythm."""
_LONGEST: Final = 60
"""Minutes between two times that count as one rhythm."""
_END: Final = 24 * 60 - 1


def week_of(day: date) -> list[date]:
    """The seven days from the Monday of `day` on."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=ahead) for ahead in range(7)]


def as_bands(weekday: int, places: Places) -> tuple[Band, ...]:
    """Bands that give exactly these places: as few as regular steps and equal capacities allow."""
    times = sorted(_minutes(at) for at, capacity in places.items() if capacity > 0)
    capacity = {_minutes(at): number for at, number in places.items()}
    bands: list[Band] = []
    at = 0
    while at < len(times):
        run = _run(times[at:], capacity)
        following = times[at + len(run)] if at + len(run) < len(times) else _END + 1
        every = run[1] - run[0] if len(run) > 1 else max(5, min(_ALONE, following - run[0]))
        ends = min(run[-1] + every, following, _END)
        bands.append(Band(weekday, _time(run[0]), _time(ends), every, capacity[run[0]]))
        at += len(run)
    return checked(bands)


def as_pattern(week: Mapping[date, Places]) -> tuple[Band, ...]:
    """The week's places as a pattern for every week. Raises what `slot_plans.checked` does."""
    return checked(band for day, places in week.items() for band in as_bands(day.weekday(), places))


def as_exceptions(
    week: Mapping[date, Places], days: Iterable[date], note: str = ""
) -> dict[date, Exceptional]:
    """Each of `days` as a special opening with what its weekday has in the week; closed without any."""
    by_weekday = {day.weekday(): as_bands(day.weekday(), places) for day, places in week.items()}
    found = {}
    for day in days:
        bands = by_weekday.get(day.weekday(), ())
        kind = ExceptionKind.SPECIAL if bands else ExceptionKind.CLOSED
        found[day] = Exceptional(kind, bands=bands, note=note)
    return found


def _run(times: list[int], capacity: Mapping[int, int]) -> list[int]:
    """The longest beginning of `times` with one step and one capacity."""
    run = times[:1]
    for before, after in pairwise(times):
        step = run[1] - run[0] if len(run) > 1 else after - before
        if after - before != step or step > _LONGEST or capacity[after] != capacity[run[0]]:
            break
        run.append(after)
    return run


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
