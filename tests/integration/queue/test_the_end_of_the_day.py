"""No more numbers, and closing for today: who is told what, and one click takes all of it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from desk_kit import all_sent, audited, set_desk
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.tickets import Channel
from madoguchi.services import (
    after_closing,
    calling,
    closing_soon,
    counters,
    handling,
    issuing,
    reopening,
    tickets,
    undoing,
)
from madoguchi.services.checkup import findings
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.steps import UNDO_FOR, Outcome
from madoguchi.store import desks
from madoguchi.store.tables import Desk


def stop(hall: Hall, stopped: bool = True) -> Outcome:
    return closing_soon.stop_numbers(hall.office, hall.city.clerk, hall.city.desk_id, stopped)


def close(hall: Hall) -> Outcome:
    return closing_soon.close_today(hall.office, hall.city.clerk, hall.city.desk_id)


def undo(hall: Hall, done: Outcome) -> Outcome:
    return undoing.undo(hall.office, hall.city.clerk, done.batch or "")


def states(hall: Hall, *given: IssuedTicket) -> list[str]:
    return [hall.ticket(one.id).state for one in given]


def told(hall: Hall, kind: str) -> list[str]:
    """The numbers whose holders that was written to."""
    return [one.facts["number"] for one in hall.pushes() if one.kind == kind]


def desk_row(hall: Hall) -> Desk:
    with hall.office.look() as unit:
        return unit.session.get_one(Desk, hall.city.desk_id)


def paper(hall: Hall, key: str) -> IssuedTicket:
    city = hall.city
    return issuing.issue_at_terminal(
        hall.office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key=key,
    )


def slipped_in(hall: Hall, user: int = 0, origin: str = "event:slip", **wanted: object) -> IssuedTicket:
    """A number given by somebody who had read, just before, that the desk is open."""
    values: Mapping[str, object] = {
        "origin": origin,
        "channel": Channel.LINE,
        "language": "ja",
        "line_user_id": hall.city.line_user_ids[user],
        **wanted,
    }
    with hall.office.change() as unit:
        offer = desks.offer(unit.session, hall.city.service_id)
        assert offer is not None
        return issuing._issue(hall.office, unit, offer, issuing.Request(**values))  # type: ignore[arg-type]


def later(hall: Hall, seconds: float = 11) -> None:
    clock_of(hall.office).advance(seconds=seconds)


# No more numbers


def test_citizens_get_no_number_any_more_and_who_waits_is_called_to_the_last(hall: Hall) -> None:
    waiting, _ = hall.phone(0), paper(hall, "one")
    stop(hall)
    with pytest.raises(Refusal, match="desk_stopped"):
        hall.phone(1)
    with pytest.raises(Refusal, match="desk_stopped"):
        paper(hall, "two")
    assert hall.number("staff may still give one").number == "A003"
    assert [hall.call().number, hall.call(waiting.id).number] == ["A001", "A002"]
    assert told(hall, "desk_stopped") == ["A001"]


def test_the_same_request_again_still_finds_its_number(hall: Hall) -> None:
    first = paper(hall, "one")
    stop(hall)
    assert paper(hall, "one").id == first.id


def test_stopping_twice_changes_and_tells_nothing(hall: Hall) -> None:
    hall.phone(0)
    stop(hall)
    again = stop(hall)
    assert again.batch is None
    assert told(hall, "desk_stopped") == ["A001"]
    assert audited(hall.office, "stop_numbers") == 1


def test_stopping_ends_with_the_day(hall: Hall) -> None:
    stop(hall)
    clock_of(hall.office).advance(days=1)
    assert hall.phone(0).number == "A001"


def test_numbers_again_and_who_was_told_is_not_told_twice(hall: Hall) -> None:
    hall.phone(0)
    stop(hall)
    all_sent(hall.office)
    later(hall)
    stop(hall, stopped=False)
    hall.phone(1)
    stop(hall)
    assert told(hall, "desk_stopped") == ["A001", "A002"]


def test_a_slip_of_the_finger_is_never_told(hall: Hall) -> None:
    hall.phone(0)
    undo(hall, stop(hall))
    assert hall.pushes() == []
    assert hall.phone(1).number == "A002"
    later(hall)
    stop(hall)
    assert told(hall, "desk_stopped") == ["A001", "A002"], "the true stop is told"


def test_taking_back_that_numbers_are_given_again(hall: Hall) -> None:
    stop(hall)
    later(hall)
    undo(hall, stop(hall, stopped=False))
    with pytest.raises(Refusal, match="desk_stopped"):
        hall.phone(0)


# Closing for today


def test_everybody_is_sent_home_and_told_when_the_desk_opens_next(hall: Hall) -> None:
    held, called, waiting, served = hall.phone(0), hall.phone(1), hall.phone(2), hall.phone(3)
    office, city = hall.office, hall.city
    hall.call()
    handling.hold(office, city.clerk, hall.here, held.id)
    hall.call()
    counters.take_counter(office, city.second_clerk, city.counter_ids[1])
    calling.call_chosen(office, city.second_clerk, city.counter_ids[1], served.id)
    handling.serve(office, city.second_clerk, city.counter_ids[1], served.id)
    done = close(hall)
    assert done.undo_until == clock_of(office).now() + UNDO_FOR
    assert states(hall, held, called, waiting, served) == ["cancelled", "missed", "cancelled", "serving"]
    news = [one for one in hall.pushes() if one.kind == "desk_closed_today"]
    assert [one.facts["number"] for one in news] == ["A001", "A002", "A003"]
    assert {(one.facts["day"], one.facts["opens_at"]) for one in news} == {("2026-10-02", "08:30")}
    assert {one.try_at for one in news} == {clock_of(office).now() + UNDO_FOR}
    assert not told(hall, "ticket_missed"), "one message says it"
    handling.finish(office, city.second_clerk, city.counter_ids[1], served.id)
    assert states(hall, served) == ["done"]
    with pytest.raises(Refusal, match="desk_stopped"):
        paper(hall, "late")
    assert findings(office) == []


def test_closing_twice_tells_once(hall: Hall) -> None:
    hall.phone(0)
    close(hall)
    assert close(hall).batch is None
    assert stop(hall).batch is None, "a closed desk gives no numbers anyhow"
    assert told(hall, "desk_closed_today") == ["A001"]
    assert audited(hall.office, "close_desk") == 1


def test_closing_is_taken_back_with_everything_in_it(hall: Hall) -> None:
    held, called, waiting = hall.phone(0), hall.phone(1), hall.phone(2)
    hall.call()
    handling.hold(hall.office, hall.city.clerk, hall.here, held.id)
    hall.call()
    before, messages = [hall.row(one.id) for one in (held, called, waiting)], hall.kinds()
    undo(hall, close(hall))
    assert [hall.row(one.id) for one in (held, called, waiting)] == before
    assert hall.kinds() == messages, "what nobody has sent is never sent"
    assert desk_row(hall).closed_on is None
    assert hall.phone(3).number == "A004"
    assert findings(hall.office) == []


def test_closed_again_after_an_undo_is_told(hall: Hall) -> None:
    hall.phone(0)
    undo(hall, close(hall))
    later(hall)
    close(hall)
    assert told(hall, "desk_closed_today") == ["A001"]


def test_closing_a_stopped_desk_and_back_leaves_it_stopped(hall: Hall) -> None:
    hall.phone(0)
    stop(hall)
    undo(hall, close(hall))
    row = desk_row(hall)
    assert (row.stopped_on is not None, row.closed_on) == (True, None)
    assert told(hall, "desk_stopped") == ["A001"]


def test_only_the_newest_click_on_a_desk_is_taken_back(hall: Hall) -> None:
    stopped = stop(hall)
    closed = close(hall)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undo(hall, stopped)
    undo(hall, closed)
    undo(hall, stopped)
    assert (desk_row(hall).stopped_on, desk_row(hall).closed_on) == (None, None)


def test_too_late_or_by_somebody_else_nothing_comes_back(hall: Hall) -> None:
    ticket = hall.phone(0)
    done = close(hall)
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(hall.office, hall.city.second_clerk, done.batch or "")
    later(hall)
    with pytest.raises(Refusal, match="undo_too_late"):
        undo(hall, done)
    assert states(hall, ticket) == ["cancelled"]


def test_taking_it_back_twice_is_too_late(hall: Hall) -> None:
    done = close(hall)
    undo(hall, done)
    with pytest.raises(Refusal, match="undo_too_late"):
        undo(hall, done)


def test_the_counter_went_on_before_the_undo_and_who_stays_absent_is_told_that(hall: Hall) -> None:
    absent, chosen, waiting = hall.phone(0), hall.phone(1), hall.phone(2)
    hall.call()
    handling.miss(hall.office, hall.city.clerk, hall.here, absent.id)
    hall.call()
    done = close(hall)
    calling.call_chosen(hall.office, hall.city.clerk, hall.here, absent.id)
    undo(hall, done)
    assert states(hall, absent, chosen, waiting) == ["called", "missed", "waiting"]
    assert not told(hall, "desk_closed_today")
    assert told(hall, "ticket_missed") == ["A001", "A002"]


def test_a_closed_desk_takes_nobody_back(hall: Hall) -> None:
    waiting, called = hall.phone(0), hall.phone(1)
    calling.call_chosen(hall.office, hall.city.clerk, hall.here, called.id)
    close(hall)
    with pytest.raises(Refusal, match="desk_closed"):
        reopening.reopen(hall.office, hall.city.clerk, hall.here, waiting.id)
    with pytest.raises(Refusal, match="desk_closed_today"):
        tickets.return_own(hall.office, hall.city.line_user_ids[1], called.id)


def test_opening_again_gives_numbers_and_leaves_who_went_home(hall: Hall) -> None:
    gone = hall.phone(0)
    close(hall)
    later(hall)
    stop(hall, stopped=False)
    assert hall.phone(1).number == "A002"
    assert states(hall, gone) == ["cancelled"]


def test_only_staff_of_that_city_who_call_there_close_it(hall: Hall) -> None:
    office, city = hall.office, hall.city
    for act in (closing_soon.close_today, lambda *given: closing_soon.stop_numbers(*given, True)):
        with pytest.raises(Refusal, match="not_allowed"):
            act(office, city.viewer, city.desk_id)
        with pytest.raises(Refusal, match="unknown_desk"):
            act(office, replace(city.clerk, municipality_id=99), city.desk_id)


# Numbers that slipped in


def test_a_number_that_slipped_in_is_sent_home_and_told_once(hall: Hall) -> None:
    close(hall)
    late = slipped_in(hall)
    later(hall)
    assert after_closing.send_home(hall.office) == 1
    assert after_closing.send_home(hall.office) == 0
    assert states(hall, late) == ["cancelled"]
    assert told(hall, "desk_closed_today") == ["A001"]
    assert audited(hall.office, "cancel") == 1


def test_it_waits_until_the_closing_stands(hall: Hall) -> None:
    done = close(hall)
    late = slipped_in(hall)
    later(hall, 10)
    assert after_closing.send_home(hall.office) == 0
    undo(hall, done)
    later(hall)
    assert after_closing.send_home(hall.office) == 0
    assert states(hall, late) == ["waiting"]


def test_a_reservation_that_slipped_in_at_the_terminal_is_told_too(hall: Hall) -> None:
    close(hall)
    slipped_in(hall, origin="terminal:1:k", channel=Channel.RESERVATION)
    later(hall)
    assert after_closing.send_home(hall.office) == 1


def test_who_let_others_pass_meanwhile_is_sent_home_all_the_same(hall: Hall) -> None:
    close(hall)
    late = slipped_in(hall)
    until = clock_of(hall.office).now().replace(hour=5)
    tickets.postpone_own(hall.office, hall.city.line_user_ids[0], late.id, until=until)
    later(hall)
    assert after_closing.send_home(hall.office) == 1


def test_whom_staff_take_after_closing_they_call(hall: Hall) -> None:
    """A number from staff, a check-in at the desk, one put back into the queue."""
    office, city = hall.office, hall.city
    served = hall.phone(1)
    hall.call()
    handling.serve(office, city.clerk, hall.here, served.id)
    close(hall)
    later(hall)
    given = hall.number("staff")
    arrived = slipped_in(hall, 2, origin="reservation:1", channel=Channel.RESERVATION)
    handling.hold(office, city.clerk, hall.here, served.id)
    handling.resume(office, city.clerk, served.id)
    assert after_closing.send_home(office) == 0
    assert states(hall, given, arrived, served) == ["waiting"] * 3


def test_other_desks_and_stopped_ones_keep_who_waits(hall: Hall) -> None:
    stop(hall)
    here, there = slipped_in(hall), hall.phone(1, hall.city.other_desk_service_id)
    later(hall)
    assert after_closing.send_home(hall.office) == 0
    assert states(hall, here, there) == ["waiting"] * 2


def test_a_desk_closed_yesterday_is_open_today(hall: Hall) -> None:
    close(hall)
    clock_of(hall.office).advance(days=1)
    waiting = hall.phone(0)
    assert after_closing.send_home(hall.office) == 0
    assert states(hall, waiting) == ["waiting"]


def test_a_desk_without_a_next_day_says_so(hall: Hall) -> None:
    hall.phone(0)
    set_desk(hall.office, hall.city.desk_id, weekdays=[])
    close(hall)
    assert hall.pushes()[-1].facts["day"] is None
