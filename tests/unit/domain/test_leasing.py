"""Which numbers terminals hold in advance, how many, and at what time one of them was given."""

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.domain.leasing import free_numbers, leasable, main_numbers, true_moment, wanted
from madoguchi.domain.numbers import NumberRange

NOON = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "last", "main_last", "held"),
    [(1, 999, 900, 99), (1, 99, 90, 9), (500, 599, 589, 10), (1, 9, 9, 0), (7, 7, 7, 0)],
)
def test_the_top_tenth_is_held_and_the_rest_runs_on(first: int, last: int, main_last: int, held: int) -> None:
    numbers = NumberRange(first, last)
    assert main_numbers(numbers) == NumberRange(first, main_last)
    assert list(leasable(numbers)) == list(range(main_last + 1, last + 1))
    assert len(leasable(numbers)) == held


def test_a_lease_is_half_an_hours_worth_of_the_terminals_share_within_bounds() -> None:
    assert wanted(0, 1, 20) == 20
    assert wanted(80, 1, 20) == 40
    assert wanted(81, 2, 20) == 21
    assert wanted(1_000, 1, 20) == 60
    assert wanted(80, 0, 20) == 40


def test_the_lowest_free_numbers_are_taken_and_no_more_than_there_are() -> None:
    numbers = NumberRange(1, 50)
    assert free_numbers(numbers, {46, 48}, 2) == [47, 49]
    assert free_numbers(numbers, {46, 48}, 9) == [47, 49, 50]
    assert free_numbers(numbers, set(), -3) == []


def test_a_clock_beyond_all_calendars_is_not_believed() -> None:
    said, clock = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    assert true_moment(said, terminal_clock=clock, now=NOON, given_at=NOON - MINUTE, after=None) == NOON
    assert true_moment(clock, terminal_clock=said, now=NOON, given_at=NOON - MINUTE, after=None) == NOON


def test_a_clock_that_is_off_is_set_right() -> None:
    fast = NOON + 7 * MINUTE
    said = fast - 20 * MINUTE
    moment = true_moment(said, terminal_clock=fast, now=NOON, given_at=NOON - timedelta(hours=2), after=None)
    assert moment == NOON - 20 * MINUTE


@pytest.mark.parametrize(
    ("said", "after", "moment"),
    [
        (NOON + MINUTE, None, NOON),
        (NOON - timedelta(days=400), None, NOON - 60 * MINUTE),
        (NOON - 30 * MINUTE, NOON - 10 * MINUTE, NOON - 10 * MINUTE),
        (NOON - 5 * MINUTE, NOON - 10 * MINUTE, NOON - 5 * MINUTE),
    ],
)
def test_no_moment_lies_in_the_future_before_the_lease_or_before_the_last_one(
    said: datetime, after: datetime | None, moment: datetime
) -> None:
    given_at = NOON - 60 * MINUTE
    found = true_moment(said, terminal_clock=NOON, now=NOON, given_at=given_at, after=after)
    assert found == moment
