"""A plan as a table: what is written can be read again, and what cannot be read is named."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.domain.errors import Refusal
from madoguchi.domain.plan_csv import COLUMNS, MOST_BYTES, read, written
from madoguchi.domain.slot_plans import Band, Exceptional, ExceptionKind, Pattern, PlanChange

MONDAY = date(2026, 10, 5)
TUESDAY = date(2026, 10, 6)
WEEK = (Band(0, time(9), time(12), 30, 2), Band(4, time(8, 45), time(17), 15, 0))
HEAD = ",".join(COLUMNS)


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def refusal(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read(data)
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_what_was_written_is_read_again(encoding: str) -> None:
    exceptions = {
        MONDAY: Exceptional(ExceptionKind.CLOSED, note="開庁記念日"),
        TUESDAY: Exceptional(ExceptionKind.CAPACITY, 5),
        date(2026, 10, 7): Exceptional(
            ExceptionKind.SPECIAL,
            bands=(Band(2, time(9), time(10), 30, 1), Band(2, time(18), time(20), 30, 1)),
            note="夜間",
        ),
    }
    text = written([Pattern(MONDAY, WEEK)], exceptions)
    assert text.splitlines()[0] == HEAD
    assert read(text.encode(encoding)) == PlanChange(patterns={MONDAY: WEEK}, exceptions=exceptions)


def test_excels_own_ways_of_writing_are_understood() -> None:
    found = read(
        "種別\t日付\t曜日\t開始\t終了\t間隔（分）\t枠数\tメモ\n"
        "週間\t2026/10/5\t月曜日\t9:00\t12:00:00\t３０\t２\t\n"
        "\t\t\t\t\t\t\t\n"
        "通常\t2026年10月6日\t\t\t\t\t\t\n".encode("cp932")
    )
    assert found.patterns == {MONDAY: (Band(0, time(9), time(12), 30, 2),)}
    assert found.exceptions == {TUESDAY: None}


def test_the_end_of_the_day_may_be_midnight() -> None:
    found = read(table("臨時,2026-10-05,,22:00,24:00,30,1,"))
    special = found.exceptions[MONDAY]
    assert special is not None
    assert special.bands[0].times()[-1] == time(23, 30)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("たぶん,2026-10-05,,,,,,", "種別"),
        ("休業,2026-02-30,,,,,,", "日付"),
        ("休業,,,,,,,", "日付"),
        ("週間,2026-10-05,祝,9:00,12:00,30,2,", "曜日"),
        ("週間,2026-10-05,,9:00,12:00,30,2,", "曜日"),
        ("週間,2026-10-05,月,9時,12:00,30,2,", "開始"),
        ("週間,2026-10-05,月,25:00,12:00,30,2,", "開始"),
        ("週間,2026-10-05,月,9:00,,30,2,", "終了"),
        ("週間,2026-10-05,月,9:00,9:00,30,2,", "終了"),
        ("週間,2026-10-05,月,9:00,12:00,3,2,", "間隔(分)"),
        ("週間,2026-10-05,月,9:00,12:00,30,-1,", "枠数"),
        ("週間,2026-10-05,月,9:00,12:00,30,201,", "枠数"),
        ("枠数変更,2026-10-05,,,,,,", "枠数"),
        (f"休業,2026-10-05,,,,,,{'あ' * 101}", "メモ"),
    ],
)
def test_a_mistake_is_named_by_line_and_column(row: str, column: str) -> None:
    found = refusal(table("休業,2026-12-01,,,,,,", row))
    assert (found.code, found.facts) == ("csv_value", {"line": 3, "column": column})


def test_lines_are_counted_as_an_editor_does() -> None:
    found = refusal(table('休業,2026-12-01,,,,,,"二行の\nメモ"', "休業,x,,,,,,"))
    assert found.facts["line"] == 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_header"),
        (b"a,b,c\n1,2,3", "csv_header"),
        (HEAD.encode(), "csv_empty"),
        (table('休業,2026-12-01,,,,,,"開いたまま'), "csv_broken"),
        (table("休業,2026-12-01,,,,,,", "枠数変更,2026-12-01,,,,,3,"), "csv_twice"),
        (table("臨時,2026-12-01,,9:00,10:00,30,1,", "休業,2026-12-01,,,,,,"), "csv_twice"),
        (
            table("週間,2026-10-05,月,9:00,12:00,30,2,", "週間,2026-10-05,月,11:00,13:00,30,2,"),
            "plan_overlap",
        ),
        (b"\xff\xfe\x00\x81\x00", "csv_encoding"),
        (b"x" * (MOST_BYTES + 1), "csv_too_large"),
        (table(*["休業,2026-12-01,,,,,,"] * 2_001), "csv_too_large"),
    ],
)
def test_what_is_no_plan_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize("note", ["=1+1", "+81", "-1", "@SUM(A1)", "＝1", "\t=1", "'=1"])
def test_a_note_starts_no_formula(note: str) -> None:
    text = written([], {MONDAY: Exceptional(ExceptionKind.CLOSED, note=note)})
    cell = text.splitlines()[1].rsplit(",", 1)[1].strip('"')
    assert cell[0] == "'"


@given(some.text(alphabet="=+-@'あ1 ,\"", max_size=20))
def test_notes_come_back_as_they_were(note: str) -> None:
    plain = note.strip()
    if plain.startswith("'"):
        return  # a quotation mark at the start is Excel's own sign for text
    text = written([], {MONDAY: Exceptional(ExceptionKind.CLOSED, note=plain)})
    found = read(text.encode()).exceptions[MONDAY]
    assert found is not None
    assert found.note == plain


@given(some.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    for content in (data, HEAD.encode() + b"\n" + data):
        assert answer(content).startswith(("csv_", "plan_", "read"))


def answer(data: bytes) -> str:
    try:
        read(data)
    except Refusal as refused:
        return refused.code
    return "read"
