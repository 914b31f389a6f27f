"""Who is next: a pure function of who waits, whatever order they are listed in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.order import Policy, Waiting, calling_order, order_key

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
POLICY = Policy(appointment_lead=timedelta(minutes=5))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def ids(queue: list[Waiting], now: datetime = NOW) -> list[int]:
    return [entry.ticket_id for entry in calling_order(queue, POLICY, now)]


def test_first_come_first_served_and_ties_by_id() -> None:
    queue = [Waiting(2, NOW), Waiting(1, NOW), Waiting(3, NOW - minutes(1))]
    assert ids(queue) == [3, 1, 2]


def test_an_appointment_goes_first_once_it_is_due_and_waits_its_turn_before() -> None:
    walk_in = Waiting(1, NOW - minutes(30))
    booked = Waiting(2, NOW - minutes(20), appointment_at=NOW + minutes(10))
    assert ids([walk_in, booked]) == [1, 2]
    assert ids([walk_in, booked], NOW + minutes(5)) == [2, 1]


def test_due_appointments_go_by_their_time_not_by_arrival() -> None:
    early = Waiting(1, NOW - minutes(1), appointment_at=NOW - minutes(10))
    late = Waiting(2, NOW - minutes(50), appointment_at=NOW)
    assert ids([late, early]) == [1, 2]


def test_priority_beats_everything() -> None:
    assert ids([Waiting(1, NOW - minutes(60)), Waiting(2, NOW, priority=1)]) == [2, 1]


entries = st.lists(
    st.builds(
        Waiting,
        ticket_id=st.integers(1, 10_000),
        queued_at=st.integers(0, 90).map(lambda ago: NOW - minutes(ago)),
        priority=st.integers(0, 2),
        appointment_at=st.none() | st.integers(-60, 60).map(lambda at: NOW + minutes(at)),
    ),
    unique_by=lambda entry: entry.ticket_id,
    max_size=30,
)


@given(entries, st.randoms())
def test_any_listing_of_the_same_queue_gives_one_order(queue: list[Waiting], chance: object) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ids(queue) == ids(shuffled)


@given(entries)
def test_plain_walk_ins_never_overtake_each_other(queue: list[Waiting]) -> None:
    plain = [
        entry for entry in calling_order(queue, POLICY, NOW) if not (entry.priority or entry.appointment_at)
    ]
    keys = [order_key(entry, POLICY, NOW) for entry in plain]
    assert keys == sorted(keys)
    assert [entry.queued_at for entry in plain] == sorted(entry.queued_at for entry in plain)
