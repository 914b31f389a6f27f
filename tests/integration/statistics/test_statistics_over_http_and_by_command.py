"""The files over HTTP, behind the sign-in, and by the command line: the same figures as on the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from golden_kit import SEPTEMBER, Golden
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import col
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi.api import statistics_file
from madoguchi.cli import commands
from madoguchi.domain.roles import Role
from madoguchi.services import running, staff_accounts
from madoguchi.services.office import Office
from madoguchi.services.statistics import Question
from madoguchi.store.tables import AuditEntry, Service

PASSWORD = "correct-horse"
ASKED = {"first": "2026-09-01", "last": "2026-09-30"}


@pytest.fixture
def client(lite_golden: Golden) -> Iterator[TestClient]:
    """A client of the files' address."""
    running.start(lite_golden.office)
    with TestClient(Starlette(routes=statistics_file.routes()), base_url="http://127.0.0.1:3000") as opened:
        yield opened
    running.stop()


def sign_in(office: Office, role: Role) -> dict[str, str]:
    """The cookie of somebody with that role."""
    login = f"who-{role}"
    staff_accounts.create_staff(
        office, municipality_code="mori", login=login, display_name="誰か", role=role, password=PASSWORD
    )
    return {"madoguchi_staff": staff_accounts.sign_in(office, login, PASSWORD, "10.0.0.1")}


def audited(office: Office) -> list[tuple[int | None, dict[str, object]]]:
    """Who took what away."""
    with office.look() as unit:
        query = select(AuditEntry).where(col(AuditEntry.action) == "download_statistics")
        return [(one.staff_id, one.facts) for one in unit.session.execute(query).scalars()]


def test_a_viewer_takes_the_file_away_and_it_is_on_record(client: TestClient, lite_golden: Golden) -> None:
    client.cookies.update(sign_in(lite_golden.office, Role.VIEWER))
    desk = lite_golden.city.desk_id
    answer = client.get(
        statistics_file.PATH, params={**ASKED, "desk": desk, "channel": "line", "form": "xlsx"}
    )
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    assert "統計-20260901-20260930.xlsx" in unquote(answer.headers["content-disposition"])
    ((staff, facts),) = audited(lite_golden.office)
    assert staff is not None
    assert facts == {**ASKED, "form": "xlsx", "desk": desk, "channel": "line"}
    summary = load_workbook(io.BytesIO(answer.content))["まとめ"]
    assert summary["B2"].value == sum(
        one.channel == "line" and one.served[0].desk == desk for one in lite_golden.month.visits
    )


def test_signs_that_were_replaced_are_named(client: TestClient, lite_golden: Golden) -> None:
    with lite_golden.office.change() as unit:
        unit.session.get_one(Service, lite_golden.city.service_id).names = {"ja": "\U00020bb7野家"}
    client.cookies.update(sign_in(lite_golden.office, Role.CLERK))
    answer = client.get(statistics_file.PATH, params={**ASKED, "form": "csv-cp932", "table": "by_service"})
    assert answer.headers["content-type"] == "text/csv; charset=Shift_JIS"
    assert unquote(answer.headers["x-replaced-signs"]) == "\U00020bb7 -> 〓"
    assert "〓野家" in answer.content.decode("cp932")


NONSENSE: list[tuple[dict[str, str], int]] = [
    ({**ASKED, "desk": "99"}, 404),
    ({**ASKED, "desk": "１"}, 404),
    ({**ASKED, "service": "0"}, 404),
    ({**ASKED, "counter": "999"}, 404),
    ({**ASKED, "form": "csv", "table": "contact"}, 404),
    ({"first": "2026-09-30", "last": "2026-09-01"}, 400),
    ({"first": "1026-09-01", "last": "2026-09-01"}, 400),
    ({**ASKED, "band": "1"}, 400),
    ({}, 400),
]


def test_others_and_nonsense_get_no_figures(client: TestClient, lite_golden: Golden) -> None:
    assert client.get(statistics_file.PATH, params=ASKED).status_code == 403
    client.cookies.update(sign_in(lite_golden.office, Role.AUDITOR))
    assert client.get(statistics_file.PATH, params=ASKED).status_code == 403
    client.cookies.update(sign_in(lite_golden.office, Role.VIEWER))
    for words, status in NONSENSE:
        assert client.get(statistics_file.PATH, params=words).status_code == status, words
    assert audited(lite_golden.office) == []


def test_the_command_writes_what_the_screen_shows(
    lite_golden: Golden,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (("ENV", "demo"), ("DATABASE_URL", sqlite_url), ("VAR_DIR", f"{tmp_path}")):
        monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    out = tmp_path / "september.csv"
    words = ["--from", "2026-09-01", "--to", "2026-09-30", "--desk", "childcare"]
    assert (
        commands.main(["export-stats", *words, "--format", "csv", "--table", "course", "-o", f"{out}"]) == 0
    )
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    shown = lite_golden.tables(Question(SEPTEMBER, desk_id=lite_golden.city.desk_id))["course"].rows
    assert [row[2] for row in rows[1:]] == [f"{row[2]}" for row in shown]
    assert commands.main(["export-stats", *words, "-o", f"{tmp_path / 'september.xlsx'}"]) == 0
    book = load_workbook(tmp_path / "september.xlsx")
    assert [cell.value for cell in book["日ごと"]["C"]][1:] == [row[2] for row in shown]
    assert [staff for staff, _ in audited(lite_golden.office)] == [None, None]
    assert commands.main(["export-stats", "--desk", "nowhere", "-o", "-"]) == 1
    assert "窓口が見つかりません" in capsys.readouterr().err
