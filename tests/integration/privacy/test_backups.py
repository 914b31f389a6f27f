"""A backup is one file that only the key opens, and what comes back from it is masked before it is served."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from office_kit import City, clock_of, own_postgres_database
from own_kit import admin_of, booked_and_gone
from pydantic import SecretStr
from sqlalchemy import func, select

from madoguchi.cli.commands import main
from madoguchi.domain.errors import Refusal
from madoguchi.jobs import run_job
from madoguchi.sealing import SealBrokenError, seal, unseal
from madoguchi.services import audit, backups, erased, issuing, own_data, sessions
from madoguchi.services.clock import SetClock
from madoguchi.services.office import Office, open_office
from madoguchi.store.migrate import is_current
from madoguchi.store.tables import (
    METADATA,
    Contact,
    Reservation,
    Ticket,
    TicketPaper,
)

KEY = "a-backup-key-for-tests-0123456789abcdef"
KANA, PHONE = "ヤマダ ハナコ", "+819012345678"
THREE_MONTHS = datetime(2027, 2, 1, tzinfo=UTC)


@pytest.fixture
def kept(office: Office, city: City) -> Office:
    """An office with a little of everything, and a key."""
    office.settings.__dict__["backup_key"] = SecretStr(KEY)
    with office.change() as unit:
        unit.session.add(
            Contact(kana=KANA, kana_key="", phone=PHONE, created_at=unit.now, visit_day=date(2026, 10, 15))
        )
        unit.session.add(TicketPaper(desk_id=city.desk_id, lines=["一行"], logo=b"\x89PNG\0"))
        sessions.open_session(unit, city.clerk.staff_id)
        audit.record(unit, city.clerk.staff_id, "see_contact", "reservation:1")
    issuing.issue_in_line(
        office, line_user_id=city.line_user_ids[0], service_id=city.service_id, event_id="e1"
    )
    return office


@pytest.fixture
def elsewhere(office: Office, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is not there yet, of the other kind: who changes over keeps everything."""
    if not office.database.is_sqlite:
        yield f"sqlite:///{tmp_path / 'new' / 'madoguchi.db'}"
        return
    with own_postgres_database(f"madoguchi_restore_{os.getpid()}") as url:
        yield url


