"""監査記録: who did what, who looked at which contact; by time, person, action and subject; as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from office_kit import MORNING, City, clock_of
from plain_pages import at, new_staff, session_of

from madoguchi.api import audit_words
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import audit, audit_log
from madoguchi.services.audit_log import LOOKS, SYSTEM, Wanted
from madoguchi.services.office import Office
from madoguchi.store.tables import Desk, Municipality

ROOT = Path(__file__).resolve().parents[3]


def log(office: Office, staff_id: int | None, action: str, subject: str, **facts: object) -> None:
    with office.change() as unit:
        audit.record(unit, staff_id, action, subject, **facts)


@pytest.fixture
def busy(office: Office, city: City) -> City:
    """A morning's rows: two clerks, two looks at a contact, one thing that nobody did."""
    first, second = city.clerk.staff_id, city.second_clerk.staff_id
    log(office, first, "call", "ticket:1", counter=city.counter_ids[0])
    clock_of(office).advance(hours=1)
    log(office, second, "see_contact", "reservation:17")
    log(office, first, "search_contact", f"municipality:{city.municipality_id}", by="kana", found=2)
    clock_of(office).advance(hours=30)
    log(office, None, "release_counter", f"counter:{city.counter_ids[0]}")
    return city


def ids(office: Office, city: City, **wanted: object) -> list[int]:
    return [one.id for one in audit_log.find(office, city.auditor, Wanted(**wanted)).lines]  # type: ignore[arg-type]


def test_rows_are_found_by_time_person_action_and_subject(office: Office, busy: City) -> None:
    assert ids(office, busy) == [4, 3, 2, 1]
    assert ids(office, busy, actions=LOOKS) == [3, 2]
    assert ids(office, busy, staff_id=busy.second_clerk.staff_id) == [2]
    assert ids(office, busy, staff_id=SYSTEM) == [4]
    assert ids(office, busy, subject="reservation:17") == [2]
    assert ids(office, busy, subject="ticket") == [1]
    assert ids(office, busy, since=MORNING + timedelta(hours=1)) == [4, 3, 2]
    assert ids(office, busy, until=MORNING + timedelta(hours=1)) == [1]
    assert ids(office, busy, before=3) == [2, 1]


def test_only_those_who_may_read_it_do(office: Office, busy: City) -> None:
    admin = new_staff(office, busy.municipality_id, "root", Role.ADMIN)
    assert audit_log.find(office, admin, Wanted()).lines
    for actor in (busy.clerk, busy.viewer):
        for service in (
            lambda who: audit_log.find(office, who, Wanted()),
            lambda who: audit_log.export(office, who, Wanted()),
            lambda who: audit_log.verify(office, who),
            lambda who: audit_log.people(office, who),
        ):
            with pytest.raises(Refusal, match="not_allowed"):
                service(actor)


def test_another_municipalitys_rows_stay_its_own(office: Office, busy: City) -> None:
    with office.change() as unit:
        other = Municipality(code="umi", names={"ja": "海市"})
        unit.session.add(other)
        unit.session.flush()
        desk = Desk(municipality_id=other.id, code="x", names={"ja": "課"}, places={}, phone="", **_hours())
        unit.session.add(desk)
        unit.session.flush()
        other_id, desk_id = int(other.id or 0), int(desk.id or 0)
    theirs = new_staff(office, other_id, "umiko", Role.AUDITOR)
    log(office, theirs.staff_id, "call", "ticket:99")
    log(office, None, "sign_in_failed", f"staff:{theirs.staff_id}")
    log(office, None, "close_desk", f"desk:{desk_id}")
    log(office, None, "sign_in_failed", f"staff:{busy.clerk.staff_id}")
    assert ids(office, busy) == [8, 4, 3, 2, 1]
    assert [one.id for one in audit_log.find(office, theirs, Wanted()).lines] == [7, 6, 5]
    assert {login for _id, login in audit_log.people(office, theirs)} == {"umikoさん（umiko）"}


def _hours() -> dict[str, object]:
    from datetime import time  # noqa: PLC0415

    return {"opens_at": time(8, 30), "closes_at": time(17, 15)}


