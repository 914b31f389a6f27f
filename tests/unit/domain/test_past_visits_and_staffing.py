"""What rows of tickets say: minutes of a wall clock, who was there, which counters were open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from replay_kit import CLOSES, MONDAY, OPENS, visit

from madoguchi.domain.past_visits import (
    learned_minutes,
    local_minutes,
    never_came,
    past_visit,
    without_forgotten,
)
from madoguchi.domain.staffing import Staffing, staffing_seen
from madoguchi.domain.tickets import TicketState

TOKYO = ZoneInfo("Asia/Tokyo")
NINE = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)


def test_a_finished_ticket_becomes_a_visit_in_local_minutes() -> None:
    found = past_visit(
        7,
        TicketState.DONE,
        MONDAY,
        TOKYO,
        issued_at=NINE,
        called_at=NINE + timedelta(minutes=12, seconds=30),
        finished_at=NINE + timedelta(minutes=20),
        appointment_at=NINE + timedelta(minutes=15),
        counter_id=3,
    )
    assert found == visit(7, 540, 7.5, 555, called=552.5, counter_id=3)


@pytest.mark.parametrize(
    ("state", "called", "finished"),
    [
        (TicketState.CANCELLED, NINE, NINE),
        (TicketState.WAITING, None, None),
        (TicketState.SERVING, NINE, None),
        (TicketState.DONE, None, NINE),
        (TicketState.DONE, NINE, None),
    ],
)
def test_a_ticket_without_a_whole_visit_teaches_nothing(
    state: TicketState, called: datetime | None, finished: datetime | None
) -> None:
    assert past_visit(1, state, MONDAY, TOKYO, issued_at=NINE, called_at=called, finished_at=finished) is None


def test_a_missed_ticket_is_kept_as_missed_and_an_absence_never_meets_a_ticket() -> None:
    missed = past_visit(
        1, TicketState.MISSED, MONDAY, TOKYO, issued_at=NINE, called_at=NINE, finished_at=None
    )
    assert missed == visit(1, 540, 0, missed=True, called=540)
    assert never_came(1, NINE, MONDAY, TOKYO) == visit(-1, None, 0, appointment=540)


def test_minutes_are_those_of_the_wall_clock_past_midnight_and_where_clocks_change() -> None:
    assert local_minutes(NINE + timedelta(hours=16), MONDAY, TOKYO) == 1500
    new_york = ZoneInfo("America/New_York")
    nine = datetime(2026, 3, 8, 9, 0, tzinfo=new_york)
    assert local_minutes(nine.astimezone(UTC), date(2026, 3, 8), new_york) == 540


def test_a_visit_that_nobody_closed_counts_as_a_usual_one() -> None:
    past = [visit(1, 540, 8), visit(2, 540, 12), visit(3, 540, 400), visit(4, 540, 0, missed=True)]
    assert [one.minutes for one in without_forgotten(past)] == [8, 12, 10, 0]


def test_counter_minutes_and_closing_follow_the_steps() -> None:
    day = Staffing(((540, 3), (720, 2), (780, 3), (1020, 0), (1050, 0)))
    assert [day.counters_at(minute) for minute in (539, 540, 720, 1019, 1020)] == [0, 3, 2, 3, 0]
    assert day.counter_minutes(700, 800) == 20 * 3 + 60 * 2 + 20 * 3
    assert day.counter_minutes(0, 1440) == 180 * 3 + 60 * 2 + 240 * 3
    assert day.closes_at == 1020
    assert Staffing(()).closes_at is None
    assert Staffing(((540, 2),)).counter_minutes(600, 610) == 20


@pytest.mark.parametrize("steps", [((600, 1), (540, 2)), ((540, 1), (540, 2)), ((540, -1),)])
def test_steps_out_of_order_and_negative_counters_are_refused(steps: tuple[tuple[float, int], ...]) -> None:
    with pytest.raises(ValueError, match="staffing"):
        Staffing(steps)


def test_a_counter_idle_while_people_wait_was_at_lunch_and_a_quiet_one_was_open() -> None:
    lunch = range(720, 780, 10)
    busy = [
        visit(
            10 * start + counter,
            start - (25 if start in lunch else 0),
            called=start,
            counter_id=counter,
        )
        for start in range(OPENS, 900, 10)
        for counter in (1, 2)
        if counter == 1 or start not in lunch
    ]
    seen = staffing_seen(busy, OPENS, CLOSES)
    assert seen == {0: Staffing(((540, 2), (720, 1), (780, 2), (1020, 0)))}


def test_the_usual_day_counts_not_the_odd_one() -> None:
    past = [
        visit(
            100 * week + counter,
            600,
            counter_id=counter,
            called=600,
            day=MONDAY + timedelta(weeks=week),
        )
        for week, counters in enumerate([3, 3, 1])
        for counter in range(counters)
    ]
    assert staffing_seen(past, OPENS, CLOSES) == {0: Staffing(((540, 3), (1020, 0)))}
    assert staffing_seen([visit(1, 600)], OPENS, CLOSES) == {}


def test_few_visits_stay_near_the_set_minutes_and_many_take_over() -> None:
    assert learned_minutes([], 10) == 10
    assert 10 < learned_minutes([30], 10) < 13
    assert learned_minutes([30.0] * 400, 10) > 29


def test_one_visit_that_nobody_closed_does_not_stretch_the_learned_minutes() -> None:
    assert learned_minutes([10.0] * 99 + [600.0], 10) == 10
