"""From when until when a visit may be booked: to the second, over holidays, month ends and the year's end."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.booking_rules import BookingRules, ClosesUnit, OpensUnit
from madoguchi.domain.opening import Hours
from madoguchi.domain.workdays import (
    business_days_after,
    business_days_before,
    is_year_end,
    months_after,
    months_before,
)
from madoguchi.services.holidays import is_holiday

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = Hours(time(8, 30), time(17, 15), (0, 1, 2, 3, 4), closed_on_holidays=True, closed_year_end=True)


def works(day: date) -> bool:
    return OFFICE.open_on(day, is_holiday)


RULES = BookingRules(30, OpensUnit.DAYS, time(9), 60, ClosesUnit.MINUTES, time(17), TOKYO, works)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), TOKYO)


@pytest.fixture(params=["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone that the server's own clock is set to."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield str(request.param)
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.parametrize(
    ("visit", "count", "opens"),
    [
        # An ordinary week: Friday, three working days back.
        (date(2026, 12, 4), 3, date(2026, 12, 1)),
        # Over a weekend and 勤労感謝の日 (Monday 23 November 2026).
        (date(2026, 11, 25), 2, date(2026, 11, 20)),
        # Over the year's end: 29 December to 3 January are closed, 1 January 2027 is a Friday.
        (date(2027, 1, 4), 1, date(2026, 12, 28)),
        (date(2027, 1, 5), 2, date(2026, 12, 28)),
        # Golden Week 2026: 3 May is a Sunday, 6 May 振替休日.
        (date(2026, 5, 7), 1, date(2026, 5, 1)),
        # From a closed day backwards.
        (date(2026, 12, 6), 1, date(2026, 12, 4)),
        (date(2026, 12, 6), 0, date(2026, 12, 6)),
    ],
)
def test_working_days_are_counted_back_over_what_is_closed(visit: date, count: int, opens: date) -> None:
    assert business_days_before(visit, count, works) == opens


@pytest.mark.parametrize(
    ("visit", "count", "opens"),
    [
        (date(2026, 12, 31), 1, date(2026, 11, 30)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 1, 31), 14, date(2025, 11, 30)),
    ],
)
def test_months_are_counted_back_to_the_same_day_or_the_months_last(
    visit: date, count: int, opens: date
) -> None:
    assert months_before(visit, count) == opens


def test_the_years_end_is_closed_from_29_december_to_3_january() -> None:
    first = date(2026, 12, 27)
    closed = [day for day in (first + timedelta(days=ahead) for ahead in range(10)) if is_year_end(day)]
    assert (closed[0], closed[-1], len(closed)) == (date(2026, 12, 29), date(2027, 1, 3), 6)


def test_a_booking_opens_at_its_hour_and_not_a_second_earlier(server_zone: str) -> None:
    assert server_zone
    visit = date(2026, 12, 10)
    rules = replace(RULES, opens_amount=1, opens_unit=OpensUnit.MONTHS)
    opens = at(date(2026, 11, 10), 9)
    assert rules.opening(visit) == opens
    start = at(visit, 10)
    assert not rules.allows(visit, start, opens - timedelta(microseconds=1))
    assert rules.allows(visit, start, opens)
    # The same moment, as UTC says it.
    assert rules.allows(visit, start, opens.astimezone(UTC))
    assert rules.last_day(opens - timedelta(seconds=1)) == visit - timedelta(days=1)
    assert rules.last_day(opens) == visit
    assert rules.next_opening(opens - timedelta(seconds=1)) == opens
    assert rules.next_opening(opens) == opens + timedelta(days=1)


def test_a_booking_closes_minutes_days_or_working_days_before(server_zone: str) -> None:
    assert server_zone
    start = at(date(2026, 11, 24), 10)  # a Tuesday behind a three-day weekend
    minutes = RULES.deadline(start)
    days = replace(RULES, closes_amount=1, closes_unit=ClosesUnit.DAYS)
    working = replace(days, closes_unit=ClosesUnit.BUSINESS_DAYS)
    assert minutes == at(start.date(), 9)
    assert days.deadline(start) == at(date(2026, 11, 23), 17)
    assert working.deadline(start) == at(date(2026, 11, 20), 17)
    same_day = replace(days, closes_amount=0)
    assert same_day.deadline(start) == start, "never after the visit has begun"
    assert same_day.deadline(at(start.date(), 18)) == at(start.date(), 17)


def test_staff_book_no_earlier_than_anybody_but_until_the_visit_begins() -> None:
    visit = date(2026, 12, 10)
    start = at(visit, 10)
    opens = RULES.opening(visit)
    assert not RULES.allows_staff(visit, start, opens - timedelta(seconds=1))
    assert RULES.allows_staff(visit, start, start)
    assert not RULES.allows(visit, start, start)
    assert not RULES.allows_staff(visit, start, start + timedelta(seconds=1))


@given(
    st.sampled_from(OpensUnit),
    st.integers(0, 40),
    st.sampled_from(ClosesUnit),
    st.integers(0, 90),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),
)
def test_last_day_and_earliest_say_what_opening_and_deadline_say(
    opens: OpensUnit, ahead: int, closes: ClosesUnit, before: int, moment: datetime
) -> None:
    rules = replace(
        RULES,
        opens_unit=opens,
        opens_amount=ahead if opens is not OpensUnit.MONTHS else ahead % 4,
        closes_unit=closes,
        closes_amount=before if closes is ClosesUnit.MINUTES else before % 5,
    )
    now = moment.replace(tzinfo=TOKYO)
    last, earliest = rules.last_day(now), rules.earliest(now)
    assert rules.opening(last + timedelta(days=1)) > now
    if last >= now.date():
        assert rules.opening(last) <= now
    for days in range(8):
        for start in (at(now.date() + timedelta(days=days), hour) for hour in (0, 9, 17, 23)):
            assert (start >= earliest) == (rules.deadline(start) >= now)


@given(DAYS, st.integers(0, 20))
def test_counting_working_days_there_and_back_meets(day: date, count: int) -> None:
    ahead = business_days_after(day, count, works)
    assert count == 0 or works(ahead)
    assert business_days_before(ahead, count, works) <= day or not count
    between = [day + timedelta(days=one) for one in range(1, (ahead - day).days + 1)]
    assert sum(map(works, between)) == count


@given(DAYS, st.integers(0, 24))
def test_months_there_and_back_never_lead_past_the_day(day: date, count: int) -> None:
    assert months_after(months_before(day, count), count) <= day
