"""When a desk is open."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .workdays import is_year_end


@dataclass(frozen=True, slots=True)
class Hours:
    """A desk's opening hours, in local time. `closes_at` itself is already closed."""

    opens_at: time
    closes_at: time
    weekdays: Collection[int]
    closed_on_holidays: bool
    closed_year_end: bool

    def open_on(self, day: date, is_holiday: Callable[[date], bool]) -> bool:
        """Whether the desk works on `day` at all."""
        return (
            day.weekday() in self.weekdays
            and not (self.closed_on_holidays and is_holiday(day))
            and not (self.closed_year_end and is_year_end(day))
        )

    def next_day(self, after: date, is_holiday: Callable[[date], bool]) -> date | None:
        """The first day after `after` on which the desk works; None when it has none within two months."""
        days = (after + timedelta(days=ahead) for ahead in range(1, 62))
        return next((day for day in days if self.open_on(day, is_holiday)), None)

    def open_at(self, local: datetime, is_holiday: Callable[[date], bool]) -> bool:
        """Whether the desk is open at the local time `local`."""
        return self.opens_at <= local.time() < self.closes_at and self.open_on(local.date(), is_holiday)
