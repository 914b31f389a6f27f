"""Last month played again: to the minute, fair, and the same whenever it is asked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_kit import CLOSES, MONDAY, OPENS, pasts, peaked_month, visit

from madoguchi.domain.order import Policy, Waiting, calling_order
from madoguchi.domain.past_visits import PastVisit
from madoguchi.domain.placing import SlotPlan
from madoguchi.domain.replay import Rules, measured, replay, waits_of
from madoguchi.domain.staffing import Staffing

HALF_HOURS = dict.fromkeys(range(OPENS, CLOSES, 30), 3)
PLAN = SlotPlan(by_weekday=dict.fromkeys(range(7), HALF_HOURS), booked_share=0.5)

LAST_COUNTER = ((CLOSES, 1), (CLOSES + 1, 0))

staffings = st.lists(st.integers(0, 3), min_size=1, max_size=6).map(
    lambda numbers: Staffing(
        (*((OPENS + 25 * place, number) for place, number in enumerate(numbers)), *LAST_COUNTER)
    )
)


def steady(counters: int) -> Callable[[date], Staffing]:
    return lambda _day: Staffing.steady(OPENS, CLOSES, counters)


def test_a_small_day_to_the_minute() -> None:
    past = [
        visit(1, 530, 10),  # before the doors open: called at 540, waited 10
        visit(2, 541, 20),  # overtaken at 550 by an appointment that is due: called at 560, waited 19
        visit(3, 545, 10, appointment=555),  # called five minutes before its time: waited 0
        visit(4, 546, 99, missed=True),  # called at 580, not there, a minute lost
        visit(5, 570, 5, appointment=600),  # not due, but before 6 in the queue: called at 581, waited 0
        visit(6, 575, 4),  # called at 586, waited 11
    ]
    done = replay(past, steady(1))
    calls = {call.visit_id: (call.called, call.finished, call.waited) for call in done.visits}
    assert calls == {
        1: (540, 550, 10),
        3: (550, 560, 0),
        2: (560, 580, 19),
        4: (580, 581, 34),
        5: (581, 586, 0),
        6: (586, 590, 11),
    }
    assert (done.waits.count, done.waits.mean, done.waits.median) == (5, 8, 10)
    assert (done.waits.ninetieth, done.waits.longest, done.waits.longer_than) == (19, 19, {15: 1, 30: 0})
    assert (done.days, done.missed, done.unserved, done.overtime) == (1, 1, 0, 0)
    bands = {band.start: (band.visits, band.waits.count, band.load) for band in done.bands}
    assert bands == {
        510: (1, 1, None),
        540: (3, 2, (20 + 10 + 1) / 30),
        570: (1, 1, 4 / 30),
        600: (1, 1, 5 / 30),
    }


def minute_by_minute(past: Iterable[PastVisit], staffing: Staffing, policy: Policy) -> dict[int, int]:
    """Visit → minute of its call, by looking at the whole queue every minute."""
    midnight = datetime(2026, 10, 5, tzinfo=UTC)

    def moment(minute: float) -> datetime:
        return midnight + timedelta(minutes=minute)

    left, busy_until, called = list(past), [], dict[int, int]()
    for minute in range(2400):
        busy_until = [until for until in busy_until if until > minute]
        here = {one.id: one for one in left if one.arrives is not None and one.arrives <= minute}
        queue = [
            Waiting(
                one.id,
                moment(one.arrives or 0),
                one.priority,
                None if one.appointment is None else moment(one.appointment),
            )
            for one in here.values()
        ]
        counters = staffing.counters_at(min(minute, CLOSES))
        for entry in calling_order(queue, policy, moment(minute))[: max(0, counters - len(busy_until))]:
            one = here[entry.ticket_id]
            called[one.id] = minute
            busy_until.append(minute + (1 if one.missed else int(one.minutes)))
            left.remove(one)
    return called


@given(pasts(days=1), staffings, st.integers(0, 20))
def test_every_call_is_the_one_the_real_calling_order_makes(
    past: list[PastVisit], staffing: Staffing, lead: int
) -> None:
    policy = Policy(appointment_lead=timedelta(minutes=lead))
    done = replay(past, lambda _day: staffing, rules=Rules(policy=policy))
    assert {call.visit_id: call.called for call in done.visits} == minute_by_minute(past, staffing, policy)


@given(pasts(), st.sampled_from([None, PLAN]), st.integers(1, 3), st.integers(0, 5), st.randoms())
def test_the_same_whatever_order_the_visits_are_listed_in(
    past: list[PastVisit], plan: SlotPlan | None, counters: int, seed: int, chance: random.Random
) -> None:
    shuffled = list(past)
    chance.shuffle(shuffled)
    assert replay(past, steady(counters), plan, seed=seed) == replay(
        shuffled, steady(counters), plan, seed=seed
    )


@given(pasts(), st.sampled_from([None, PLAN]), st.integers(1, 3))
def test_no_counter_is_idle_while_somebody_waits_and_nobody_is_called_before_coming(
    past: list[PastVisit], plan: SlotPlan | None, counters: int
) -> None:
    done = replay(past, steady(counters), plan)
    assert len({call.visit_id for call in done.visits}) == len(done.visits) == len(past)
    for day in {call.day for call in done.visits}:
        calls = [call for call in done.visits if call.day == day]
        for call in calls:
            assert call.called >= max(call.arrives, OPENS)
            at_counters = [other for other in calls if other.called <= call.called < other.finished]
            assert len(at_counters) <= counters
        edges = sorted({edge for call in calls for edge in (call.arrives, call.called, call.finished)})
        for edge in edges:
            waiting = any(call.arrives <= edge < call.called for call in calls)
            busy = sum(call.called <= edge < call.finished for call in calls)
            assert not waiting or edge < OPENS or busy == counters


@given(pasts(appointments=False), st.integers(1, 4))
def test_one_more_counter_lets_nobody_wait_longer(past: list[PastVisit], counters: int) -> None:
    fewer, more = replay(past, steady(counters)), replay(past, steady(counters + 1))
    sooner = {call.visit_id: call.called for call in more.visits}
    assert all(sooner[call.visit_id] <= call.called for call in fewer.visits)
    assert more.waits.ninetieth <= fewer.waits.ninetieth


def test_a_counter_that_closes_finishes_its_visit_and_the_last_serve_everybody() -> None:
    past = [visit(1, 540, 30), visit(2, 540, 30), visit(3, 541, 30), visit(4, 542, 5)]
    done = replay(past, lambda _day: Staffing(((540, 2), (550, 1), (580, 0))))
    assert [(call.visit_id, call.called) for call in done.visits] == [(1, 540), (2, 540), (3, 570), (4, 600)]
    assert (done.unserved, done.overtime) == (0, 25)


def test_without_any_counter_everybody_is_unserved() -> None:
    done = replay([visit(1, 540), visit(2, 600)], lambda _day: Staffing(()))
    assert (done.unserved, done.waits.count, done.waits.mean, done.visits) == (2, 0, 0, ())
    assert [band.load for band in done.bands] == [None, None, None]


def test_nothing_to_replay_gives_zeros() -> None:
    done = replay([], steady(1), PLAN)
    assert (done.days, done.waits.count, done.bands, done.overtime) == (0, 0, (), 0)


def test_two_visits_with_one_id_are_an_error_not_a_lost_visit() -> None:
    with pytest.raises(ValueError, match="id 7"):
        replay([visit(7, 540), visit(7, 550)], steady(1))


def test_a_plan_that_spreads_a_peaked_morning_shortens_the_waiting() -> None:
    past = peaked_month()
    before = replay(past, steady(4))
    after = replay(past, steady(4), SlotPlan(dict.fromkeys(range(5), HALF_HOURS), booked_share=0.6), seed=1)
    assert before.waits.ninetieth > 60
    assert after.waits.ninetieth < before.waits.ninetieth / 2
    assert after.placed > 0
    assert 0 < after.shift < 240
    assert before.shift == 0
    assert max(band.load or 0 for band in after.bands) < max(band.load or 0 for band in before.bands)


def test_another_seed_is_another_month_and_without_a_plan_it_changes_nothing() -> None:
    past = peaked_month(days=2)
    assert replay(past, steady(4), PLAN, seed=1).visits != replay(past, steady(4), PLAN, seed=2).visits
    assert replay(past, steady(4), seed=1) == replay(past, steady(4), seed=2)


def test_what_was_measured_leaves_out_the_missed_and_the_early() -> None:
    past = [
        visit(1, 540, called=552),
        visit(2, 540, appointment=560, called=555),
        visit(3, 540, called=600, missed=True),
        visit(4, 540),
    ]
    waits = measured(past)
    assert (waits.count, waits.mean, waits.longest) == (2, 6, 12)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=50))
def test_nine_of_ten_wait_no_longer_than_the_ninetieth(minutes: list[float]) -> None:
    waits = waits_of(minutes)
    assert sum(one <= waits.ninetieth for one in minutes) * 10 >= len(minutes) * 9
    assert min(minutes) <= waits.median <= waits.longest == max(minutes)


def test_days_are_replayed_apart() -> None:
    past = [visit(1, 1000, 60), visit(2, 540, day=MONDAY + timedelta(days=1))]
    assert [call.waited for call in replay(past, steady(1)).visits] == [0, 0]
