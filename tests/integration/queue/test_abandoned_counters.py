"""A clerk's browser that dies does not keep a ticket for ever; a server that was away releases nobody."""

from __future__ import annotations

from desk_kit import all_sent, audited, counter_row
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.services import abandoned, calling, counters, handling
from madoguchi.services.claiming import claim
from madoguchi.services.issuing import issue_at_terminal
from madoguchi.services.office import Office


def looked(hall: Hall, minutes: float, *staff_ids: int) -> None:
    """So long somebody looks every 30 seconds and sees the browsers of these."""
    for _ in range(int(minutes * 2)):
        clock_of(hall.office).advance(seconds=30)
        abandoned.seen(hall.office, staff_ids)


def everybody(hall: Hall) -> tuple[int, int]:
    """Both clerks."""
    return hall.city.clerk.staff_id, hall.city.second_clerk.staff_id


def clerk_dies(hall: Hall) -> None:
    """Both were seen for two minutes; then only the second clerk, for long enough."""
    looked(hall, 2, *everybody(hall))
    looked(hall, 6, hall.city.second_clerk.staff_id)


def test_five_minutes_after_it_was_last_seen_and_not_before(hall: Hall) -> None:
    looked(hall, 2, *everybody(hall))
    for _ in range(8):
        looked(hall, 0.5, hall.city.second_clerk.staff_id)
        assert abandoned.release(hall.office) == 0
    looked(hall, 2, hall.city.second_clerk.staff_id)
    assert abandoned.release(hall.office) == 1
    assert counter_row(hall.office, hall.here).staff_id is None
    assert counter_row(hall.office, hall.there).staff_id == hall.city.second_clerk.staff_id
    assert abandoned.release(hall.office) == 0
    assert audited(hall.office, "release_counter") == 1


def test_who_was_called_has_the_old_place_again_and_an_unsent_call_is_never_sent(hall: Hall) -> None:
    first, _ = hall.phone(0), hall.phone(1)
    hall.call()
    calling.recall(hall.office, hall.city.clerk, hall.here, first.id)
    clerk_dies(hall)
    assert abandoned.release(hall.office) == 1
    row = hall.ticket(first.id)
    assert (row.state, row.counter_id, row.called_at) == ("waiting", None, None)
    assert hall.waiting(hall.city.desk_id) == ["A001", "A002"]
    assert not {"ticket_called", "ticket_call_undone"} & set(hall.kinds())
    counters.take_counter(hall.office, hall.city.second_clerk, hall.here)
    again = calling.call_next(hall.office, hall.city.second_clerk, hall.here, None)
    assert (again.number, hall.kinds()[-1]) == ("A001", "ticket_called")


def test_a_call_that_went_out_is_taken_back_by_another_push(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    all_sent(hall.office)
    calling.recall(hall.office, hall.city.clerk, hall.here, ticket.id)
    clerk_dies(hall)
    abandoned.release(hall.office)
    assert hall.kinds() == ["ticket_called", "ticket_call_undone"], "the second call was not sent yet"


def test_who_took_the_ticket_to_line_after_the_call_is_told_too(hall: Hall) -> None:
    city = hall.city
    paper = issue_at_terminal(
        hall.office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key="k",
    )
    hall.call()
    claim(hall.office, city.line_user_ids[0], paper.claim_code or "")
    clerk_dies(hall)
    abandoned.release(hall.office)
    assert hall.kinds() == ["ticket_call_undone"]


def test_a_visit_under_way_is_on_hold(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    handling.serve(hall.office, hall.city.clerk, hall.here, ticket.id)
    all_sent(hall.office)
    clerk_dies(hall)
    assert abandoned.release(hall.office) == 1
    row = hall.ticket(ticket.id)
    assert (row.state, row.counter_id) == ("on_hold", None)
    assert hall.kinds() == ["ticket_called"], "nothing is said: the person stands there"
    handling.resume(hall.office, hall.city.second_clerk, ticket.id)
    assert hall.waiting(hall.city.desk_id) == ["A001"]


def test_a_pause_ends_too(hall: Hall) -> None:
    counters.pause(hall.office, hall.city.clerk, hall.here, True)
    clerk_dies(hall)
    abandoned.release(hall.office)
    row = counter_row(hall.office, hall.here)
    assert (row.staff_id, row.paused, row.seen_at) == (None, False, None)


def test_a_process_that_sees_no_browsers_releases_nobody(hall: Hall) -> None:
    clock_of(hall.office).advance(hours=3)
    assert abandoned.release(hall.office) == 0
    elsewhere = Office(hall.office.settings, hall.office.database, hall.office.clock)
    clerk_dies(hall)
    assert abandoned.release(elsewhere) == 0, "as by hand from the command line"
    assert abandoned.release(hall.office) == 1


def test_a_server_that_was_down_for_an_hour_gives_everybody_five_minutes(hall: Hall) -> None:
    looked(hall, 3, *everybody(hall))
    clock_of(hall.office).advance(hours=1)
    assert abandoned.release(hall.office) == 0
    abandoned.seen(hall.office, ())
    assert abandoned.release(hall.office) == 0
    looked(hall, 4.5)
    assert abandoned.release(hall.office) == 0
    abandoned.seen(hall.office, [hall.city.clerk.staff_id])
    looked(hall, 1)
    assert abandoned.release(hall.office) == 1
    assert counter_row(hall.office, hall.here).staff_id == hall.city.clerk.staff_id


def test_somebody_who_just_sat_down_is_not_gone(hall: Hall) -> None:
    looked(hall, 10, hall.city.second_clerk.staff_id)
    counters.leave_counter(hall.office, hall.city.clerk, hall.here)
    counters.take_counter(hall.office, hall.city.clerk, hall.here)
    assert abandoned.release(hall.office) == 0


def test_being_alive_is_written_down_once_a_minute(hall: Hall) -> None:
    abandoned.seen(hall.office, everybody(hall))
    first = counter_row(hall.office, hall.here).seen_at
    assert first == clock_of(hall.office).now()
    looked(hall, 0.5, *everybody(hall))
    assert counter_row(hall.office, hall.here).seen_at == first
    looked(hall, 0.5, *everybody(hall))
    assert counter_row(hall.office, hall.here).seen_at == clock_of(hall.office).now()
    assert counter_row(hall.office, hall.city.counter_ids[1]).seen_at is None
