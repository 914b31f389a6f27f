"""Painting and copying weeks: what is painted is there, and all else stays as it was."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.domain.errors import Refusal
from madoguchi.domain.plan_painting import Brush, copied_weekday, joined, painted
from madoguchi.domain.plan_weeks import as_bands, as_exceptions, as_pattern, week_of
from madoguchi.domain.slot_plans import Band, ExceptionKind

MORNING = Band(0, time(9), time(12), 30, 2)


def places(bands: tuple[Band, ...], weekday: int = 0) -> dict[time, int]:
    return {at: band.capacity for band in bands if band.weekday == weekday for at in band.times()}


def test_a_stretch_is_painted_over_and_the_rest_keeps_its_times() -> None:
    week = painted([MORNING], [0, 1], time(10), time(11), Brush(15, 5))
    assert places(week) == {
        **{time(9): 2, time(9, 30): 2, time(11): 2, time(11, 30): 2},
        **{time(10, minute): 5 for minute in (0, 15, 30, 45)},
    }
    assert list(places(week, 1)) == [time(10, minute) for minute in (0, 15, 30, 45)]


def test_erasing_the_middle_of_an_hour_moves_no_time() -> None:
    hourly = Band(0, time(9), time(12), 60, 1)
    week = painted([hourly], [0], time(9, 30), time(10), Brush(30, 0))
    assert list(places(week)) == [time(9), time(10), time(11)]
    week = painted([hourly], [0], time(9), time(9, 30), Brush(30, 0))
    assert list(places(week)) == [time(10), time(11)]


def test_stretches_in_one_rhythm_become_one_band() -> None:
    week = painted([MORNING], [0], time(12), time(13), Brush(30, 2))
    assert week == (Band(0, time(9), time(13), 30, 2),)
    assert len(joined([Band(0, time(9), time(9, 30), 60, 2), Band(0, time(9, 30), time(12), 60, 2)])) == 2


def test_a_stretch_that_ends_before_it_starts_is_refused() -> None:
    for brush in (Brush(30, 2), Brush(30, 0), Brush(3, 2)):
        with pytest.raises(Refusal, match="plan_band"):
            painted([MORNING], [0], time(12), time(9) if brush.every > 5 else time(13), brush)


def test_a_weekday_is_copied_over_the_others() -> None:
    week = copied_weekday([MORNING, Band(1, time(13), time(14), 30, 9)], 0, range(5))
    assert [places(week, weekday) for weekday in range(5)] == [places((MORNING,))] * 5
    assert places(week, 6) == {}


times = some.integers(0, 285).map(lambda five: time(*divmod(five * 5, 60)))
spans = some.tuples(times, times).filter(lambda pair: pair[0] < pair[1])
brushes = some.builds(Brush, some.sampled_from([5, 15, 20, 30, 60]), some.integers(0, 9))


@given(some.lists(some.tuples(some.sets(some.integers(0, 6), min_size=1), spans, brushes), max_size=12))
def test_painting_changes_the_stretch_alone(strokes: list[tuple[set[int], tuple[time, time], Brush]]) -> None:
    week: tuple[Band, ...] = ()
    refusals: set[str] = set()
    for weekdays, (starts, ends), brush in strokes:
        before = [places(week, weekday) for weekday in range(7)]
        try:
            week = painted(week, weekdays, starts, ends, brush)
        except Refusal as refused:
            refusals.add(refused.code)
            break
        for weekday in range(7):
            now = places(week, weekday)
            inside = {at: one for at, one in now.items() if starts <= at < ends}
            outside = {at: one for at, one in now.items() if not starts <= at < ends}
            if weekday not in weekdays:
                assert now == before[weekday]
                continue
            assert outside == {at: one for at, one in before[weekday].items() if not starts <= at < ends}
            whole = Band(weekday, starts, ends, brush.every, brush.capacity).times()
            assert inside == (dict.fromkeys(whole, brush.capacity) if brush.capacity else {})
    assert refusals <= {"plan_too_long"}


@given(some.dictionaries(times, some.integers(0, 5), max_size=30))
def test_bands_give_back_exactly_the_places_they_were_made_from(day: dict[time, int]) -> None:
    wanted = {at: capacity for at, capacity in day.items() if capacity}
    assert places(as_bands(0, day)) == wanted


def test_a_week_becomes_a_pattern_or_the_days_of_a_range() -> None:
    monday = date(2026, 10, 5)
    week = {day: {time(9): 2, time(9, 30): 2} if day.weekday() < 2 else {} for day in week_of(monday)}
    assert as_pattern(week) == (Band(0, time(9), time(10), 30, 2), Band(1, time(9), time(10), 30, 2))
    days = [monday + timedelta(days=ahead) for ahead in range(7, 12)]
    found = as_exceptions(week, days, "複写")
    assert [found[day].kind for day in days] == [ExceptionKind.SPECIAL] * 2 + [ExceptionKind.CLOSED] * 3
    assert found[days[1]].bands == (Band(1, time(9), time(10), 30, 2),)
