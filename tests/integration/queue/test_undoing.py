"""Taking a click back when the citizen has gone on meanwhile."""

import pytest
from office_kit import City

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, counters, handling, issuing, undoing
from madoguchi.services.office import Office
from madoguchi.services.tickets import ticket_by_token


def test_a_visit_is_not_reopened_beside_the_new_number_of_the_same_person(office: Office, city: City) -> None:
    counter, phone = city.counter_ids[0], city.line_user_ids[0]
    counters.take_counter(office, city.clerk, counter)
    first = issuing.issue_in_line(office, line_user_id=phone, service_id=city.service_id, event_id="e1")
    calling.call_next(office, city.clerk, counter, None)
    finished = handling.finish(office, city.clerk, counter, first.id)
    second = issuing.issue_in_line(office, line_user_id=phone, service_id=city.service_id, event_id="e2")
    with pytest.raises(Refusal) as refused:
        undoing.undo(office, city.clerk, finished.batch or "")
    assert (refused.value.code, refused.value.facts) == ("already_waiting", {"number": second.number})
    assert ticket_by_token(office, first.token).state == "done"
    assert ticket_by_token(office, second.token).state == "waiting"
