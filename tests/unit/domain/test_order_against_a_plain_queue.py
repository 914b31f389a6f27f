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
from madoguchi.domain.placing_behind import behind

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


people_apart = st.lists(
    st.tuples(
        st.integers(0, 2 * PATIENCE // timedelta(minutes=1)),
        st.integers(0, 3).map(lambda chance: chance == 0),
        st.none() | st.integers(-30, 20),
        st.none() | st.integers(-5, 5),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=600)
@given(
    people_apart,
    st.sampled_from(OrderKind),
    st.lists(st.booleans(), max_size=3),
    st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(1, 5)), min_size=1, max_size=5),
    st.integers(0, 60),
)
def test_both_let_the_same_people_pass(
    drawn: list[tuple[int, bool, int | None, int | None]],
    kind: OrderKind,
    turns: list[bool],
    moves: list[tuple[int, int | None]],
    after: int,
) -> None:
    room = PlainQueue(kind.value, turns=turns)
    for number, (ago, urgent, appointment, later) in enumerate(drawn):
        # No two took a number, or have their time, at the same instant.
        apart = timedelta(seconds=number)
        time = (
            None
            if appointment is None
            else NOW + timedelta(minutes=appointment) + apart / 7 + timedelta(seconds=0.5)
        )
        person = Person(
            f"{number:03}", NOW - timedelta(minutes=ago) + apart, priority=urgent, appointment=time
        )
        person.later = None if later is None else NOW + timedelta(minutes=later)
        room.people.append(person)
    policy = Policy(kind, LEAD, PATIENCE, (APPOINTMENTS_IN_A_ROW, 1))
    turn = DAY_BEGINS
    for was_appointment in turns:
        turn = turn.then(CalledAs.APPOINTMENT if was_appointment else CalledAs.WALK_IN)
    queue = {
        int(one.number): Waiting(int(one.number), one.place, int(one.priority), one.appointment, one.later)
        for one in room.people
    }
    for who, by in moves:
        one = room.people[who % len(room.people)]
        entry = queue[int(one.number)]
        placed = behind(list(queue.values()), entry, by, policy, NOW, turn)
        assert placed.passed == room.let_pass(one, by, NOW)
        queue[entry.ticket_id] = placed.entry
    for moment in (NOW, NOW + timedelta(minutes=after, seconds=30)):
        ordered = [entry.ticket_id for entry in calling_order(queue.values(), policy, moment, turn)]
        assert ordered == [int(one.number) for one in room.waiting(moment)]
