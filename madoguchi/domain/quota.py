"""LINE's monthly quota: which messages still go out when it runs low.

An account may push so many messages a month; replies are free. Who is called must hear of it, who is
near should, and the rest can be read elsewhere. So messages have a worth, and the lower ones stop while
there is still enough for the higher.

The measure is what is left against the rest of the month. A month's messages spread over its days give
each day its part; the parts of the days to come, today's included, are what a plain month would still
have. News go while more than 20 % of that is left, who is near and bookings while more than 5 %, calls
to the last one. On the 1st that is 20 % and 5 % of the month's limit; on the last day hardly anything is
kept, for what is not used by then is lost.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

JAPAN: Final = ZoneInfo("Asia/Tokyo")
"""LINE counts by Japan's months, wherever the office is."""


class Worth(IntEnum):
    """How much it matters that a message arrives: 1 the most."""

    CALL = 1
    """The turn has come, or what was said of it holds no more: nobody may miss it."""
    SOON = 2
    """Who is near, numbers and bookings that stand or were changed."""
    NEWS = 3
    """Reminders, offers and whatever else is good to know."""


WORTH: Final[Mapping[str, Worth]] = {
    **dict.fromkeys(
        (
            "ticket_called",
            "ticket_call_undone",
            "ticket_handed_over",
            "ticket_missed",
            "ticket_cancelled",
            "desk_closed_today",
            "booking_desk_closed",
        ),
        Worth.CALL,
    ),
    **dict.fromkeys(
        (
            "ticket_near",
            "ticket_soon",
            "ticket_returned",
            "ticket_taken",
            "ticket_claimed",
            "ticket_checked_in",
            "ticket_postponed",
            "ticket_place_back",
            "booking_made",
            "booking_changed",
            "booking_cancelled",
        ),
        Worth.SOON,
    ),
    **dict.fromkeys(("booking_reminder", "place_offered", "desk_stopped"), Worth.NEWS),
}
"""By kind of message."""

RESERVE: Final[Mapping[Worth, int]] = {Worth.NEWS: 20, Worth.SOON: 5}
"""Percent of the rest of the month's part below which a worth stops. Calls have none."""


def worth_of(kind: str) -> Worth:
    """The worth of a kind of message; of one that nobody placed, the least."""
    return WORTH.get(kind, Worth.NEWS)


@dataclass(frozen=True, slots=True)
class Quota:
    """How the month stands. `limit` None: the plan has none, or it is not known yet.

    `refused`: LINE has lately said that the month is used up, whatever the figures are.
    """

    limit: int | None
    used: int
    refused: bool = False

    @property
    def left(self) -> int | None:
        """Messages that can still be pushed; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)


def goes(worth: Worth, quota: Quota, day: date) -> bool:
    """Whether a message of that worth is pushed on `day` (a day in Japan).

    Calls always: whether there is room for the last of them only LINE knows, its figures are late.
    Whatever stops a worth stops every lower one.
    """
    if worth is Worth.CALL:
        return True
    if quota.refused:
        return False
    return quota.left is None or quota.left > kept_back(worth, quota, day)


def kept_back(worth: Worth, quota: Quota, day: date) -> int:
    """How many messages are kept for higher worths on `day`; never less than one where there is a limit."""
    if worth is Worth.CALL or quota.limit is None:
        return 0
    days, rest = _days(day), _days(day) - day.day + 1
    return max(1, -(-quota.limit * RESERVE[worth] * rest // (100 * days)))


def stopped(quota: Quota, day: date) -> tuple[Worth, ...]:
    """The worths that do not go out on `day`, the highest first."""
    return tuple(worth for worth in Worth if not goes(worth, quota, day))


@dataclass(frozen=True, slots=True)
class Forecast:
    """The end of the month if it goes on like this: messages `used` by then, and the day the limit is met."""

    used: int
    ends_on: date | None


def forecast(quota: Quota, now: datetime) -> Forecast:
    """How the month ends at the pace so far. The first day counts as a whole one: it has no pace yet."""
    local = now.astimezone(JAPAN)
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    gone = max(timedelta(days=1), local - start)
    month = timedelta(days=_days(local.date()))
    at_end = quota.used + round(quota.used * ((month - gone) / gone))
    if quota.limit is None or at_end <= quota.limit:
        return Forecast(at_end, None)
    if quota.used >= quota.limit:
        return Forecast(at_end, local.date())
    met = start + gone * (quota.limit / quota.used)
    return Forecast(at_end, max(met, local).date())


def month_of(now: datetime) -> str:
    """The month that LINE counts a push of this moment to: ``2026-11``."""
    return f"{now.astimezone(JAPAN):%Y-%m}"


def day_of(now: datetime) -> date:
    """The day in Japan."""
    return now.astimezone(JAPAN).date()


def _days(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
