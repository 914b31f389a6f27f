"""A new day starts clean: what stayed open yesterday has its end, and twice is once."""

import pytest
from office_kit import City, clock_of

from madoguchi.services import calling, counters, issuing
from madoguchi.services.checkup import findings
from madoguchi.services.closing_day import close_past_days
from madoguchi.services.dashboard import dashboard
from madoguchi.services.office import Office
from madoguchi.services.tickets import ticket_by_token


@pytest.fixture
def yesterday(office: Office, city: City) -> list[str]:
    """Tokens of a ticket still called and one still waiting when the day ended."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    tokens = [
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form).token
        for form in ("one", "two")
    ]
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    clock_of(office).advance(days=1)
    return tokens


def test_called_becomes_missed_and_waiting_cancelled(
    office: Office, city: City, yesterday: list[str]
) -> None:
    assert close_past_days(office) == 2
    assert [ticket_by_token(office, token).state for token in yesterday] == ["missed", "cancelled"]
    assert close_past_days(office) == 0
    assert findings(office) == []


def test_counters_are_free_for_the_new_day(office: Office, city: City, yesterday: list[str]) -> None:
    close_past_days(office)
    assert {counter.staff_id for counter in dashboard(office, city.clerk, city.desk_id).counters} == {None}
    counters.take_counter(office, city.second_clerk, city.counter_ids[0])
    issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="three")
    assert calling.call_next(office, city.second_clerk, city.counter_ids[0], None).number == "A001"


def test_who_forgot_to_stand_up_is_gone_and_who_came_today_stays(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    clock_of(office).advance(days=1)
    counters.take_counter(office, city.second_clerk, city.counter_ids[1])
    assert close_past_days(office) == 0
    seats = [one.staff_id for one in dashboard(office, city.clerk, city.desk_id).counters]
    assert seats == [None, city.second_clerk.staff_id, None]


def test_todays_visits_are_left_alone(office: Office, city: City) -> None:
    ticket = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="today")
    assert close_past_days(office) == 0
    assert ticket_by_token(office, ticket.token).state == "waiting"
