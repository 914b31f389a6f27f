"""The calling order beside a plain one: the same queue gives the same order, whatever the policy."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from plain_queue import APPOINTMENTS_IN_A_ROW, LEAD, PATIENCE, Person, PlainQueue

from madoguchi.domain.order import (
    DAY_BEGINS,
    CalledAs,
    OrderKind,
    Policy,
    Waiting,
    calling_order,
)

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)

people = st.lists(
    st.tuples(
        st.integers(0, 2 * PATIENCE // timedelta(minutes=1)),
        st.integers(0, 5).map(lambda chance: chance == 0),
        st.none() | st.integers(-30, 20),
    ),
    max_size=14,
)


@settings(max_examples=400)
@given(people, st.sampled_from(OrderKind), st.lists(st.booleans(), max_size=4))
def test_both_order_the_same_people_alike(
    drawn: list[tuple[int, bool, int | None]], kind: OrderKind, turns: list[bool]
) -> None:
    room = PlainQueue(kind.value, turns=turns)
    for number, (ago, urgent, appointment) in enumerate(drawn):
        time = None if appointment is None else NOW + timedelta(minutes=appointment)
        place = NOW - timedelta(minutes=ago)
        room.people.append(Person(f"{number:03}", place, priority=urgent, appointment=time))
    policy = Policy(kind, LEAD, PATIENCE, (APPOINTMENTS_IN_A_ROW, 1))
    turn = DAY_BEGINS
    for was_appointment in turns:
        turn = turn.then(CalledAs.APPOINTMENT if was_appointment else CalledAs.WALK_IN)
    queue = [Waiting(int(one.number), one.place, int(one.priority), one.appointment) for one in room.people]
    ordered = [entry.ticket_id for entry in calling_order(queue, policy, NOW, turn)]
    assert ordered == [int(one.number) for one in room.waiting(NOW)]
