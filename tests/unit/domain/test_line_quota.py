"""Which messages still go out when LINE's month runs low."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.quota import WORTH, Quota, Worth, forecast, goes, kept_back, month_of, stopped, worth_of
from madoguchi.line.messages import KINDS

quotas = st.builds(Quota, st.none() | st.integers(0, 30_000), st.integers(0, 40_000), refused=st.booleans())
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def test_every_kind_of_message_has_its_worth() -> None:
    assert KINDS.keys() <= WORTH.keys()
    assert worth_of("from_the_future") is Worth.NEWS


@given(quotas, days)
def test_a_call_always_goes_and_what_stops_a_worth_stops_every_lower_one(quota: Quota, day: date) -> None:
    assert goes(Worth.CALL, quota, day)
    went = [goes(worth, quota, day) for worth in Worth]
    assert went == sorted(went, reverse=True)
    assert stopped(quota, day) == tuple(worth for worth in Worth if not goes(worth, quota, day))


@given(quotas, days)
def test_a_message_sent_never_lets_go_what_was_stopped(quota: Quota, day: date) -> None:
    after = Quota(quota.limit, quota.used + 1, quota.refused)
    assert set(stopped(quota, day)) <= set(stopped(after, day))


@given(st.integers(0, 40_000), days)
def test_a_plan_without_a_limit_stops_nothing(used: int, day: date) -> None:
    assert stopped(Quota(None, used), day) == ()


@pytest.mark.parametrize(
    ("used", "day", "held"),
    [
        (0, 1, ()),
        (3_999, 1, ()),
        (4_000, 1, (Worth.NEWS,)),
        (4_749, 1, (Worth.NEWS,)),
        (4_750, 1, (Worth.SOON, Worth.NEWS)),
        (4_000, 16, ()),
        (4_500, 16, (Worth.NEWS,)),
        (4_875, 16, (Worth.SOON, Worth.NEWS)),
        (4_900, 30, ()),
        (4_999, 30, (Worth.SOON, Worth.NEWS)),
        (6_000, 30, (Worth.SOON, Worth.NEWS)),
    ],
)
def test_less_is_kept_the_nearer_the_months_end(used: int, day: int, held: tuple[Worth, ...]) -> None:
    assert stopped(Quota(5_000, used), date(2026, 11, day)) == held


def test_even_the_smallest_plan_keeps_one_for_calls_on_the_last_day() -> None:
    assert kept_back(Worth.SOON, Quota(200, 0), date(2026, 11, 30)) == 1


def test_lines_word_that_the_month_is_used_up_stops_all_but_calls() -> None:
    assert stopped(Quota(5_000, 10, refused=True), date(2026, 11, 1)) == (Worth.SOON, Worth.NEWS)
    assert stopped(Quota(None, 10, refused=True), date(2026, 11, 1)) == (Worth.SOON, Worth.NEWS)


def test_months_begin_in_japan() -> None:
    assert month_of(datetime(2026, 10, 31, 14, 59, tzinfo=UTC)) == "2026-10"
    assert month_of(datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) == "2026-11"


def test_the_forecast_goes_on_at_the_pace_so_far() -> None:
    noon = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
    assert forecast(Quota(5_000, 1_550), noon).used == 3_000
    assert forecast(Quota(5_000, 1_550), noon).ends_on is None
    assert forecast(Quota(2_000, 1_550), noon).ends_on == date(2026, 11, 21)
    assert forecast(Quota(1_000, 1_550), noon).ends_on == date(2026, 11, 16)
    first_hour = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert forecast(Quota(5_000, 100), first_hour).used == 3_000
