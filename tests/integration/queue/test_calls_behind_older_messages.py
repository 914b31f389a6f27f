"""Messages of one phone go in order; a call waits no longer for the older ones than it must."""

from __future__ import annotations

from datetime import timedelta

from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.services import outbox, sending
from madoguchi.services.sending import Due

A_MINUTE = timedelta(minutes=1)


def written(hall: Hall) -> None:
    """Something older for the phone that will be called."""
    with hall.office.change() as unit:
        outbox.enqueue(
            unit,
            cause="older",
            kind="booking_made",
            line_user_id=hall.city.line_user_ids[0],
            facts={},
            expires_in=timedelta(hours=1),
        )


def claimed(hall: Hall) -> Due:
    (due,) = sending.claim(hall.office, 9)
    return due


def failed_for_a_minute(hall: Hall) -> None:
    """LINE did not take the older message; its next try is a minute away."""
    written(hall)
    sending.later(hall.office, claimed(hall).id, A_MINUTE, "503")


def test_what_waits_for_its_next_try_is_tried_at_once_and_the_call_goes_behind_it(hall: Hall) -> None:
    failed_for_a_minute(hall)
    clock_of(hall.office).advance(seconds=45)
    hall.phone(0)
    hall.call()
    older = claimed(hall)
    assert (older.kind, older.attempts) == ("booking_made", 2)
    assert sending.claim(hall.office, 9) == [], "in order"
    sending.sent(hall.office, older.id)
    assert claimed(hall).kind == "ticket_called"


def test_what_is_on_its_way_is_left_alone_and_when_it_fails_again_waits_only_seconds(hall: Hall) -> None:
    failed_for_a_minute(hall)
    hall.phone(0)
    clock_of(hall.office).advance(minutes=1)
    older = claimed(hall)
    hall.call()
    assert sending.claim(hall.office, 9) == [], "with LINE at this moment"
    sending.later(hall.office, older.id, A_MINUTE, "503")
    assert 0 < (sending.seconds_to_next(hall.office) or 0) <= 5
    clock_of(hall.office).advance(seconds=5)
    again = claimed(hall)
    assert (again.id, again.retry_key) == (older.id, older.retry_key)
    sending.sent(hall.office, again.id)
    assert claimed(hall).kind == "ticket_called"


def test_another_phones_call_hurries_nobody(hall: Hall) -> None:
    failed_for_a_minute(hall)
    hall.phone(1)
    hall.call()
    call = claimed(hall)
    assert call.kind == "ticket_called"
    sending.sent(hall.office, call.id)
    assert 55 < (sending.seconds_to_next(hall.office) or 0) < 60
