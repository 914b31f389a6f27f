"""What places a day has: the pattern in force, holidays, and the day's own exception."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.errors import Refusal
from madoguchi.domain.slot_plans import (
    MOST_BANDS,
    Band,
    Exceptional,
    ExceptionKind,
    Pattern,
    bands_as_json,
    bands_from_json,
    checked,
    in_force,
    places_on,
)

TUESDAY = date(2026, 12, 1)
MORNING = Band(1, time(9), time(10), 30, 2)
NEW = Band(1, time(13), time(14), 20, 1)
OLD_PLAN = Pattern(TUESDAY - timedelta(days=30), (MORNING,))
NEW_PLAN = Pattern(TUESDAY + timedelta(days=7), (NEW,))


def test_a_band_begins_its_places_before_it_ends() -> None:
    assert MORNING.times() == [time(9), time(9, 30)]
    assert NEW.times() == [time(13), time(13, 20), time(13, 40)]


def test_the_newest_pattern_that_has_begun_counts() -> None:
    plans = [NEW_PLAN, OLD_PLAN]
    assert places_on(TUESDAY, plans, None, closed=False) == {time(9): 2, time(9, 30): 2}
    assert list(places_on(TUESDAY + timedelta(days=7), plans, None, closed=False)) == NEW.times()
    assert in_force(plans, TUESDAY - timedelta(days=31)) is None
    assert places_on(TUESDAY + timedelta(days=1), plans, None, closed=False) == {}


def test_exceptions_close_open_and_change_a_day() -> None:
    plans = [OLD_PLAN]
    special = Exceptional(ExceptionKind.SPECIAL, bands=(Band(1, time(18), time(19), 30, 4),))
    assert places_on(TUESDAY, plans, Exceptional(ExceptionKind.CLOSED), closed=False) == {}
    assert places_on(TUESDAY, plans, Exceptional(ExceptionKind.CAPACITY, 5), closed=False) == {
        time(9): 5,
        time(9, 30): 5,
    }
    assert places_on(TUESDAY, plans, special, closed=False) == {time(18): 4, time(18, 30): 4}


def test_only_a_special_opening_opens_a_holiday() -> None:
    plans = [OLD_PLAN]
    special = Exceptional(ExceptionKind.SPECIAL, bands=(MORNING,))
    assert places_on(TUESDAY, plans, None, closed=True) == {}
    assert places_on(TUESDAY, plans, Exceptional(ExceptionKind.CAPACITY, 5), closed=True) == {}
    assert places_on(TUESDAY, plans, special, closed=True) == {time(9): 2, time(9, 30): 2}


@pytest.mark.parametrize(
    "band",
    [
        Band(7, time(9), time(10), 30, 1),
        Band(0, time(10), time(10), 30, 1),
        Band(0, time(9), time(10), 4, 1),
        Band(0, time(9), time(10), 241, 1),
        Band(0, time(9), time(10), 30, -1),
        Band(0, time(9), time(10), 30, 201),
    ],
)
def test_a_band_that_makes_no_sense_is_refused(band: Band) -> None:
    with pytest.raises(Refusal, match="plan_band"):
        checked([band])


def test_bands_of_a_day_must_not_overlap_and_may_touch() -> None:
    touching = Band(1, time(10), time(11), 30, 1)
    assert checked([touching, MORNING]) == (MORNING, touching)
    with pytest.raises(Refusal, match="plan_overlap"):
        checked([MORNING, Band(1, time(9, 30), time(11), 30, 1)])
    with pytest.raises(Refusal, match="plan_too_long"):
        checked([MORNING] * (MOST_BANDS + 1))


@pytest.mark.parametrize("row", [{}, {"weekday": "x"}, {"weekday": 0, "starts": "25:00"}, {"starts": None}])
def test_what_is_no_band_is_unreadable(row: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="plan_unreadable"):
        bands_from_json([row])


@given(
    st.lists(
        st.builds(
            lambda day, hour, minute, length, every, capacity: Band(
                day, time(hour, minute), time(hour + length, minute), every, capacity
            ),
            st.integers(0, 6),
            st.integers(0, 20),
            st.integers(0, 59),
            st.integers(1, 3),
            st.integers(5, 240),
            st.integers(0, 200),
        ),
        max_size=1,
    )
)
def test_what_is_written_is_read_again(bands: list[Band]) -> None:
    assert list(bands_from_json(bands_as_json(bands))) == bands
