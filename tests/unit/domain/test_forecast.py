"""The forecast: never nonsense, learned, and the same whenever it is asked."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from forecast_kit import NOW, TODAY, desk, steady_day, told, waiting
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.domain.forecast import Booked, OpenCounter, Visit
from madoguchi.domain.habits import learn
from madoguchi.domain.order import OrderKind, Policy, Waiting
from madoguchi.domain.past_visits import FORGOTTEN
from madoguchi.domain.promises import Promise, stretch_of
from madoguchi.domain.ranges import Range

some = settings(max_examples=15)


@some
@given(st.integers(0, 75), st.integers(0, 3))
def test_more_people_before_are_never_a_shorter_wait(count: int, counters: int) -> None:
    found = told(desk(waiting(count), counters))
    middles = [found.of(ahead).middle for ahead in range(count + 30)]
    assert middles == sorted(middles)
    assert all(found.of(ahead).low <= found.of(ahead).middle <= found.of(ahead).high for ahead in range(90))


@some
@given(st.integers(1, 30), st.integers(1, 3))
def test_another_counter_never_makes_it_longer(count: int, counters: int) -> None:
    fewer, more = told(desk(waiting(count), counters)), told(desk(waiting(count), counters + 1))
    assert more.of(count).middle <= fewer.of(count).middle + 2


@some
@given(st.randoms(use_true_random=False), st.sampled_from(OrderKind))
def test_the_order_of_the_input_changes_nothing(chance: random.Random, kind: OrderKind) -> None:
    queue = [
        Waiting(1, NOW - timedelta(minutes=30)),
        Waiting(2, NOW - timedelta(minutes=20), priority=1),
        Waiting(3, NOW - timedelta(minutes=15), appointment_at=NOW + timedelta(minutes=8)),
        Waiting(4, NOW - timedelta(minutes=9), not_before=NOW + timedelta(minutes=15)),
        Waiting(5, NOW - timedelta(minutes=5)),
    ]
    shuffled = queue.copy()
    chance.shuffle(shuffled)
    policy = Policy(kind)
    assert told(desk(queue, policy=policy)) == told(desk(shuffled, policy=policy))


def test_appointments_that_will_come_make_walk_ins_wait_longer() -> None:
    booked = [Booked(1, -float(ahead), NOW + timedelta(minutes=ahead)) for ahead in (5, 10, 15, 20)]
    without, with_them = told(desk(waiting(3))), told(desk(waiting(3), booked=booked))
    assert with_them.of(3).middle > without.of(3).middle + 5


def test_who_asked_to_be_called_later_is_not_promised_an_earlier_call() -> None:
    later = Waiting(9, NOW - timedelta(minutes=60), not_before=NOW + timedelta(minutes=40))
    assert told(desk([later, *waiting(1)])).tickets[9].range.low >= 40


def test_a_counter_that_does_not_take_the_service_does_not_shorten_its_wait() -> None:
    only_other = OpenCounter(frozenset({2}), Visit(2, 1.0))
    own = OpenCounter(frozenset({1}), Visit(1, 1.0))
    one = told(desk(waiting(4), [own, only_other], services=(1, 2)))
    alone = told(desk(waiting(4), [own]))
    assert one.of(4, service_id=1).middle == pytest.approx(alone.of(4).middle, rel=0.3)
    assert one.of(4, service_id=2).middle < one.of(4, service_id=1).middle / 2


def test_a_service_that_no_open_counter_takes_still_has_an_answer() -> None:
    found = told(desk(waiting(2, service_id=3), [OpenCounter(frozenset({1}))], services=(1, 3)))
    assert found.tickets[1].range.low >= 0


def test_without_an_open_counter_the_usual_ones_are_assumed_and_it_is_said() -> None:
    habits = learn(
        [steady_day(TODAY - timedelta(days=ago), 10, counters=3) for ago in (1, 2, 3)], {1: 10}, TODAY
    )
    closed, three = told(desk(waiting(12), 0), habits), told(desk(waiting(12), 3), habits)
    assert (closed.counters, three.counters) == (0, 3)
    assert closed.of(12).middle == pytest.approx(three.of(12).middle, rel=0.3)


def test_visits_teach_and_the_newest_count_most() -> None:
    old = [steady_day(TODAY - timedelta(days=ago), 20, counters=3) for ago in range(15, 28)]
    new = [steady_day(TODAY - timedelta(days=ago), 10, counters=3) for ago in range(1, 8)]
    values = learn([*old, *new], {1: 30.0}, TODAY).minutes[1]
    assert 9 < sum(values) / len(values) < 15
    assert learn([*old, *new], {1: 30.0}, TODAY) == learn([*new, *old], {1: 30.0}, TODAY)


def test_a_new_service_has_the_minutes_that_staff_set() -> None:
    values = learn((), {1: 12.0}, TODAY).minutes[1]
    assert sum(values) / len(values) == pytest.approx(12, rel=0.05)


def test_visits_that_nobody_closed_do_not_stretch_the_forecast() -> None:
    sound = [steady_day(TODAY - timedelta(days=ago), 10) for ago in range(1, 6)]
    values = learn(sound, {1: 10.0}, TODAY).minutes[1]
    assert max(values) < FORGOTTEN / 2


@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 300))
def test_a_shown_range_is_never_inverted_or_a_single_minute(one: float, two: float, three: float) -> None:
    low, high = Range(*sorted((one, two, three))).shown
    assert 0 <= low < high


def _promises(waited: float) -> list[Promise]:
    return [Promise(10, 20, 3, 2, waited, 10.0)] * 200


def test_promises_that_fail_on_one_side_stretch_that_side_and_kept_ones_shrink_both() -> None:
    assert stretch_of(()) == (1.0, 1.0)
    below, above = stretch_of(_promises(30))
    assert above > 1.5
    assert below < 1
    below, above = stretch_of(_promises(2))
    assert below > 1.5
    assert above < 1
    assert max(stretch_of(_promises(15))) < 1
