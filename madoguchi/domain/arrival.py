"""Coming early, in time or late for a reservation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LatePolicy(StrEnum):
    """What being late costs."""

    KEEP_TIME = "keep_time"
    """Nothing: the booked time counts."""
    KEEP_DAY = "keep_day"
    """The turn among appointments: one counts as booked for the moment of arrival."""
    TO_BACK = "to_back"
    """The appointment: one waits like everybody who has just come."""


@dataclass(frozen=True, slots=True)
class ArrivalRules:
    """A service's rules for checking in."""

    early: timedelta
    late_after: timedelta
    late_policy: LatePolicy

    def opens_at(self, starts_at: datetime) -> datetime:
        """From when one can check in."""
        return starts_at - self.early

    def late_from(self, starts_at: datetime) -> datetime:
        """After this moment one is late."""
        return starts_at + self.late_after

    def appointment(self, starts_at: datetime, arrived_at: datetime) -> datetime | None:
        """The appointed time with which somebody joins the queue; None: like one without."""
        if arrived_at <= self.late_from(starts_at) or self.late_policy is LatePolicy.KEEP_TIME:
            return starts_at
        return arrived_at if self.late_policy is LatePolicy.KEEP_DAY else None
