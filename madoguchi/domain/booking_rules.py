"""From when until when a visit may be booked, moved and cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .workdays import OpenOn, business_days_after, business_days_before, months_after, months_before

_ONE_DAY = timedelta(days=1)


class OpensUnit(StrEnum):
    """What the days before a visit on which its booking opens are counted in."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"


class ClosesUnit(StrEnum):
    """What the time before a visit at which its booking closes is counted in."""

    MINUTES = "minutes"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"


@dataclass(frozen=True, slots=True)
class BookingRules:
    """A service's rules. Times are local; `closes_at` counts only where whole days are counted."""

    opens_amount: int
    opens_unit: OpensUnit
    opens_at: time
    closes_amount: int
    closes_unit: ClosesUnit
    closes_at: time
    zone: ZoneInfo
    open_on: OpenOn

    def opening(self, day: date) -> datetime:
        """The moment from which visits on `day` may be booked."""
        if self.opens_unit is OpensUnit.MONTHS:
            first = months_before(day, self.opens_amount)
        elif self.opens_unit is OpensUnit.BUSINESS_DAYS:
            first = business_days_before(day, self.opens_amount, self.open_on)
        else:
            first = day - timedelta(days=self.opens_amount)
        return datetime.combine(first, self.opens_at, self.zone)

    def deadline(self, starts_at: datetime) -> datetime:
        """The last moment for booking, moving and cancelling a visit at `starts_at`; never after it."""
        if self.closes_unit is ClosesUnit.MINUTES:
            return starts_at - timedelta(minutes=self.closes_amount)
        day = starts_at.astimezone(self.zone).date()
        if self.closes_unit is ClosesUnit.BUSINESS_DAYS:
            last = business_days_before(day, self.closes_amount, self.open_on)
        else:
            last = day - timedelta(days=self.closes_amount)
        return min(datetime.combine(last, self.closes_at, self.zone), starts_at)

    def allows(self, day: date, starts_at: datetime, now: datetime) -> bool:
        """Whether citizens may book a visit at `starts_at` (on the local `day`) now."""
        return self.opening(day) <= now <= self.deadline(starts_at)

    def earliest(self, now: datetime) -> datetime:
        """Visits that start before this moment can no longer be booked at `now`; those from it on can."""
        if self.closes_unit is ClosesUnit.MINUTES:
            return now + timedelta(minutes=self.closes_amount)
        day = now.astimezone(self.zone).date()
        while self.deadline(datetime.combine(day, time.max, self.zone)) < now:
            day += _ONE_DAY
        return max(now, datetime.combine(day, time(), self.zone))

    def allows_staff(self, day: date, starts_at: datetime, now: datetime) -> bool:
        """The same for staff and their callers: no earlier than anybody, but until the visit begins."""
        return self.opening(day) <= now <= starts_at

    def last_day(self, now: datetime) -> date:
        """The last day that may be booked at `now`. Days before today when nothing may be booked yet."""
        today = now.astimezone(self.zone).date()
        day = self._furthest(today)
        while day >= today and self.opening(day) > now:
            day -= _ONE_DAY
        return day

    def next_opening(self, now: datetime) -> datetime:
        """When the first day that cannot be booked yet opens."""
        today = now.astimezone(self.zone).date()
        return self.opening(max(today, self.last_day(now) + _ONE_DAY))

    def _furthest(self, today: date) -> date:
        """A day that certainly opens no earlier than the last one that opens today."""
        if self.opens_unit is OpensUnit.DAYS:
            return today + timedelta(days=self.opens_amount)
        if self.opens_unit is OpensUnit.BUSINESS_DAYS:
            # One working day further, so that the closed days behind the last one count with it.
            return business_days_after(today, self.opens_amount + 1, self.open_on)
        # A month's last days may all open on one day of a shorter month.
        return months_after(today, self.opens_amount) + timedelta(days=3)
