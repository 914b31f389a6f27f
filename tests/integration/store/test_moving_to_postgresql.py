"""`migrate-data`: all of a SQLite deployment is in PostgreSQL afterwards, however often it was stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from office_kit import MORNING, City, own_postgres_database, small_city
from sqlalchemy import func, select, update

from madoguchi.cli.commands import main
from madoguchi.domain.roles import Role
from madoguchi.services import audit, issuing, statistics_days
from madoguchi.services.actors import Actor
from madoguchi.services.clock import SetClock
from madoguchi.services.office import Office, Unit, open_office
from madoguchi.settings import load_settings
from madoguchi.store import jobs_lock, transfer
from madoguchi.store.engine import open_database
from madoguchi.store.migrate import Standing, standing
from madoguchi.store.tables import METADATA, Contact, DayFigures, Pool, Reservation, Slot, Ticket, TicketPaper

KILLED = """
import os, signal
from madoguchi.cli.commands import main
from madoguchi.store import transfer
transfer._BATCH = 10
put, left = transfer._put, [7]
def put_some(*given):
    put(*given)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
transfer._put = put_some
main(["migrate-data", "--from", os.environ["SOURCE"]])
"""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file that was in use, with texts, bytes, days that were kept and a chain of hashes."""
    file = tmp_path_factory.mktemp("deployed") / "madoguchi.db"
    shutil.copyfile(sqlite_template, file)
    settings = load_settings(env="demo", var_dir=file.parent)
    office = Office(settings, open_database(settings.database), SetClock(MORNING))
    city = small_city(office)
    with office.change() as unit:
        unit.session.add(TicketPaper(desk_id=city.desk_id, lines=["一行"], logo=b"\x89PNG\0"))
        _booked(unit, city)
        for number in range(60):
            audit.record(unit, city.clerk.staff_id, "see_contact", f"reservation:{number}")
    for user in city.line_user_ids:
        issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id=f"e{user}")
    later = replace(office, clock=SetClock(MORNING + timedelta(days=2)))
    assert statistics_days.keep_past_days(later)
    with office.database.exclusive() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    office.database.close()
    return file


def _booked(unit: Unit, city: City) -> None:
    day, add = unit.today, unit.session.add
    add(Contact(id=1, kana="ヤマダ", kana_key="", phone="+819012345678", created_at=unit.now, visit_day=day))
    add(Pool(id=1, desk_id=city.desk_id, name="枠"))
    unit.session.flush()
    add(Slot(id=1, pool_id=1, starts_at=unit.now, day=day, capacity=2, taken=1))
    unit.session.flush()
    add(
        Reservation(
            code="123456",
            desk_id=city.desk_id,
            service_id=city.service_id,
            slot_id=1,
            day=day,
            starts_at=unit.now,
            state="booked",
            channel="staff",
            answers={"q": "あ"},
            contact_id=1,
            created_at=unit.now,
            booked_at=unit.now,
        )
    )


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty PostgreSQL database, which the settings name."""
    with own_postgres_database(f"madoguchi_moved_{os.getpid()}") as url:
        monkeypatch.setenv("MADOGUCHI_ENV", "demo")
        monkeypatch.setenv("MADOGUCHI_VAR_DIR", str(tmp_path))
        monkeypatch.setenv("MADOGUCHI_DATABASE_URL", url)
        yield url


def rows_of(url: str) -> dict[str, list[str]]:
    database = open_database(url)
    with database.reading() as session:
        found = {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in METADATA.sorted_tables
        }
    database.close()
    return found


def test_all_is_there_after_a_kill_and_numbers_go_on(
    deployed: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = f"sqlite:///{deployed}"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env=os.environ | {"SOURCE": source}, check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    # No server starts on half of it, and migrating does not make it look whole.
    assert main(["serve"]) == 2
    assert main(["migrate"]) == 1
    assert "`migrate-data` again" in capsys.readouterr().err
    assert main(["migrate-data", "--from", source]) == 0
    assert "ticket\t" in capsys.readouterr().out
    before, after = rows_of(source), rows_of(target)
    moved = len(before["audit"])
    assert len(after["audit"]) == moved + 1
    assert {*before.pop("audit")} < {*after.pop("audit")}
    assert before.pop("audit_seal") != after.pop("audit_seal")
    assert after == before
    assert main(["doctor"]) == 0
    office = open_office(load_settings())
    assert audit.broken_at(office) is None
    with office.look() as unit:
        last = unit.session.execute(select(func.max(Ticket.id))).scalar_one()  # type: ignore[arg-type]
        assert unit.session.execute(select(func.count()).select_from(DayFigures)).scalar_one() > 0
    again = replace(office, clock=SetClock(MORNING))
    issuing.issue_at_desk(again, Actor(1, "sato", Role.CLERK, 1), service_id=1, form="f")
    with again.look() as unit:
        assert unit.session.get(Ticket, last + 1) is not None
        # What forgets a day's figures is in place again.
        assert unit.today not in set(unit.session.execute(select(DayFigures.day)).scalars())  # type: ignore[call-overload]
    office.database.close()
    # And never a second time over it.
    assert main(["migrate-data", "--from", source]) == 1


def test_a_source_that_changed_meanwhile_is_found_out(
    deployed: Path,
    target: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(deployed.read_bytes())
    with monkeypatch.context() as patch:
        put, left = transfer._put, [3]

        def put_some(*given: object) -> None:
            put(*given)  # type: ignore[arg-type]
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt

        patch.setattr(transfer, "_put", put_some)
        with pytest.raises(KeyboardInterrupt):
            main(["migrate-data", "--from", f"sqlite:///{copy}"])
    database = open_database(f"sqlite:///{copy}")
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE municipality SET code = 'other' WHERE id = 1")
    database.close()
    assert main(["migrate-data", "--from", f"sqlite:///{copy}"]) == 1
    assert "municipality" in capsys.readouterr().err


def test_it_refuses_what_would_lose_something(
    deployed: Path, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = f"sqlite:///{deployed}"
    assert main(["migrate-data", "--from", f"sqlite:///{tmp_path / 'none.db'}"]) == 1
    assert main(["migrate-data", "--from", source, "--to", f"sqlite:///{tmp_path / 'b.db'}"]) == 1
    assert "PostgreSQL" in capsys.readouterr().err
    # A server has the file open.
    running = open_database(source)
    with running.reading() as session:
        session.execute(select(Contact.id))  # type: ignore[call-overload]
    assert main(["migrate-data", "--from", source]) == 1
    assert "開いています" in capsys.readouterr().err
    running.close()
    # A server runs on the target.
    there = open_database(target)
    with there.engine.connect() as connection:
        assert jobs_lock.take(connection)
        assert main(["migrate-data", "--from", source]) == 1
        assert "動いています" in capsys.readouterr().err
        connection.invalidate()
    # Somebody else's rows are there.
    with there.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id int); INSERT INTO theirs VALUES (1)")
    assert main(["migrate-data", "--from", source]) == 1
    assert "空のデータベース" in capsys.readouterr().err
    assert standing(there) is Standing.EMPTY
    there.close()


def test_a_row_that_postgresql_does_not_take_is_told_without_its_values(
    deployed: Path, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(deployed.read_bytes())
    database = open_database(f"sqlite:///{copy}")
    with database.writing() as session:
        session.execute(update(Contact).values(kana="ヤ" * 41))
    database.close()
    assert main(["migrate-data", "--from", f"sqlite:///{copy}"]) == 1
    told = capsys.readouterr().err
    assert "contact" in told
    assert "ヤヤ" not in told
