"""The desk's policies: what each lets pass, why somebody is next, and that nobody waits for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.calling_rules import BOUNDS
from madoguchi.domain.order import (
    DAY_BEGINS,
    CalledAs,
    OrderKind,
    Policy,
    Turn,
    Waiting,
    Why,
    called_as,
    calling_order,
    is_due,
    next_in_order,
    order_key,
    reason_of,
)

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
FIRST = Policy()
ARRIVAL = Policy(kind=OrderKind.ARRIVAL)
RATIO = Policy(kind=OrderKind.RATIO, ratio=(2, 1))
IMPATIENT = Policy(patience=timedelta(minutes=1))
POLICIES = (FIRST, ARRIVAL, RATIO, Policy(kind=OrderKind.RATIO, ratio=(1, 3)), IMPATIENT)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def walk_in(ticket_id: int, ago: float, **more: object) -> Waiting:
    return Waiting(ticket_id, NOW - minutes(ago), **more)  # type: ignore[arg-type]


def booked(ticket_id: int, at: float = 0, ago: float = 1) -> Waiting:
    return Waiting(ticket_id, NOW - minutes(ago), appointment_at=NOW + minutes(at))


def ids(queue: list[Waiting], policy: Policy, turn: Turn = DAY_BEGINS) -> list[int]:
    return [entry.ticket_id for entry in calling_order(queue, policy, NOW, turn)]


def test_strict_arrival_knows_no_appointments() -> None:
    assert ids([booked(1, at=-10, ago=1), walk_in(2, 5)], ARRIVAL) == [2, 1]


def test_a_ratio_takes_two_appointments_and_then_one_of_the_others() -> None:
    queue = [booked(1), booked(2), booked(3), walk_in(11, 9), walk_in(12, 8)]
    assert ids(queue, RATIO) == [1, 2, 11, 3, 12]


def test_a_ratio_goes_on_where_the_latest_calls_left_it() -> None:
    queue = [booked(1), booked(2), walk_in(11, 9), walk_in(12, 8)]
    assert ids(queue, RATIO, Turn(CalledAs.APPOINTMENT, 2)) == [11, 1, 2, 12]
    assert ids(queue, RATIO, Turn(CalledAs.APPOINTMENT, 1)) == [1, 11, 2, 12]


def test_with_nobody_of_one_kind_a_ratio_takes_the_other_without_a_pause() -> None:
    assert ids([booked(1), booked(2), booked(3), booked(4)], RATIO) == [1, 2, 3, 4]


def test_whoever_waited_for_the_desks_patience_goes_before_later_appointments() -> None:
    policy = Policy(patience=minutes(30))
    queue = [walk_in(1, 40), booked(2, at=-15), booked(3, at=-5), walk_in(4, 29)]
    assert ids(queue, policy) == [2, 1, 3, 4]


def test_who_asked_for_later_is_not_called_before_and_has_the_old_place_then() -> None:
    asked = walk_in(1, 50, not_before=NOW + minutes(1))
    queue = [asked, walk_in(2, 5)]
    assert ids(queue, FIRST) == [2, 1]
    assert next_in_order([asked], FIRST, NOW) is None
    later = [entry.ticket_id for entry in calling_order(queue, FIRST, NOW + minutes(1))]
    assert later == [1, 2]


@pytest.mark.parametrize(
    ("queue", "policy", "why"),
    [
        ([walk_in(1, 5, priority=1), walk_in(2, 9)], FIRST, Why.PRIORITY),
        ([booked(1), walk_in(2, 9)], FIRST, Why.APPOINTMENT),
        ([walk_in(1, 70), booked(2)], FIRST, Why.WAITED_OUT),
        ([walk_in(1, 9), walk_in(2, 5)], FIRST, Why.ARRIVAL),
        ([booked(1), walk_in(2, 9)], RATIO, Why.TURN_OF_APPOINTMENTS),
        ([booked(1)], RATIO, Why.APPOINTMENT),
        ([walk_in(1, 9), booked(2)], ARRIVAL, Why.ARRIVAL),
    ],
)
def test_the_reason_is_the_rule_that_decided(queue: list[Waiting], policy: Policy, why: Why) -> None:
    first = next_in_order(queue, policy, NOW)
    assert first is not None
    assert first.ticket_id == 1
    assert reason_of(first, queue, policy, NOW).why is why


def test_in_the_others_turn_the_ratio_says_so() -> None:
    queue = [booked(1), walk_in(2, 9)]
    assert next_in_order(queue, RATIO, NOW, Turn(CalledAs.APPOINTMENT, 2)) == queue[1]
    assert reason_of(queue[1], queue, RATIO, NOW).why is Why.TURN_OF_OTHERS


@pytest.mark.parametrize("ratio", [(0, 1), (1, 0), (-1, 2)])
def test_a_ratio_without_one_of_the_kinds_is_none(ratio: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="ratio"):
        Policy(kind=OrderKind.RATIO, ratio=ratio)


entries = st.lists(
    st.builds(
        Waiting,
        ticket_id=st.integers(1, 10_000),
        queued_at=st.integers(0, 120).map(lambda ago: NOW - minutes(ago)),
        priority=st.integers(0, 1),
        appointment_at=st.none() | st.integers(-60, 60).map(lambda at: NOW + minutes(at)),
        not_before=st.none() | st.integers(-20, 20).map(lambda at: NOW + minutes(at)),
    ),
    unique_by=lambda entry: entry.ticket_id,
    max_size=25,
)
turns = st.builds(Turn, st.sampled_from(CalledAs), st.integers(1, 5))
policies = st.sampled_from(POLICIES)


@given(entries, policies, turns, st.randoms())
def test_any_listing_of_the_same_queue_gives_one_order(
    queue: list[Waiting], policy: Policy, turn: Turn, chance: object
) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ids(queue, policy, turn) == ids(shuffled, policy, turn)
    assert sorted(ids(queue, policy, turn)) == sorted(entry.ticket_id for entry in queue)


@given(entries, policies, turns)
def test_no_later_equal_passes_an_earlier_one(queue: list[Waiting], policy: Policy, turn: Turn) -> None:
    ordered = calling_order(queue, policy, NOW, turn)
    for kind in {(order_key(one, policy, NOW)[:2], is_due(one, policy, NOW)) for one in queue}:
        equals = [
            order_key(one, policy, NOW)
            for one in ordered
            if (order_key(one, policy, NOW)[:2], is_due(one, policy, NOW)) == kind
        ]
        assert equals == sorted(equals)


def _overtaken(policy: Policy, arrivals: int) -> int:
    """How many appointments pass one walk-in when a new one comes due before every call."""
    poor = Waiting(1, NOW)
    queue, turn, now = [poor], DAY_BEGINS, NOW
    for number in range(arrivals):
        now = NOW + minutes(5 * number)
        queue.append(Waiting(100 + number, now, appointment_at=now))
        called = next_in_order(queue, policy, now, turn)
        assert called is not None
        turn = turn.then(called_as(called, policy, now))
        queue.remove(called)
        if called is poor:
            return number
    return arrivals


@pytest.mark.parametrize(
    ("policy", "most"),
    [(FIRST, 13), (RATIO, 2), (Policy(kind=OrderKind.RATIO, ratio=(5, 1)), 5), (ARRIVAL, 0)],
)
def test_nobody_starves_while_appointments_keep_coming(policy: Policy, most: int) -> None:
    assert _overtaken(policy, 200) <= most


def _bounds(name: str) -> st.SearchStrategy[int]:
    return st.integers(*BOUNDS[name])


@given(
    st.sampled_from(OrderKind),
    _bounds("patience").map(minutes),
    st.tuples(_bounds("ratio_appointments"), _bounds("ratio_others")),
)
def test_whatever_staff_may_set_nobody_waits_for_ever(
    kind: OrderKind, patience: timedelta, ratio: tuple[int, int]
) -> None:
    assert _overtaken(Policy(kind=kind, patience=patience, ratio=ratio), 200) < 200
