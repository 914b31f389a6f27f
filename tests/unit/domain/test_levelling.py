"""Suggested places: below the target, enough where it can be, and better waiting when played again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_kit import CLOSES, MONDAY, OPENS, pasts, peaked_month, visit

from madoguchi.domain.levelling import Bound, DaySuggestion, Handling, Pattern, plan_of, suggest
from madoguchi.domain.past_visits import PastVisit
from madoguchi.domain.replay import replay
from madoguchi.domain.staffing import Staffing

HANDLING = Handling(planned=10, others=10)


def pattern(interval: int = 30, weekdays: int = 1) -> Pattern:
    return Pattern(dict.fromkeys(range(weekdays), range(OPENS, CLOSES, interval)), interval)


def steady(counters: int) -> dict[int, Staffing]:
    return dict.fromkeys(range(7), Staffing.steady(OPENS, CLOSES, counters))


def monday(past: list[PastVisit], counters: int, interval: int = 30, share: float = 0.0) -> DaySuggestion:
    (day,) = suggest(past, steady(counters), pattern(interval), HANDLING, booked_share=share)
    return day


def weeks(past: list[PastVisit]) -> list[PastVisit]:
    """Days one after the other moved to Mondays."""
    return [replace(one, day=one.day + timedelta(days=6 * (one.day - MONDAY).days)) for one in past]


def test_a_small_desk_by_hand() -> None:
    past = [
        *(visit(number, 545, 10) for number in range(1, 5)),
        *(visit(number, 700, 10, appointment=700) for number in range(5, 17)),
    ]
    day = monday(past, counters=2)
    assert (day.wanted, day.total, day.short, day.days) == (12, 12, 0, 1)
    first = day.bands[0]
    assert (first.walk_ins, first.walk_in_minutes, first.visit_minutes, first.counters) == (4, 40, 10, 2)
    assert first.most == 1  # 2 counters x 30 minutes x 85 % = 51, less 40
    assert [band.capacity for band in day.bands] == [0] + [1] * 12 + [0] * 3
    assert {band.bound for band in day.bands} == {Bound.DEMAND}
    assert first.load == pytest.approx(40 / 60)


def test_what_came_in_too_great_numbers_is_still_there_in_the_next_interval() -> None:
    past = [visit(number, 545, 10) for number in range(1, 10)] + [
        visit(number, 700, 10, appointment=700) for number in range(10, 50)
    ]
    first, second, third = monday(past, counters=1).bands[:3]
    assert (first.queued_minutes, first.capacity, first.bound) == (0, 0, Bound.WALK_INS)
    assert (second.queued_minutes, second.capacity, second.bound) == (60, 0, Bound.WALK_INS)
    assert (third.queued_minutes, third.capacity) == (30, 0)


def test_too_little_room_says_how_short_it_is() -> None:
    past = [visit(number, 600, 10, appointment=600) for number in range(1, 101)]
    day = monday(past, counters=1)
    assert (day.total, day.wanted, day.short) == (2 * 16, 100, 68)
    assert {band.bound for band in day.bands} == {Bound.LOAD}


def test_closed_times_and_days_without_a_past_get_nothing() -> None:
    lunch = {0: Staffing(((540, 2), (720, 0), (780, 2), (1020, 0)))}
    past = [visit(number, 700, 10, appointment=700) for number in range(1, 200)]
    (day,) = suggest(past, lunch, pattern(), HANDLING)
    closed = [band for band in day.bands if 720 <= band.start < 780]
    assert [(band.capacity, band.bound, band.load) for band in closed] == [(0, Bound.CLOSED, None)] * 2
    _, tuesday = suggest(past, steady(2), pattern(weekdays=2), HANDLING)
    assert (tuesday.days, tuesday.wanted, tuesday.total) == (0, 0, 0)


def test_a_visit_longer_than_the_interval_still_gets_places() -> None:
    past = [visit(number, 600, 30, appointment=600) for number in range(1, 41)]
    (day,) = suggest(past, steady(1), pattern(15), Handling(planned=30, others=10))
    assert day.total == int(0.85 * 480 / 30)
    used = [sum(band.capacity for band in day.bands[: place + 1]) * 30 for place in range(32)]
    assert all(minutes <= 0.85 * 15 * (place + 1) for place, minutes in enumerate(used))


def test_enough_on_nine_of_ten_days() -> None:
    past = [
        visit(100 * week + number, 600, 10, appointment=600, day=MONDAY + timedelta(weeks=week))
        for week in range(10)
        for number in range(1, 30 if week == 4 else 11)
    ]
    assert monday(past, counters=3).wanted == 10


@given(pasts(days=3), st.integers(0, 4), st.sampled_from([15, 20, 30, 60]), st.floats(0, 1))
def test_never_above_the_target_never_negative_and_short_only_when_full(
    past: list[PastVisit], counters: int, interval: int, share: float
) -> None:
    (day,) = suggest(
        weeks(past), steady(counters), pattern(interval), Handling(planned=8, others=8), booked_share=share
    )
    long_visit = any(band.visit_minutes > 0.85 * interval for band in day.bands)
    for band in day.bands:
        assert 0 <= band.capacity <= band.most
        assert not band.capacity or long_visit or (band.load or 0) <= 0.85 + 1e-9
    room = sum(max(0, 0.85 * b.counters * interval - b.walk_in_minutes - b.queued_minutes) for b in day.bands)
    assert day.total * day.bands[0].visit_minutes <= room + 1e-6
    assert day.total <= day.wanted
    assert day.total == day.wanted or all(band.capacity == band.most for band in day.bands)
    assert day.short == day.wanted - day.total


@given(pasts(days=3), st.integers(0, 4), st.sampled_from([15, 30]))
def test_one_more_counter_never_takes_places_away(
    past: list[PastVisit], counters: int, interval: int
) -> None:
    assert (
        monday(weeks(past), counters + 1, interval, 0.5).total
        >= monday(weeks(past), counters, interval, 0.5).total
    )


@given(pasts(days=3), st.randoms())
def test_the_same_whatever_order_the_visits_are_listed_in(
    past: list[PastVisit], chance: random.Random
) -> None:
    shuffled = list(past)
    chance.shuffle(shuffled)
    assert monday(shuffled, 2, share=0.3) == monday(past, 2, share=0.3)


def test_the_suggestion_played_again_shortens_a_peaked_morning() -> None:
    past = peaked_month()
    counters = steady(4)
    days = suggest(past, counters, pattern(weekdays=5), HANDLING, booked_share=0.6)
    assert all(day.short == 0 for day in days)

    def staffed(day: date) -> Staffing:
        return counters[day.weekday()]

    before = replay(past, staffed)
    after = replay(past, staffed, plan_of(days, booked_share=0.6), seed=1)
    assert after.waits.ninetieth < before.waits.ninetieth / 3
    assert after.waits.mean < before.waits.mean / 3


def test_shares_and_minutes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="shares"):
        suggest([], {}, pattern(), HANDLING, target=0)
    with pytest.raises(ValueError, match="shares"):
        suggest([], {}, pattern(), HANDLING, booked_share=2)
    with pytest.raises(ValueError, match="closer"):
        Pattern({0: (540, 550)}, 30)
    with pytest.raises(ValueError, match="minutes"):
        Handling(planned=0, others=10)
