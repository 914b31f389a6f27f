"""Letting others pass: exactly so many, whatever one's rank, and never at anybody else's cost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from madoguchi.domain.order import (
    DAY_BEGINS,
    CalledAs,
    OrderKind,
    Policy,
    Turn,
    Waiting,
    callable_at,
    calling_order,
    is_due,
    order_key,
)
from madoguchi.domain.placing_behind import behind

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
FIRST = Policy()
ARRIVAL = Policy(kind=OrderKind.ARRIVAL)
RATIO = Policy(kind=OrderKind.RATIO, ratio=(2, 1))
EXACT = (FIRST, ARRIVAL, Policy(patience=timedelta(minutes=1)), Policy(patience=timedelta(minutes=20)))
RATIOS = (RATIO, Policy(kind=OrderKind.RATIO, ratio=(1, 3)))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def walk_in(ticket_id: int, ago: float, **more: object) -> Waiting:
    return Waiting(ticket_id, NOW - minutes(ago), **more)  # type: ignore[arg-type]


def booked(ticket_id: int, at: float = 0, ago: float = 1, **more: object) -> Waiting:
    return Waiting(ticket_id, NOW - minutes(ago), appointment_at=NOW + minutes(at), **more)  # type: ignore[arg-type]


def ids(queue: Sequence[Waiting], policy: Policy, now: datetime = NOW, turn: Turn = DAY_BEGINS) -> list[int]:
    return [entry.ticket_id for entry in calling_order(queue, policy, now, turn)]


def after(queue: list[Waiting], ticket_id: int, by: int | None, policy: Policy = FIRST) -> list[int]:
    entry = next(one for one in queue if one.ticket_id == ticket_id)
    moved = behind(queue, entry, by, policy, NOW).entry
    return ids([moved if one.ticket_id == ticket_id else one for one in queue], policy)


def test_a_walk_in_goes_behind_exactly_so_many() -> None:
    queue = [walk_in(number, 30 - number) for number in range(1, 6)]
    assert after(queue, 1, 1) == [2, 1, 3, 4, 5]
    assert after(queue, 2, 3) == [1, 3, 4, 5, 2]
    assert after(queue, 2, 99) == [1, 3, 4, 5, 2]
    assert after(queue, 1, None) == [2, 3, 4, 5, 1]


def test_with_nobody_behind_nothing_moves() -> None:
    queue = [walk_in(1, 9), walk_in(2, 5), walk_in(3, 30, not_before=NOW + minutes(10))]
    placed = behind(queue, queue[1], 3, FIRST, NOW)
    assert (placed.passed, placed.entry) == (0, queue[1])


def test_a_due_appointment_really_moves_behind_the_next_appointment_and_behind_walk_ins() -> None:
    queue = [booked(1, at=-5), booked(2, at=3), walk_in(3, 30), walk_in(4, 20)]
    assert ids(queue, FIRST) == [1, 2, 3, 4]
    assert after(queue, 1, 1) == [2, 1, 3, 4]
    assert after(queue, 1, 2) == [2, 3, 1, 4]


def test_an_appointment_whose_time_has_not_come_keeps_its_time() -> None:
    early = booked(1, at=20, ago=40)
    queue = [early, walk_in(2, 30), walk_in(3, 20)]
    moved = behind(queue, early, 2, FIRST, NOW).entry
    assert ids([moved, *queue[1:]], FIRST) == [2, 3, 1]
    assert ids([moved, *queue[1:]], FIRST, NOW + minutes(15)) == [1, 2, 3]


def test_a_place_behind_walk_ins_stays_there_when_they_have_waited_out() -> None:
    queue = [booked(1, at=-5), walk_in(2, 50), walk_in(3, 40)]
    moved = behind(queue, queue[0], 1, FIRST, NOW).entry
    assert moved.placed_as is CalledAs.WALK_IN
    for later in (0, 9, 11, 25, 90):
        assert ids([moved, *queue[1:]], FIRST, NOW + minutes(later)) == [2, 1, 3]


def test_a_second_time_goes_on_from_the_first_place() -> None:
    queue = [booked(1, at=-5), *(walk_in(number, 30 - number) for number in range(2, 7))]
    once = behind(queue, queue[0], 2, FIRST, NOW).entry
    twice = behind([once, *queue[1:]], once, 2, FIRST, NOW).entry
    assert ids([twice, *queue[1:]], FIRST) == [2, 3, 4, 5, 1, 6]


def test_who_went_first_by_priority_goes_behind_others_without_one() -> None:
    queue = [walk_in(1, 1, priority=1), walk_in(2, 9, priority=1), walk_in(3, 30), walk_in(4, 20)]
    assert ids(queue, FIRST) == [2, 1, 3, 4]
    assert after(queue, 2, 1) == [1, 2, 3, 4]
    assert after(queue, 2, 2) == [1, 3, 2, 4]


def test_several_behind_the_same_one_stand_in_the_order_they_asked() -> None:
    queue = [walk_in(number, 30 - number) for number in range(1, 7)]
    first = behind(queue, queue[0], 3, FIRST, NOW).entry
    queue = [first, *queue[1:]]
    second = behind(queue, queue[1], 2, FIRST, NOW).entry
    queue = [queue[0], second, *queue[2:]]
    assert ids(queue, FIRST) == [3, 4, 2, 1, 5, 6]


@pytest.mark.parametrize("by", [1, 2, 3, 4])
def test_where_turns_are_taken_those_of_the_other_kind_keep_theirs(by: int) -> None:
    queue = [*(booked(number) for number in range(1, 7)), walk_in(11, 9), walk_in(12, 8)]
    before = ids(queue, RATIO)
    assert before == [1, 2, 11, 3, 4, 12, 5, 6]
    now = after(queue, 1, by, RATIO)
    assert now.index(1) >= by
    assert all(now.index(one) <= before.index(one) for one in before if one != 1)


def test_an_appointment_is_not_given_up_where_a_place_as_near_lies_among_appointments() -> None:
    queue = [booked(1, at=-5), booked(2, at=3), walk_in(3, 30)]
    one_was_called = DAY_BEGINS.then(CalledAs.APPOINTMENT)
    assert ids(queue, RATIO, turn=one_was_called) == [1, 3, 2]
    placed = behind(queue, queue[0], 1, RATIO, NOW, one_was_called)
    assert (placed.passed, placed.entry.placed_as) == (2, CalledAs.APPOINTMENT)


def test_where_turns_are_taken_no_more_pass_than_needed() -> None:
    queue = [walk_in(1, 30, priority=1), booked(2, -9), booked(3, -8), walk_in(4, 20), booked(5, -7)]
    assert ids(queue, RATIO) == [1, 2, 3, 4, 5]
    assert after(queue, 1, 3, RATIO) == [2, 3, 4, 1, 5]


def _apart(queue: list[Waiting]) -> list[Waiting]:
    """No two at the same moment, as no two get a number at the same moment."""
    return [
        replace(
            one,
            queued_at=one.queued_at + timedelta(seconds=at),
            appointment_at=one.appointment_at and one.appointment_at + timedelta(seconds=at + 0.5),
        )
        for at, one in enumerate(queue)
    ]


entries = st.lists(
    st.builds(
        Waiting,
        ticket_id=st.integers(1, 10_000),
        queued_at=st.integers(0, 120).map(lambda ago: NOW - minutes(ago)),
        priority=st.integers(0, 1),
        appointment_at=st.none() | st.integers(-60, 60).map(lambda at: NOW + minutes(at)),
        not_before=st.none() | st.integers(-20, 20).map(lambda at: NOW + minutes(at)),
        placed_as=st.none() | st.sampled_from(CalledAs),
    ),
    unique_by=lambda entry: entry.ticket_id,
    min_size=1,
    max_size=15,
).map(_apart)
turns = st.builds(Turn, st.sampled_from(CalledAs), st.integers(1, 5))
how_many = st.none() | st.integers(1, 8)


@given(entries, st.sampled_from(EXACT), how_many, st.data())
def test_so_many_pass_and_everybody_else_stays_in_order(
    queue: list[Waiting], policy: Policy, by: int | None, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from([one for one in queue if callable_at(one, NOW)] or queue))
    others = [one for one in queue if one is not entry]
    placed = behind(queue, entry, by, policy, NOW)
    before = calling_order([*others, _callable(entry)], policy, NOW)
    at = [one.ticket_id for one in before].index(entry.ticket_id)
    left = sum(callable_at(one, NOW) for one in before[at + 1 :])
    now = ids([*others, placed.entry], policy)
    assert placed.passed == (left if by is None else min(by, left))
    assert now.index(entry.ticket_id) == at + placed.passed
    now.remove(entry.ticket_id)
    assert now == [one.ticket_id for one in before if one.ticket_id != entry.ticket_id]


@given(entries, st.sampled_from((*EXACT, *RATIOS)), turns, how_many, st.data())
def test_nobody_elses_place_gets_worse(
    queue: list[Waiting], policy: Policy, turn: Turn, by: int | None, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(queue))
    others = [one for one in queue if one is not entry]
    before = ids([*others, _callable(entry)], policy, NOW, turn)
    placed = behind(queue, entry, by, policy, NOW, turn)
    now = ids([*others, placed.entry], policy, NOW, turn)
    assert all(now.index(one.ticket_id) <= before.index(one.ticket_id) for one in others)
    assert now.index(entry.ticket_id) == before.index(entry.ticket_id) + placed.passed
    following = before[before.index(entry.ticket_id) + 1 :]
    left = sum(callable_at(one, NOW) for one in others if one.ticket_id in following)
    assert placed.passed >= (left if by is None else min(by, left))


@given(entries, st.sampled_from(EXACT), how_many, st.integers(0, 240), st.data())
def test_at_no_later_moment_is_the_place_better_than_the_old_one(
    queue: list[Waiting], policy: Policy, by: int | None, later: int, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(queue))
    # An appointment before its time may gain on others before theirs: see `placing_behind`.
    assume(entry.appointment_at is None or entry.appointment_at <= NOW)
    assume(not is_due(entry, policy, NOW) or order_key(_callable(entry), policy, NOW)[2] <= NOW)
    moved = behind(queue, entry, by, policy, NOW).entry
    then = NOW + minutes(later)
    assert order_key(moved, policy, then) >= order_key(_callable(entry), policy, then)


def _callable(entry: Waiting) -> Waiting:
    return replace(entry, not_before=None)
