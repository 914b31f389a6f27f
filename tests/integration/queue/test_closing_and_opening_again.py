"""本日を締める and 受付を再開: what a closed desk becomes when it opens again on the same day."""

import pytest
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.services import closing_soon, handing_over, reopening, undoing
from madoguchi.services.checkup import findings
from madoguchi.store.tables import Desk


def close(hall: Hall) -> str:
    return closing_soon.close_today(hall.office, hall.city.clerk, hall.city.desk_id).batch or ""


def open_again(hall: Hall) -> str:
    outcome = closing_soon.stop_numbers(hall.office, hall.city.clerk, hall.city.desk_id, False)
    return outcome.batch or ""


def test_opened_again_it_gives_the_next_number_and_those_sent_home_stay_home(hall: Hall) -> None:
    sent_home = hall.phone(0)
    close(hall)
    with pytest.raises(Refusal, match="desk_stopped"):
        hall.phone(1)
    assert open_again(hall)
    assert hall.phone(1).number == "A002"
    assert hall.ticket(sent_home.id).state == "cancelled"
    assert hall.waiting(hall.city.desk_id) == ["A002"]
    assert findings(hall.office) == []


def test_who_is_still_in_the_room_gets_the_old_place_back_from_a_clerk(hall: Hall) -> None:
    sent_home = hall.number("one")
    close(hall)
    with pytest.raises(Refusal, match="desk_closed"):
        reopening.reopen(hall.office, hall.city.clerk, hall.here, sent_home.id)
    open_again(hall)
    hall.number("two")
    reopening.reopen(hall.office, hall.city.clerk, hall.here, sent_home.id)
    assert hall.waiting(hall.city.desk_id) == ["A001", "A002"]


def test_who_sent_in_line_home_takes_a_new_number(hall: Hall) -> None:
    hall.phone(0)
    close(hall)
    open_again(hall)
    assert hall.phone(0).number == "A002"


def test_the_closing_is_not_undone_once_it_is_open_again(hall: Hall) -> None:
    hall.number("one")
    closed = close(hall)
    open_again(hall)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, closed)
    assert hall.waiting(hall.city.desk_id) == []


def test_undoing_the_opening_closes_it_and_whoever_came_meanwhile_is_still_called(hall: Hall) -> None:
    close(hall)
    opened = open_again(hall)
    came = hall.phone(0)
    undoing.undo(hall.office, hall.city.clerk, opened)
    with hall.office.look() as unit:
        assert unit.session.get_one(Desk, hall.city.desk_id).closed_on == unit.today
    with pytest.raises(Refusal, match="desk_stopped"):
        hall.phone(1)
    assert hall.call().ticket_id == came.id


def test_closed_a_second_time_those_who_came_meanwhile_go_home_and_are_told(hall: Hall) -> None:
    close(hall)
    open_again(hall)
    came = hall.phone(0)
    assert close(hall)
    assert hall.ticket(came.id).state == "cancelled"
    assert hall.kinds()[-1] == "desk_closed_today"


def test_opened_again_other_desks_send_people_there(hall: Hall) -> None:
    close(hall)
    hall.number("there", hall.city.other_desk_service_id)
    called = hall.call_there()

    def over() -> None:
        handing_over.hand_over(
            hall.office, hall.city.second_clerk, hall.there, called.ticket_id or 0, hall.city.service_id
        )

    with pytest.raises(Refusal, match="desk_closed"):
        over()
    open_again(hall)
    over()
    assert hall.waiting(hall.city.desk_id) == ["C001"]
