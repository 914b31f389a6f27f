"""Days that are over are kept for statistics; whatever changes one later lets it be worked out anew."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from golden_kit import SEPTEMBER, Golden, golden_in
from sqlalchemy import delete, event, text, update
from sqlmodel import Session, col

from madoguchi.domain.statistics.periods import Period
from madoguchi.jobs.registry import run_job
from madoguchi.services import statistics, statistics_days
from madoguchi.services.checkup import findings
from madoguchi.services.office import Office
from madoguchi.services.statistics import Question
from madoguchi.services.statistics_files import Form, file_of
from madoguchi.store import day_watch, migrate
from madoguchi.store import statistics as rows
from madoguchi.store.tables import DayFigures, Reservation, Service, Slot, Ticket, VisitPart

A_DAY = date(2026, 9, 8)


def kept(golden: Golden) -> set[date]:
    with golden.office.look() as unit:
        return rows.kept_days(unit.session, date.min, date.max)


def visitors(golden: Golden) -> object:
    return golden.tables()["summary"].rows[0][1]


def test_the_night_keeps_what_is_over_and_nothing_twice(golden: Golden) -> None:
    """And what was kept gives, table by table, what the events give."""
    asked = Question(SEPTEMBER, compared=Period(date(2026, 9, 1), date(2026, 9, 15)), band=15)
    from_events = golden.tables(asked)
    assert run_job(golden.office, "keep-days") == "kept=30"
    assert golden.tables(asked) == from_events
    assert run_job(golden.office, "keep-days") == "kept=0"
    assert kept(golden) == {SEPTEMBER.first + timedelta(days=one) for one in range(30)}
    with golden.office.look() as unit:
        assert statistics_days.wrong_days(unit) == []


def _new(session: Session) -> None:
    session.add(
        Ticket(
            id=100_000,
            token="late",
            desk_id=1,
            home_desk_id=1,
            service_id=1,
            service_day=A_DAY,
            letter="A",
            number=998,
            state="done",
            channel="paper",
            issued_at=session.get_one(Ticket, 1).issued_at,
            queued_at=session.get_one(Ticket, 1).issued_at,
        )
    )


CHANGES: dict[str, Callable[[Session], object]] = {
    "new ticket": _new,
    "tickets": lambda session: session.execute(
        update(Ticket).where(col(Ticket.service_day) == A_DAY).values(state="done")
    ),
    "parts": lambda session: session.execute(delete(VisitPart).where(col(VisitPart.service_day) == A_DAY)),
    "reservations": lambda session: session.execute(
        update(Reservation).where(col(Reservation.day) == A_DAY).values(state="missed")
    ),
    "places": lambda session: session.execute(update(Slot).where(col(Slot.day) == A_DAY).values(taken=2)),
}


def test_a_change_forgets_its_day_and_no_other_and_the_figures_stay_right(golden: Golden) -> None:
    statistics_days.keep_past_days(golden.office)
    before = kept(golden)
    for what, change in CHANGES.items():
        figures = golden.tables()
        with golden.office.change() as unit:
            change(unit.session)
        assert kept(golden) == before - {A_DAY}, what
        at_once = golden.tables()
        assert at_once != figures, what
        assert statistics_days.keep_past_days(golden.office) == 1
        assert golden.tables() == at_once, what


def test_what_no_figure_is_made_of_forgets_nothing(golden: Golden) -> None:
    """As when the answers of a booking are overwritten together with its contact."""
    statistics_days.keep_past_days(golden.office)
    before = kept(golden)
    with golden.office.change() as unit:
        unit.session.execute(update(Reservation).where(col(Reservation.day) == A_DAY).values(answers={}))
        unit.session.execute(update(Ticket).where(col(Ticket.service_day) == A_DAY).values(near_told=True))
    assert kept(golden) == before


def test_a_change_that_is_taken_back_forgets_nothing(golden: Golden) -> None:
    statistics_days.keep_past_days(golden.office)

    def given_up() -> None:
        with golden.office.change() as unit:
            _new(unit.session)
            raise LookupError

    with pytest.raises(LookupError):
        given_up()
    assert A_DAY in kept(golden)


def test_doctor_finds_a_day_that_somebody_has_bent(golden: Golden) -> None:
    statistics_days.keep_past_days(golden.office)
    assert [one for one in findings(golden.office) if "statistics" in one] == []
    with golden.office.change() as unit:
        bent = unit.session.get_one(DayFigures, (A_DAY, golden.city.desk_id))
        bent.turns = bent.turns[8:]
    (found,) = (one for one in findings(golden.office) if "statistics" in one)
    assert found.startswith(f"desk {golden.city.desk_id}, {A_DAY}: the figures kept")


def test_doctor_misses_a_trigger_and_migrate_puts_it_back(lite_golden: Golden) -> None:
    """As when a later migration makes the table anew, with which SQLite drops it."""
    engine = lite_golden.office.database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER forget_day_of_ticket_update")
    assert any("forget_day_of_ticket_update" in one for one in findings(lite_golden.office))
    migrate.upgrade(lite_golden.office.database)
    assert not any("forget_day_of" in one for one in findings(lite_golden.office))


def test_what_staff_set_since_then_bends_nothing(lite_golden: Golden) -> None:
    statistics_days.keep_past_days(lite_golden.office)
    before = lite_golden.tables()["told"]
    with lite_golden.office.change() as unit:
        unit.session.get_one(Service, lite_golden.city.service_id).estimated_minutes = 99
    assert lite_golden.tables()["told"] == before
    with lite_golden.office.look() as unit:
        assert statistics_days.wrong_days(unit) == []


def test_a_ticket_that_is_changed_while_its_day_is_being_kept(
    postgres_url_empty: str, tmp_path: object, office_of: Callable[[str], Office]
) -> None:
    """Whoever keeps the day waits for the change; it would else keep what is no more."""
    golden = golden_in(office_of(postgres_url_empty))
    before = visitors(golden)
    with golden.office.change() as unit:
        _new(unit.session)
        unit.session.flush()
        keeping = threading.Thread(target=statistics_days.keep_day, args=(golden.office, A_DAY))
        keeping.start()
        with golden.office.look() as other:
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while not other.session.execute(waiting).scalar_one():
                pass
    keeping.join()
    assert kept(golden) == {A_DAY}
    assert visitors(golden) == before + 1  # type: ignore[operator]
    with golden.office.look() as unit:
        assert statistics_days.wrong_days(unit) == []


@pytest.fixture
def said(lite_golden: Golden) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    engine = lite_golden.office.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_no_statement_ever_asks_for_a_person(lite_golden: Golden, said: list[str]) -> None:
    lite_golden.tables(Question(SEPTEMBER, desk_id=lite_golden.city.desk_id))
    statistics_days.keep_past_days(lite_golden.office)
    with lite_golden.office.look() as unit:
        statistics_days.wrong_days(unit)
    answer = statistics.for_download(lite_golden.office, lite_golden.city.clerk, Question(SEPTEMBER), "xlsx")
    for form in Form:
        file_of(answer, form)
    assert len(said) > 30
    personal = re.compile(
        r"\b(contact|contact_id|kana|kana_key|phone|line_user|line_user_id|user_id|guest|answers|outbox)\b"
    )
    assert [one for one in said if personal.search(one)] == []


def test_every_column_that_figures_are_made_of_is_watched(lite_golden: Golden, said: list[str]) -> None:
    said.clear()
    lite_golden.tables()
    for table, watched in day_watch.READ.items():
        read = {name for one in said for name in re.findall(rf"\b{table}\.(\w+)", one)}
        assert read - {"id"} == set(watched) - {"ticket_id"} or read - {"id"} == set(watched), table
