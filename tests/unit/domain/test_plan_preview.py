"""Who is beyond a time's new capacity, and where each could go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from madoguchi.domain.booking import ReservationState
from madoguchi.domain.plan_preview import Occupant, Room, alternatives, beyond, nearest_rooms

NINE = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
BOOKED, HELD, CAME = ReservationState.BOOKED, ReservationState.HELD, ReservationState.CHECKED_IN


def who(number: int, at: datetime = NINE, state: ReservationState = BOOKED, since: int = 0) -> Occupant:
    return Occupant(number, at, state, NINE - timedelta(days=30) + timedelta(minutes=since or number))


def anywhere(_one: Occupant, _moment: datetime) -> bool:
    return True


def test_the_latest_booked_go_first_and_only_of_times_that_are_asked_about() -> None:
    there = [who(1), who(2), who(3), who(4, TEN)]
    assert [one.id for one in beyond(there, {NINE: 1})] == [3, 2]
    assert [one.id for one in beyond(there, {NINE: 0, TEN: 0})] == [4, 3, 2, 1]
    assert beyond(there, {NINE: 3}) == []


def test_who_has_come_keeps_the_place_and_who_only_holds_one_is_never_listed() -> None:
    there = [who(1, state=HELD), who(2), who(3, state=CAME)]
    assert beyond(there, {NINE: 2}) == []
    assert [one.id for one in beyond(there, {NINE: 1})] == [2]
    assert [one.id for one in beyond(there, {NINE: 0})] == [2]


def test_each_is_offered_a_place_that_nobody_else_is_offered() -> None:
    rooms = [Room(NINE, 0, 2), Room(TEN, 1, 0), Room(TEN + timedelta(hours=1), 3, 2)]
    found = nearest_rooms([who(2), who(1), who(3)], rooms, anywhere)
    assert found == {1: TEN, 2: TEN + timedelta(hours=1)}


def test_nobody_is_sent_where_it_is_not_allowed_or_back_to_the_own_time() -> None:
    rooms = [Room(NINE, 9, 0), Room(TEN, 9, 0)]
    assert nearest_rooms([who(1)], rooms, lambda _one, moment: moment != TEN) == {}
    assert nearest_rooms([who(1)], rooms, anywhere) == {1: TEN}


def test_alternatives_are_the_nearest_first() -> None:
    rooms = [Room(NINE + timedelta(hours=ahead), 1, ahead % 2) for ahead in range(-4, 5)]
    found = alternatives(who(1), rooms, anywhere, 3)
    assert [int((moment - NINE).total_seconds() / 3600) for moment in found] == [-2, 2, -4]


@given(
    some.lists(some.tuples(some.integers(0, 3), some.sampled_from([BOOKED, HELD, CAME])), max_size=20),
    some.dictionaries(some.integers(0, 3), some.integers(0, 5)),
)
def test_what_is_left_fits_or_cannot_be_moved(
    people: list[tuple[int, ReservationState]], capacities: dict[int, int]
) -> None:
    there = [who(at + 1, NINE + timedelta(hours=hour), state) for at, (hour, state) in enumerate(people)]
    capacity = {NINE + timedelta(hours=hour): number for hour, number in capacities.items()}
    over = {one.id for one in beyond(there, capacity)}
    for moment, most in capacity.items():
        stays = [one for one in there if one.starts_at == moment and one.id not in over]
        assert sum(one.state is BOOKED for one in stays) <= max(
            0, most - sum(one.state is CAME for one in stays)
        )
    assert all(one.state is BOOKED for one in there if one.id in over)