def test_pages_go_on_to_the_oldest_row(office: Office, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 4)
    monkeypatch.setattr(audit_log, "_AT_ONCE", 3)
    for number in range(10):
        log(office, city.clerk.staff_id, "call", f"ticket:{number}")
    seen, before = [], None
    while True:
        found = audit_log.find(office, city.auditor, Wanted(before=before))
        seen += [one.id for one in found.lines]
        if not found.more:
            break
        before = seen[-1]
    assert seen == list(range(10, 0, -1))


def test_the_page_shows_the_rows_and_who_looked_at_which_contact(
    office: Office, open_city: City, busy: City
) -> None:
    with at(office, session_of(office, busy.auditor)) as client:
        everything = client.get("/staff/audit")
        assert everything.status_code == 200
        assert everything.text.count('data-testid="audit-row"') == 4
        looks = client.get("/staff/audit", params={"action": "looks", "kind": "reservation", "number": "17"})
        assert looks.text.count('data-testid="audit-row"') == 1
        assert "suzuki" in looks.text
        assert "連絡先を見た" in looks.text
        day = client.get("/staff/audit", params={"since": "2026-10-02", "until": "2026-10-02"})
        assert day.text.count('data-testid="audit-row"') == 1
        none = client.get("/staff/audit", params={"since": "9999-12-31", "who": "x", "before": "-1"})
        assert "この条件の記録はありません" in none.text
        assert 'aria-current="page">監査記録' in everything.text


def test_a_clerk_is_told_and_shown_nothing(office: Office, open_city: City, busy: City) -> None:
    with at(office, session_of(office, busy.clerk)) as client:
        for method, path in (("GET", ""), ("POST", "/verify"), ("POST", "/export")):
            answer = client.request(method, f"/staff/audit{path}")
            assert answer.status_code == 403
            assert "audit-row" not in answer.text
            assert "ticket" not in answer.text
        assert "監査記録</a>" not in client.get("/staff/audit").text


def test_verifying_on_the_page_tells_the_first_row_that_does_not_fit(
    office: Office, open_city: City, busy: City
) -> None:
    with at(office, session_of(office, busy.auditor)) as client:
        good = client.post("/staff/audit/verify")
        assert "記録は改ざんされていません" in good.text
        assert audit.verify(office).rows == 5
        with office.change() as unit:
            unit.session.get_one(audit.AuditEntry, 2).subject = "reservation:18"
        bad = client.post("/staff/audit/verify")
        assert "2番の記録に異常があります" in bad.text
        assert 'data-number="2" class="office-broken"' in bad.text


def test_the_file_opens_in_excel_and_holds_no_formula(office: Office, open_city: City, busy: City) -> None:
    with office.change() as unit:
        unit.session.get_one(audit_log.Staff, busy.clerk.staff_id).display_name = '=HYPERLINK("http://evil")'
    log(office, busy.clerk.staff_id, "rename_terminal", "terminal:1", **{"+1": "＝cmd|' /C calc'!A0\n@x"})
    with at(office, session_of(office, busy.auditor)) as client:
        answer = client.post("/staff/audit/export", data={"who": str(busy.clerk.staff_id)})
        client.headers["Sec-Fetch-Site"] = "cross-site"
        assert client.post("/staff/audit/export").status_code == 403
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["番号", "1", "3", "5"]
    assert {row[2] for row in rows[1:]} == {'\'=HYPERLINK("http://evil")'}
    assert not [one for row in rows for one in row if one.startswith(("=", "+", "-", "@", "＝"))]
    with office.look() as unit:
        newest = unit.session.get_one(audit.AuditEntry, 6)
    assert (newest.action, newest.facts) == ("export_audit", {"rows": 3})


def test_each_action_in_the_code_has_its_word() -> None:
    found = {
        code
        for file in (ROOT / "madoguchi/services").glob("*.py")
        for code in re.findall(r'audit\.record\(\s*unit,\s*[\w.]+,\s*"(\w+)"', file.read_text("utf-8"))
    }
    assert len(found) > 30
    assert found - audit_words.ACTIONS.keys() == set()
