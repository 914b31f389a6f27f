"""What the privacy council reads is what the tables hold: no more, no less."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import docx
import pytest
from office_kit import City, clock_of
from sqlalchemy import Column, select

from madoguchi.cli.commands import main
from madoguchi.documents import FORMATS
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.own_data import OwnDataReason
from madoguchi.domain.personal import FACTS, MARK, Item
from madoguchi.domain.roles import Role
from madoguchi.services import (
    audit,
    booking,
    day_sheet,
    holds,
    inbox,
    issuing,
    masking,
    own_data,
    privacy_record,
)
from madoguchi.services.actors import Actor
from madoguchi.services.inbox import NewEvent
from madoguchi.services.office import Office
from madoguchi.services.slots import make_slots
from madoguchi.store.engine import open_database
from madoguchi.store.migrate import upgrade
from madoguchi.store.tables import METADATA, Contact, LineUser, OutboxMessage, Service
from madoguchi.texts import say

NOT_OF_PERSONS = {
    "audit": {"action", "facts", "hash", "previous_hash", "subject"},
    "call": {"called_as"},
    "contact": {"masked_as"},
    "counter": {"label", "services"},
    "day_figures": {"turns"},
    "day_exception": {"bands", "kind", "note"},
    "desk": {"code", "names", "notice", "order_kind", "phone", "places", "return_rule", "weekdays"},
    "desk_change": {"batch", "before", "told"},
    "lease_trouble": {"key", "number", "reason"},
    "leased_number": {"claim_code", "key", "letter", "token"},
    "line_quota": {"month"},
    "masking_run": {"kind", "policy"},
    "municipality": {"code", "names"},
    "number_sequence": {"letter", "passed"},
    "outbox": {"cause", "facts", "failure", "kind", "language", "retry_key", "state"},
    "pairing_code": {"code_hash", "name"},
    "pool": {"name"},
    "reservation": {"cancel_reason", "channel", "code", "language", "origin", "state"},
    "service": {
        *("closes_unit", "code", "items", "late_policy", "letter", "names", "opens_unit", "questions"),
    },
    "slot_plan": {"bands"},
    "staff": {"role"},
    "staff_session": {"token_hash"},
    "terminal": {"name", "printer", "token_hash", "version"},
    "ticket": {
        *("channel", "claim_code", "language", "letter", "origin", "placed_as", "priority_reason", "route"),
        *("state", "token"),
    },
    "ticket_change": {"action", "batch", "before"},
    "ticket_paper": {"closing_words", "lines", "logo"},
    "visit_part": set(),
    "waiting_list": {"state"},
    "webhook_event": {"event_id", "failure"},
}
"""Columns that can hold words and hold none of a person. A new one is named here, or marked in its table
with `domain.personal.holds`: then the record and the notice tell of it."""

KANA, PHONE, ANSWER, REASON = "ヌメヨホ サクラ", "+819073912201", "ヌメヨホの妹", "ヌメヨホさんから電話"
USER_ID = "U" + "ab12" * 8


def _is_of_words(column: Column[object]) -> bool:
    return column.type.python_type in (str, dict, list, bytes)


def _names_a_person(column: Column[object]) -> bool:
    return any(key.column.table.name in {"line_user", "staff"} for key in column.foreign_keys)


def test_every_column_that_can_tell_of_a_person_says_so() -> None:
    undeclared = [
        str(column)
        for table in METADATA.sorted_tables
        for column in table.columns
        if MARK not in column.info
        and (_names_a_person(column) or _is_of_words(column))
        and column.name not in NOT_OF_PERSONS.get(table.name, set())
    ]
    assert undeclared == []


def test_no_column_is_called_harmless_that_is_not_there() -> None:
    there = {name: set(table.columns.keys()) for name, table in METADATA.tables.items()}
    assert {name for name in NOT_OF_PERSONS if name not in there} == set()
    for table, columns in NOT_OF_PERSONS.items():
        assert columns <= there[table], table


def _live(office: Office, city: City) -> None:
    """Let somebody do everything that leaves something behind."""
    with office.change() as unit:
        service = unit.session.get_one(Service, city.service_id)
        question = {"key": "who", "kind": "text", "label": {"ja": "だれ"}, "required": False, "options": {}}
        service.questions = [question]
        slot_id = make_slots(unit, service, [date(2026, 10, 15)], [time(10), time(11)], 1)
        user = LineUser(user_id=USER_ID, desk_id=city.desk_id, created_at=unit.now)
        unit.session.add(user)
        unit.session.flush()
        user_id = user.id or 0
        assert slot_id
    admin = Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)
    who, answers = Citizen.in_line(user_id), {"who": ANSWER}
    held = holds.hold(office, who, service_id=city.service_id, slot_id=1)
    booking.book(
        office,
        who,
        reservation_id=held.reservation_id,
        kana=KANA,
        phone=PHONE,
        language="ja",
        answers=answers,
    )
    booking.book_at_desk(
        office,
        admin,
        service_id=city.service_id,
        slot_id=1,
        kana=KANA,
        phone=PHONE,
        form="f",
        answers=answers,
        over_reason=REASON,
    )
    issuing.issue_in_line(office, line_user_id=user_id, service_id=city.other_service_id, event_id="e1")
    inbox.receive(office, [NewEvent("e2", None, USER_ID, {"text": KANA})])
    with office.change() as unit:
        audit.record(unit, city.clerk.staff_id, "see_contact", "reservation:1")


def test_what_people_tell_stands_in_no_other_column_than_the_record_says(
    lite_office: Office, lite_city: City
) -> None:
    _live(lite_office, lite_city)
    planted = {
        Item.KANA: ["ヌメヨホ サクラ", "ヌメヨホサクラ"],
        Item.PHONE: [PHONE, "9073912201"],
        Item.WORDS: [ANSWER, REASON],
        Item.LINE_ID: [USER_ID],
    }
    found: dict[Item, set[str]] = {item: set() for item in planted}
    with lite_office.look() as unit:
        for table in METADATA.sorted_tables:
            for row in unit.session.execute(select(table)).mappings():
                for name, value in row.items():
                    words = json.dumps(value, ensure_ascii=False, default=str)
                    for item, signs in planted.items():
                        if any(sign in words for sign in signs):
                            found[item].add(f"{table.name}.{name}")
    # What was written into the chat stands with the event until it is answered.
    assert found[Item.KANA] - {"webhook_event.body"} == set(privacy_record.columns_of(Item.KANA))
    for item in (Item.PHONE, Item.WORDS, Item.LINE_ID):
        assert found[item] == set(privacy_record.columns_of(item)), item


def test_what_leaves_the_system_holds_no_line_user_id(lite_office: Office, lite_city: City) -> None:
    _live(lite_office, lite_city)
    everything = (
        day_sheet.day_sheet(lite_office, lite_city.clerk, lite_city.desk_id, date(2026, 10, 15), names=True),
        own_data.show(lite_office, lite_city.clerk, 1, OwnDataReason.OWN_REQUEST),
        booking.booking_for_calendar(lite_office, 1),
    )
    assert KANA in repr(everything)
    assert USER_ID not in repr(everything)
    with lite_office.look() as unit:
        pushes = [row.facts for row in unit.session.execute(select(OutboxMessage)).scalars()]
    assert pushes
    assert KANA not in repr(pushes)
    assert PHONE not in repr(pushes)


def test_the_record_tells_every_column_and_the_settings_in_force(office: Office, city: City) -> None:
    with office.change() as unit:
        day = date(2026, 10, 15)
        unit.session.add(Contact(kana=KANA, kana_key="", phone=PHONE, created_at=unit.now, visit_day=day))
    clock_of(office).put(datetime(2027, 2, 1, tzinfo=UTC))
    masking.mask_due(office)
    told = FORMATS["md"](privacy_record.record(office)).decode()
    for item in Item:
        assert set(privacy_record.columns_of(item)) <= set(told.replace("、", " ").split()), item
    assert "| MADOGUCHI_RETENTION_MONTHS | 3 |" in told
    assert "SQLite" in told if office.database.is_sqlite else "wal_recycle = " in told
    assert "| 2027-02-01 09:00 | 保存期間の満了 | 1 | 2026-10-15 – 2026-10-15 | 3か月・partial |" in told
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_beside_the_form_names_what_the_tables_say_is_asked(language: str) -> None:
    notice = say(language, "book.privacy", months=3)
    for item in (item for item, facts in FACTS.items() if facts.asked):
        assert say(language, f"book.privacy.{item.value}").casefold() in notice.casefold()


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.setenv("MADOGUCHI_VAR_DIR", str(tmp_path))
    database = open_database(f"sqlite:///{tmp_path / 'madoguchi.db'}")
    upgrade(database)
    database.close()
    return tmp_path


def test_the_command_writes_a_document_for_a_word_processor(deployed: Path) -> None:
    file = deployed / "record.docx"
    assert main(["privacy-record", "-o", str(file)]) == 0
    document = docx.Document(io.BytesIO(file.read_bytes()))
    assert document.paragraphs[0].text == "個人情報の取扱いの記録"
    assert [row.cells[0].text for row in document.tables[0].rows[1:3]] == ["カナ氏名", "電話番号"]


def test_the_command_writes_a_page_and_text(deployed: Path, capfdbinary) -> None:
    assert main(["privacy-record", "--format", "html"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<!doctype html>")
    assert main(["privacy-record"]) == 0
    assert "# 個人情報の取扱いの記録" in capfdbinary.readouterr().out.decode()


def test_a_file_that_cannot_be_written_is_said_in_one_line(deployed: Path, capsys) -> None:
    assert main(["privacy-record", "-o", str(deployed / "no" / "such.md")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["privacy-record", "-o", str(deployed / "record.pdf")]) == 2