def rows_of(office: Office) -> dict[str, list[tuple[object, ...]]]:
    with office.look() as unit:
        return {
            table.name: sorted((tuple(row) for row in unit.session.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def restored(office: Office, path: Path, url: str, now: datetime | None = None) -> Office:
    settings = office.settings.model_copy(update={"database_url": url})
    backups.restore(settings, path, SetClock(now or office.clock.now()))
    return open_office(settings, SetClock(now or office.clock.now()))


def test_everything_comes_back_also_on_the_other_kind_of_database(kept: Office, elsewhere: str) -> None:
    made = backups.make(kept)
    assert made.path.stat().st_mode & 0o777 == 0o600
    back = restored(kept, made.path, elsewhere)
    before, after = rows_of(kept), rows_of(back)
    assert before.pop("staff_session")
    assert after.pop("staff_session") == []
    # The restoring itself is in the log, and masking has looked.
    assert after.pop("audit")[: len(before["audit"])] == before.pop("audit")
    for moved in ("audit_seal", "masking_run"):
        before.pop(moved)
        after.pop(moved)
    assert after == before
    assert is_current(back.database)
    assert audit.broken_at(back) is None
    # The next row gets an id of its own.
    issuing.issue_in_line(back, line_user_id=2, service_id=1, event_id="e2")
    with back.look() as unit:
        assert unit.session.execute(select(func.count(Ticket.id))).scalar_one() == 2  # type: ignore[arg-type]
    back.database.close()


def test_no_name_can_be_read_in_the_file_and_another_key_opens_it_not(lite_kept: Office) -> None:
    made = backups.make(lite_kept)
    content = made.path.read_bytes()
    assert KANA.encode() not in content
    assert PHONE.encode() not in content
    other = lite_kept.settings.model_copy(update={"backup_key": SecretStr("x" * 40)})
    with pytest.raises(Refusal, match="backup_broken"):
        backups.check(other, made.path)


@pytest.fixture
def lite_kept(lite_office: Office, lite_city: City) -> Office:
    lite_office.settings.__dict__["backup_key"] = SecretStr(KEY)
    with lite_office.change() as unit:
        unit.session.add(
            Contact(kana=KANA, kana_key="", phone=PHONE, created_at=unit.now, visit_day=date(2026, 10, 15))
        )
    return lite_office


def test_what_fell_due_meanwhile_is_masked_before_anybody_can_look(lite_kept: Office) -> None:
    made = backups.make(lite_kept)
    url = f"sqlite:///{lite_kept.settings.var_dir / 'again.db'}"
    back = restored(lite_kept, made.path, url, THREE_MONTHS)
    with back.look() as unit:
        contact = unit.session.execute(select(Contact)).scalar_one()
        assert (contact.kana, contact.phone) == ("＊マ＊ ハナコ", "+8190123456**")
    back.database.close()


def test_a_changed_cut_or_mixed_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.sealing._COST", 2)
    content = [os.urandom(1000).hex().encode() + b"\n" for _ in range(200)]

    def sealed(lines: list[bytes]) -> bytes:
        file = io.BytesIO()
        seal(file, KEY, lines)
        return file.getvalue()

    whole = sealed(content)
    assert b"\n".join(unseal(io.BytesIO(whole), KEY)) + b"\n" == b"".join(content)
    assert list(unseal(io.BytesIO(sealed([])), KEY)) == []
    piece = 64 * 1024 + 16
    head = len(whole) % piece
    broken = [
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:10],
        b"",
        whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:],
        bytes([whole[0] ^ 1]) + whole[1:],
        # Exactly one whole piece missing at the end.
        whole[: len(whole) - (len(whole) - 42) % piece],
        whole + b"x",
    ]
    assert head
    for file in broken:
        with pytest.raises(SealBrokenError):
            list(unseal(io.BytesIO(file), KEY))


def test_a_backup_goes_when_it_is_too_old_and_other_files_stay(lite_kept: Office) -> None:
    folder = backups.folder(lite_kept.settings)
    first = backups.make(lite_kept).path
    (folder / "notes.txt").write_text("mine")
    clock_of(lite_kept).advance(days=6)
    second = backups.make(lite_kept).path
    assert backups.rotate(lite_kept) == [first, second]
    clock_of(lite_kept).advance(days=1)
    assert backups.rotate(lite_kept) == [second]
    assert sorted(path.name for path in folder.iterdir()) == [second.name, "notes.txt"]


def test_the_nightly_job_makes_one_and_says_so_when_it_cannot(lite_office: Office, lite_city: City) -> None:
    assert run_job(lite_office, "backup") == "made=no (MADOGUCHI_BACKUP_KEY is not set) kept=0"
    lite_office.settings.__dict__["backup_key"] = SecretStr(KEY)
    assert run_job(lite_office, "backup").startswith("made=madoguchi-20261001T010000Z.backup rows=")


def test_what_was_erased_on_request_does_not_come_back(lite_office: Office, lite_city: City) -> None:
    lite_office.settings.__dict__["backup_key"] = SecretStr(KEY)
    reservation_id = booked_and_gone(lite_office, lite_city)
    made = backups.make(lite_office)
    clock_of(lite_office).advance(hours=1)
    own_data.erase(lite_office, admin_of(lite_city), reservation_id, own_data.OwnDataReason.OWN_REQUEST)
    url = f"sqlite:///{lite_office.settings.var_dir / 'again.db'}"
    back = restored(lite_office, made.path, url)
    with back.look() as unit:
        row = unit.session.get_one(Reservation, reservation_id)
        assert set(unit.session.get_one(Contact, row.contact_id).kana) == {"＊", " "}
    back.database.close()
    # As long as a backup may hold them, and no longer.
    assert len(list(erased.lines(lite_office.settings))) == 1
    clock_of(lite_office).advance(days=8)
    backups.rotate(lite_office)
    assert list(erased.lines(lite_office.settings)) == []


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.setenv("MADOGUCHI_VAR_DIR", str(tmp_path))
    assert main(["migrate"]) == 0
    return tmp_path


def test_backup_and_restore_by_command(deployed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = deployed / "copy.backup"
    assert main(["backup", "-o", str(file)]) == 0
    assert main(["restore", "--check", str(file)]) == 0
    # Never over a database that is there.
    assert main(["restore", str(file)]) == 1
    (deployed / "madoguchi.db").rename(deployed / "old.db")
    assert main(["restore", str(file)]) == 0
    assert main(["doctor"]) == 0
    assert not list(deployed.glob("*.restoring*"))
    capsys.readouterr()
    file.write_bytes(file.read_bytes()[:-1])
    assert main(["restore", "--check", str(file)]) == 1
    assert main(["restore", "--check", str(deployed / "none")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_file_that_breaks_off_leaves_nothing_behind(
    deployed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = deployed / "copy.backup"
    assert main(["backup", "-o", str(file)]) == 0
    (deployed / "madoguchi.db").rename(deployed / "old.db")
    monkeypatch.setattr(backups, "check", lambda _settings, _path: 0)
    file.write_bytes(file.read_bytes()[:-1])
    assert main(["restore", str(file)]) == 1
    assert not list(deployed.glob("madoguchi.db*"))
