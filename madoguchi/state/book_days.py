"""`/book`, the calendar: the month, the day's times, and days that cannot be booked yet."""

from __future__ import annotations

from datetime import date

import reflex as rx

from ..domain.booking import Mark
from ..services import running, slots
from ..services.slots import DayView
from . import book_view
from .access import anyone
from .book_shown import WHEN, BookShown


class BookDays(BookShown, mixin=True):
    """The second step of `/book`."""

    @rx.event
    @anyone
    async def show_month(self, step: int) -> None:
        """Turn the calendar one month back (-1) or on (1)."""
        self.answered += 1
        if type(step) is not int or step not in (-1, 1) or self._month is None:
            return
        if (step < 0 and self.has_earlier) or (step > 0 and self.has_later):
            months = self._month.year * 12 + self._month.month - 1 + step
            self._month = date(months // 12, months % 12 + 1, 1)
            self._show_month()

    @rx.event
    @anyone
    async def choose_day(self, day: str) -> None:
        """Show the day's times."""
        self.answered += 1
        chosen = _day(day)
        if self.phase != "open" or chosen is None or chosen not in self._days:
            return
        self._clear()
        former, self._day = self._day, chosen
        with self._kept():
            try:
                await self._load_day()
            except Exception:
                self._day = former
                raise
            self._show_day()

    @rx.event
    @anyone
    async def look_again(self) -> None:
        """The page has counted down to an opening, or was not looked at for a while."""
        if self.phase != "open" or self.step != WHEN or not self._service_id:
            return
        awaited = min((one.opens for one in self._days.values() if one.opens), default=None)
        with self._kept():
            await self._refresh()
            if awaited is not None and awaited <= running.office().clock.now():
                self.news = self.text["opens.started"]

    async def _refresh(self) -> None:
        """The calendar and the day's times as they are now."""
        if self._service_id:
            await self._load_month()
            await self._load_day(fresh=True)
            self._show_month()
            self._show_day()

    async def _load_month(self) -> None:
        days = await running.together(slots.calendars_together, self._service_id)
        self._days = {one.day: one for one in days}
        first, last = book_view.month_range(days)
        opens = [one.day for one in days if one.mark in book_view.OPEN_MARKS]
        tells = [one.day for one in days if one.mark is not Mark.CLOSED or one.opens is not None]
        self._month = self._month or book_view.first_of([*opens, *tells, first][0])
        self._month = min(max(self._month, first), last)

    async def _load_day(self, *, fresh: bool = False) -> None:
        """The times of the day; the calendar again only where it is no longer true, unless it is `fresh`."""
        day = self._day
        shown = self._days.get(day) if day else None
        opens_later = (
            shown is not None and shown.opens is not None and shown.opens > running.office().clock.now()
        )
        if day is None or opens_later:
            self._free = []
            return
        found = await running.together(slots.places_together, (self._service_id, day))
        self._free = [(one.slot_id, one.time, one.free) for one in found]
        if not fresh and not _agree(shown, self._free):
            await self._load_month()
            self._show_month()


def _agree(shown: DayView | None, free: list[tuple[int, str, int]]) -> bool:
    """Whether the calendar says of the day what its times say."""
    if shown is None or shown.opens is not None:
        return False
    if not free:
        return shown.mark is Mark.CLOSED
    return (shown.mark in book_view.OPEN_MARKS) == any(count > 0 for _, _, count in free)


def _day(typed: object) -> date | None:
    """A day as the page sends it, None for anything else."""
    try:
        return date.fromisoformat(typed) if isinstance(typed, str) else None
    except ValueError:
        return None
