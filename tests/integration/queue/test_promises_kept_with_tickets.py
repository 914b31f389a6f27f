"""Which told waiting times are kept with their tickets, which of them count, and what ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.promises import Promise
from madoguchi.domain.statistics.periods import Period
from madoguchi.services import forecasts, handing_over, handling, issuing_together, prioritizing, tickets
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.issuing_together import Wish
from madoguchi.services.office import Office
from madoguchi.services.statistics import Question, Statistics, statistics
from madoguchi.state import stats_view


def counted(office: Office, desk_id: int) -> list[tuple[int, Promise]]:
    with office.look() as unit:
        return forecasts.promises(unit, desk_id, unit.today - timedelta(days=28), unit.today)


def test_a_single_number_and_numbers_of_one_round_keep_what_was_told(hall: Hall) -> None:
    issued = [hall.number("a"), hall.number("b")]
    wishes = [Wish(hall.city.terminal_id, hall.city.desk_id, "nursery", "ja", key) for key in ("x", "y")]
    for answer in issuing_together.issue_together(hall.office, wishes):
        assert isinstance(answer, IssuedTicket)
        issued.append(answer)
    for ahead, one in enumerate(issued):
        ticket = hall.ticket(one.id)
        assert (ticket.promised_low, ticket.promised_high) == one.wait
        assert ticket.promised_ahead == ahead == one.waiting_ahead
        # Only one clerk sits at a counter of that desk.
        assert ticket.promised_counters == 1
    assert issued[0].wait < issued[-1].wait


def test_the_wait_ends_with_the_first_call_and_not_with_another(hall: Hall) -> None:
    one = hall.number("a")
    assert counted(hall.office, hall.city.desk_id) == []
    clock_of(hall.office).advance(minutes=12)
    hall.call()
    handling.hold(hall.office, hall.city.clerk, hall.here, one.id)
    clock_of(hall.office).advance(minutes=30)
    handling.resume(hall.office, hall.city.clerk, one.id)
    hall.call()
    ((service_id, promise),) = counted(hall.office, hall.city.desk_id)
    assert (service_id, promise.minutes, promise.hour) == (hall.city.service_id, 12, 10)
    assert (promise.low, promise.high) == one.wait


def test_who_was_called_and_did_not_come_counts_too(hall: Hall) -> None:
    one = hall.number("a")
    clock_of(hall.office).advance(minutes=3)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, one.id)
    assert [promise.minutes for _, promise in counted(hall.office, hall.city.desk_id)] == [3]


def _postponed(hall: Hall) -> None:
    one = hall.phone(0)
    hall.number("other")
    tickets.postpone_own(hall.office, hall.city.line_user_ids[0], one.id, by=1, until=None)


def _postponed_until(hall: Hall) -> None:
    one = hall.phone(0)
    until = clock_of(hall.office).now() + timedelta(minutes=20)
    tickets.postpone_own(hall.office, hall.city.line_user_ids[0], one.id, by=None, until=until)


def _prioritized(hall: Hall) -> None:
    one = hall.number("a")
    prioritizing.prioritize(hall.office, hall.city.clerk, one.id, next(iter(PriorityReason)))


def _returned(hall: Hall) -> None:
    one = hall.phone(0)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, one.id)
    tickets.return_own(hall.office, hall.city.line_user_ids[0], one.id)


def _handed_over(hall: Hall) -> None:
    one = hall.number("a")
    hall.call()
    handing_over.hand_over(hall.office, hall.city.clerk, hall.here, one.id, hall.city.other_desk_service_id)


@pytest.mark.parametrize(
    ("moved", "others"),
    [(_postponed, 1), (_postponed_until, 0), (_prioritized, 0), (_returned, 0), (_handed_over, 0)],
)
def test_what_somebody_decided_afterwards_was_not_promised(
    hall: Hall, moved: Callable[[Hall], None], others: int
) -> None:
    moved(hall)
    clock_of(hall.office).advance(minutes=30)
    if moved is _handed_over:
        hall.call_there()
    else:
        for _ in range(1 + others):
            handling.finish(hall.office, hall.city.clerk, hall.here, hall.call().ticket_id or 0)
    assert len(counted(hall.office, hall.city.desk_id)) == others
    assert counted(hall.office, hall.city.other_desk_id) == []


def some_outcomes(hall: Hall, count: int) -> Statistics:
    """Numbers that are called as soon as they are taken, the last one after a quarter of an hour."""
    for number in range(count):
        service = hall.city.service_id if number % 2 else hall.city.other_service_id
        one = hall.number(f"n{number}", service)
        if number == count - 1:
            clock_of(hall.office).advance(minutes=15)
        hall.call()
        handling.finish(hall.office, hall.city.clerk, hall.here, one.id)
    today = hall.office.today()
    question = Question(Period(today, today), desk_id=hall.city.desk_id)
    return statistics(hall.office, hall.city.viewer, question)


def test_staff_read_how_often_the_range_held_by_service_and_hour(hall: Hall) -> None:
    page = stats_view.view_of(some_outcomes(hall, 20), hall.office.settings.zone)
    assert page["large"][-1].value == "95.0"
    assert page["verdict"].startswith("目標よりよく当たっています")
    assert [(line.first, *line.cells[:4]) for line in page["told"].lines] == [
        ("業務", "保育所等利用申込", "10", "9", "90.0"),
        ("業務", "児童手当", "10", "10", "100.0"),
        ("時間帯", "10時台", "20", "19", "95.0"),
    ]
    assert [line.share for line in page["told"].lines] == [90, 100, 95]


def test_few_outcomes_are_no_statistics(hall: Hall) -> None:
    page = stats_view.view_of(some_outcomes(hall, 3), hall.office.settings.zone)
    assert (page["large"][-1].value, page["large"][-1].unit) == ("－", "")
    assert page["verdict"].startswith("待ち時間をお伝えして呼んだ番号がまだ少ない")
    assert [line.cells[3] for line in page["told"].lines] == ["－", "－", "－"]
