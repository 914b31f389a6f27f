"""The jobs by hand and by the clock."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from office_kit import City, clock_of

from madoguchi.jobs import JOBS, UnknownJobError, run_job, timetable
from madoguchi.jobs.registry import Job
from madoguchi.jobs.timetable import Timetable
from madoguchi.services import closing_soon, inbox, issuing, outbox, sending, tickets
from madoguchi.services.inbox import NewEvent
from madoguchi.services.office import Office

TOKYO = ZoneInfo("Asia/Tokyo")


def test_each_job_can_be_run_by_hand_and_has_nothing_to_do_twice(office: Office, city: City) -> None:
    assert city.desk_id
    for name in JOBS:
        first, second = run_job(office, name), run_job(office, name)
        assert first
        assert second == first


def test_an_unknown_job_is_said_so(office: Office) -> None:
    with pytest.raises(UnknownJobError, match="dance"):
        run_job(office, "dance")


def test_every_job_is_described_for_those_who_list_them() -> None:
    for name, job in JOBS.items():
        assert job.name == name
        assert job.describe_ja
        assert job.describe_en


def test_the_day_is_closed_for_tickets_left_open(office: Office, city: City) -> None:
    user = city.line_user_ids[0]
    issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e1")
    assert run_job(office, "close-day") == "closed=0"
    clock_of(office).advance(days=1)
    assert run_job(office, "close-day") == "closed=1"
    assert tickets.tickets_of(office, user) == []


def test_numbers_that_came_as_their_desk_closed_are_looked_for(office: Office, city: City) -> None:
    closing_soon.close_today(office, city.clerk, city.desk_id)
    clock_of(office).advance(seconds=11)
    assert run_job(office, "after-closing") == "sent_home=0"


def test_worked_events_are_purged_after_a_week(office: Office) -> None:
    inbox.receive(office, [NewEvent("e1", None, None, {})])
    clock_of(office).advance(days=8)
    assert run_job(office, "purge-events") == "deleted=1"


def test_the_outbox_is_drained_by_the_courier_that_is_registered(office: Office, city: City) -> None:
    calls: list[Office] = []

    def courier(given: Office) -> int:
        calls.append(given)
        return len(sending.claim(given, 10))

    before = sending.register_courier(courier)
    try:
        assert run_job(office, "outbox") == "due=0 tried=0"
        with office.change() as unit:
            outbox.enqueue(
                unit,
                cause="c",
                kind="ticket_cancelled",
                line_user_id=city.line_user_ids[0],
                facts={},
                expires_in=timedelta(hours=1),
            )
        assert run_job(office, "outbox") == "due=1 tried=1"
        assert calls == [office]
    finally:
        if before is not None:
            sending.register_courier(before)


@pytest.mark.parametrize(
    ("name", "after", "expected"),
    [
        ("reminders", (2026, 10, 1, 20, 56), (2026, 10, 2, 8, 0)),
        ("reminders", (2026, 10, 1, 17, 1), (2026, 10, 1, 17, 5)),
        ("close-day", (2026, 10, 1, 12, 0), (2026, 10, 2, 0, 10)),
        ("purge-events", (2026, 10, 1, 12, 0), (2026, 10, 2, 3, 40)),
    ],
)
def test_the_timetable_keeps_the_offices_time(
    office: Office, name: str, after: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    trigger = JOBS[name].trigger(office)
    asked = datetime(*after, tzinfo=TOKYO).astimezone(UTC)  # type: ignore[misc,arg-type]
    assert trigger.get_next_fire_time(None, asked) == datetime(*expected, tzinfo=TOKYO)  # type: ignore[misc,arg-type]


def job(name: str, work: object) -> Job:
    return Job(name, "ja", "en", work, JOBS["close-day"].trigger)  # type: ignore[arg-type]


def test_a_failing_job_is_logged_tried_again_and_harms_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[str] = []
    second_try, other_ran = threading.Event(), threading.Event()

    def failing(_office: Office) -> str:
        tries.append("x")
        if len(tries) == 2:
            second_try.set()
            return "better"
        raise RuntimeError("boom")

    def fine(_office: Office) -> str:
        other_ran.set()
        return "fine"

    jobs = {"failing": job("failing", failing), "fine": job("fine", fine)}
    monkeypatch.setattr(timetable, "JOBS", jobs)
    monkeypatch.setattr(timetable, "RETRY_AFTER", timedelta(milliseconds=20))
    running = Timetable(office)
    with caplog.at_level(logging.INFO, "madoguchi.jobs"):
        running.start()
        assert other_ran.wait(5)
        assert second_try.wait(5)
        running.stop()
    assert "job failing failed" in caplog.text
    assert "job failing: better" in caplog.text
    assert "job fine: fine" in caplog.text
