"""Days on which an office works, and counting with them."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta

OpenOn = Callable[[date], bool]
"""Whether the office works on a day."""

_ONE_DAY = timedelta(days=1)
_LONGEST_CLOSED = 60
"""No office is shut for longer; a desk that never works would else be searched for ever."""


def is_year_end(day: date) -> bool:
    """29 December to 3 January, when municipal offices are closed (地方自治法 4条の2)."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def business_days_before(day: date, count: int, open_on: OpenOn) -> date:
    """The `count`-th working day before `day`; `day` itself for 0, whether it is one or not."""
    return _walk(day, count, open_on, -_ONE_DAY)


def business_days_after(day: date, count: int, open_on: OpenOn) -> date:
    """The `count`-th working day after `day`; `day` itself for 0."""
    return _walk(day, count, open_on, _ONE_DAY)


def months_before(day: date, count: int) -> date:
    """The same day of the month `count` months earlier, or that month's last day."""
    return months_after(day, -count)


def months_after(day: date, count: int) -> date:
    """The same day of the month `count` months later, or that month's last day."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _walk(day: date, count: int, open_on: OpenOn, step: timedelta) -> date:
    idle = 0
    while count > 0 and idle < _LONGEST_CLOSED:
        day += step
        idle = 0 if open_on(day) else idle + 1
        count -= idle == 0
    return day
