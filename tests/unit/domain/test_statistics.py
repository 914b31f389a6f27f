"""Periods with a name, periods to compare with, and how times are summed up."""

from __future__ import annotations

import statistics as plain
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.domain.statistics.days import turns_as_bytes, turns_from
from madoguchi.domain.statistics.periods import Comparison, Period, Preset, compared_with, preset_of
from madoguchi.domain.statistics.spread import Spread, percent, spread_of
from madoguchi.domain.statistics.turns import LARGEST_ID, Turn, packed, whole_minutes
from madoguchi.domain.tickets import Channel, TicketState

SATURDAY = date(2026, 2, 28)


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("preset", "period"),
    [
        (Preset.TODAY, days("2026-02-28", "2026-02-28")),
        (Preset.WEEK, days("2026-02-23", "2026-02-28")),
        (Preset.FOUR_WEEKS, days("2026-01-31", "2026-02-27")),
        (Preset.MONTH, days("2026-02-01", "2026-02-28")),
        (Preset.LAST_MONTH, days("2026-01-01", "2026-01-31")),
        (Preset.FISCAL_YEAR, days("2025-04-01", "2026-02-28")),
        (Preset.LAST_FISCAL_YEAR, days("2024-04-01", "2025-03-31")),
    ],
)
def test_periods_by_name(preset: Preset, period: Period) -> None:
    assert preset_of(preset, SATURDAY) == period


def test_the_fiscal_year_begins_on_the_first_of_april() -> None:
    april = date(2026, 4, 1)
    assert preset_of(Preset.FISCAL_YEAR, april) == Period(april, april)
    assert preset_of(Preset.LAST_FISCAL_YEAR, april) == days("2025-04-01", "2026-03-31")


@pytest.mark.parametrize(
    ("period", "kind", "other"),
    [
        (days("2026-03-01", "2026-03-31"), Comparison.BEFORE, days("2026-02-01", "2026-02-28")),
        (days("2026-01-01", "2026-03-31"), Comparison.BEFORE, days("2025-10-01", "2025-12-31")),
        (days("2025-04-01", "2026-03-31"), Comparison.BEFORE, days("2024-04-01", "2025-03-31")),
        (days("2026-03-02", "2026-03-08"), Comparison.BEFORE, days("2026-02-23", "2026-03-01")),
        (days("2026-03-01", "2026-03-30"), Comparison.BEFORE, days("2026-01-30", "2026-02-28")),
        (days("2025-02-01", "2025-02-28"), Comparison.YEAR_BEFORE, days("2024-02-01", "2024-02-29")),
        (days("2024-02-29", "2024-03-04"), Comparison.YEAR_BEFORE, days("2023-02-28", "2023-03-04")),
        (days("2026-03-01", "2026-03-31"), Comparison.NONE, None),
    ],
)
def test_what_a_period_is_compared_with(period: Period, kind: Comparison, other: Period | None) -> None:
    assert compared_with(period, kind) == other


@given(some.lists(some.integers(0, 300), min_size=1, max_size=60))
def test_times_are_summed_up_as_by_hand(minutes: list[int]) -> None:
    found = spread_of(Counter(minutes))
    mean = (Decimal(sum(minutes)) / len(minutes)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert (found.count, found.mean, found.longest) == (len(minutes), float(mean), max(minutes))
    assert found.median == plain.median(minutes)
    assert found.ninetieth is not None
    assert sum(one <= found.ninetieth for one in minutes) * 10 >= 9 * len(minutes)
    assert sum(one < found.ninetieth for one in minutes) * 10 < 9 * len(minutes)


def test_of_nothing_nothing_is_said() -> None:
    assert spread_of({}) == Spread()
    assert percent(0, 0) is None
    assert percent(1, 8) == 12.5
    assert percent(1, 16) == 6.3


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(-5.0, 0), (29.9, 0), (30.0, 1), (89.0, 1), (90.0, 2), (1e9, 2045)]
)
def test_half_a_minute_is_one(seconds: float, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes


def test_an_id_beyond_all_offices_is_refused_and_not_taken_for_another() -> None:
    now = datetime(2026, 9, 1, 1, tzinfo=UTC)
    turn = Turn(1, None, TicketState.WAITING, Channel.LINE, True, now, None, None, None, None, False)
    word = packed(turn, now.date(), UTC)
    assert list(turns_from(turns_as_bytes([word, 3, 2]))) == [2, 3, word]
    far = turn._replace(service_id=LARGEST_ID + 1, came_at=now + timedelta(hours=1))
    with pytest.raises(OverflowError):
        packed(far, now.date(), UTC)
