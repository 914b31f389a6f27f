"""Periods of whole local days, as staff choose them, and the ones to compare them with."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

LONGEST_DAYS: Final = 366 * 10
BY_DAY: Final = 62
"""A longer period is shown month by month."""


class Preset(StrEnum):
    """Periods with a name."""

    TODAY = "today"
    WEEK = "week"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"
    LAST_MONTH = "last_month"
    FISCAL_YEAR = "fiscal_year"
    LAST_FISCAL_YEAR = "last_fiscal_year"


class Comparison(StrEnum):
    """What a period is compared with."""

    NONE = "none"
    BEFORE = "before"
    YEAR_BEFORE = "year_before"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def by_day(self) -> bool:
        """Whether its course is shown by day; else by month."""
        return self.days <= BY_DAY


def preset_of(wanted: Preset, today: date) -> Period:
    """The period of that name; those that are not over end today. A fiscal year begins on 1 April."""
    month = today.replace(day=1)
    april = date(today.year - (today.month < 4), 4, 1)
    last_month = month - timedelta(days=1)
    return {
        Preset.TODAY: Period(today, today),
        Preset.WEEK: Period(today - timedelta(days=today.weekday()), today),
        Preset.FOUR_WEEKS: Period(today - timedelta(days=28), today - timedelta(days=1)),
        Preset.MONTH: Period(month, today),
        Preset.LAST_MONTH: Period(last_month.replace(day=1), last_month),
        Preset.FISCAL_YEAR: Period(april, today),
        Preset.LAST_FISCAL_YEAR: Period(april.replace(year=april.year - 1), april - timedelta(days=1)),
    }[wanted]


def compared_with(period: Period, kind: Comparison) -> Period | None:
    """The same a year before, or what is right before it: whole months before whole months."""
    if kind is Comparison.NONE:
        return None
    if kind is Comparison.YEAR_BEFORE:
        last = _year_before(period.last)
        # A month that is whole stays whole in February, too.
        return Period(
            _year_before(period.first), _month_end(last) if period.last == _month_end(period.last) else last
        )
    end = period.first - timedelta(days=1)
    if period.first.day == 1 and period.last == _month_end(period.last):
        months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
        back = period.first.year * 12 + period.first.month - 1 - months
        return Period(date(back // 12, back % 12 + 1, 1), end)
    return Period(end - timedelta(days=period.days - 1), end)


def _year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
