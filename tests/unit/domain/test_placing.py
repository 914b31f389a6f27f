"""Past visits put into a plan's places: never too many, nobody lost, chance fixed by the seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_kit import MONDAY, OPENS, pasts, visit

from madoguchi.domain.past_visits import PastVisit
from madoguchi.domain.placing import Placed, Punctuality, SlotPlan, as_it_was, place

plans = st.builds(
    SlotPlan,
    by_weekday=st.fixed_dictionaries(
        {0: st.dictionaries(st.sampled_from(range(OPENS, OPENS + 240, 15)), st.integers(0, 4))}
    ),
    booked_share=st.floats(0, 1),
    furthest=st.none() | st.integers(0, 120),
)


def placed(visits: list[PastVisit], plan: SlotPlan, seed: int = 0) -> Placed:
    return place(visits, MONDAY, plan, Punctuality(), seed)


@given(pasts(days=1), plans, st.integers(0, 3))
def test_no_place_is_given_twice_and_nobody_is_lost(past: list[PastVisit], plan: SlotPlan, seed: int) -> None:
    day = placed(past, plan, seed)
    used = Counter(one.appointment for one in day.arrivals if one.appointment is not None)
    assert all(count <= plan.places_on(MONDAY)[start] for start, count in used.items())  # type: ignore[index]
    assert used.total() == day.placed
    assert sorted(one.visit.id for one in day.arrivals) == [one.id for one in past]
    assert day.placed + day.unplaced >= sum(one.appointment is not None for one in past)


@given(pasts(days=1), st.floats(0, 1), st.floats(0, 1))
def test_with_a_higher_share_the_same_people_book_and_some_more(
    past: list[PastVisit], one: float, other: float
) -> None:
    places = {0: dict.fromkeys(range(OPENS, OPENS + 120, 15), 40)}

    def who(share: float) -> set[int]:
        day = placed(past, SlotPlan(places, booked_share=share))
        return {arrival.visit.id for arrival in day.arrivals if arrival.appointment is not None}

    assert who(min(one, other)) <= who(max(one, other))


def test_who_had_booked_takes_the_nearest_place_and_is_as_late_as_then() -> None:
    plan = SlotPlan({0: {540: 1, 600: 1}})
    day = placed([visit(1, 593, appointment=590)], plan)
    (arrival,) = day.arrivals
    assert (arrival.appointment, arrival.arrives, arrival.waits_from) == (600, 603, 603)
    assert day.shifted == 10


def test_who_finds_no_place_comes_at_their_old_time_without_one() -> None:
    day = placed([visit(1, 595, appointment=600)], SlotPlan({0: {540: 1}}, furthest=30))
    assert (day.placed, day.unplaced) == (0, 1)
    assert [(one.arrives, one.appointment) for one in day.arrivals] == [(595, None)]


def test_who_never_came_takes_a_place_and_does_not_come() -> None:
    plan = SlotPlan({0: {600: 1}})
    absent = visit(-1, None, 0, appointment=600)
    assert placed([absent], plan) == Placed((), 1, 0, 0)
    assert placed([absent], SlotPlan({})) == Placed((), 0, 1, 0)
    assert as_it_was([absent]) == Placed((), 0, 0, 0)


def test_another_service_of_the_desk_keeps_its_times() -> None:
    other = visit(1, 590, appointment=600, in_plan=False)
    day = placed([other], SlotPlan({0: {540: 5}}, booked_share=1))
    assert (day.placed, [(one.arrives, one.appointment) for one in day.arrivals]) == (0, [(590, 600)])


def test_a_day_of_its_own_replaces_its_weekday() -> None:
    plan = SlotPlan({0: {540: 5}}, by_day={MONDAY: {}}, booked_share=1)
    assert placed([visit(1, 590)], plan).unplaced == 1


def test_a_first_booking_comes_between_ten_minutes_early_and_five_late() -> None:
    past = [visit(number, 600) for number in range(1, 300)]
    shifts = [one.arrives - 600 for one in placed(past, SlotPlan({0: {600: 300}}, booked_share=1)).arrivals]
    assert -10 <= min(shifts) < -9
    assert 4 < max(shifts) <= 5


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        SlotPlan({}, booked_share=1.5)
