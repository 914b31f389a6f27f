"""The simulated queue gives whoever the real order would call, whatever changes meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.order import CalledAs, OrderKind, Policy, Turn, Waiting, called_as, next_in_order
from madoguchi.domain.queue_line import Line

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def _minutes(low: int, high: int) -> st.SearchStrategy[datetime]:
    return st.integers(low, high).map(lambda ahead: NOW + timedelta(minutes=ahead))


people = st.lists(
    st.builds(
        Waiting,
        ticket_id=st.integers(1, 10**6),
        queued_at=_minutes(-90, 0),
        priority=st.integers(0, 1),
        appointment_at=st.none() | _minutes(-20, 60),
        not_before=st.none() | _minutes(-20, 60),
        service_id=st.integers(1, 2),
    ),
    max_size=12,
    unique_by=lambda one: one.ticket_id,
)
takings = st.lists(
    st.tuples(st.integers(0, 25), st.sampled_from([None, frozenset({1}), frozenset({2})])), max_size=20
)


@given(people, takings, st.sampled_from(OrderKind))
def test_the_line_calls_as_the_real_order_does(
    queue: list[Waiting], calls: list[tuple[int, frozenset[int] | None]], kind: OrderKind
) -> None:
    policy, turn, moment = Policy(kind, ratio=(2, 1)), Turn(CalledAs.WALK_IN, 1), NOW
    line = Line(policy, turn, by_service=True)
    for entry in queue:
        line.add(entry, NOW)
    left = list(queue)
    for later, services in calls:
        moment += timedelta(minutes=later)
        here = [one for one in left if services is None or one.service_id in services]
        expected = next_in_order(here, policy, moment, turn)
        assert line.copy().take(moment, services) == expected
        assert line.take(moment, services) == expected
        if expected is not None:
            left.remove(expected)
            if kind is OrderKind.RATIO and expected.priority <= 0:
                turn = turn.then(called_as(expected, policy, moment))
    assert len(line) == len(left)
