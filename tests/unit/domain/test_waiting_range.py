"""The waiting range: honest, learned, never inverted."""

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.waiting import Pace, learned_minutes, wait_range


@given(st.integers(0, 500), st.floats(0.5, 90), st.integers(0, 20))
def test_low_is_never_above_high_and_more_people_never_shorten(
    ahead: int, minutes: float, counters: int
) -> None:
    pace = Pace(minutes, counters)
    low, high = wait_range(ahead, pace)
    assert 0 <= low <= high
    assert wait_range(ahead + 1, pace)[1] >= high


def test_more_counters_shorten_the_wait() -> None:
    assert wait_range(10, Pace(10, 4))[1] < wait_range(10, Pace(10, 1))[1]


def test_few_samples_stay_near_the_set_minutes_and_many_take_over() -> None:
    assert learned_minutes([], 10) == 10
    assert 10 < learned_minutes([30], 10) < 13
    assert learned_minutes([30.0] * 400, 10) > 29


def test_one_visit_that_nobody_closed_does_not_stretch_the_estimate() -> None:
    assert learned_minutes([10.0] * 99 + [600.0], 10) == 10
