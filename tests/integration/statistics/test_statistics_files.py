"""What is taken away from the statistics: the same figures as on the screen, typed, and harmless."""

from __future__ import annotations

import csv
import io
from datetime import date, time

import pytest
from golden_kit import SEPTEMBER, Golden
from openpyxl import load_workbook

from madoguchi.domain.errors import Refusal
from madoguchi.services import statistics
from madoguchi.services.statistics import Question, Statistics
from madoguchi.services.statistics_files import File, Form, file_of, in_cp932
from madoguchi.store.tables import Service

HOSTILE = "=cmd|'/c calc'!A1 \U00020bb7田〜"
"""A formula, a sign that Shift_JIS lacks, and a wave dash."""


def asked(golden: Golden) -> Statistics:
    return statistics.statistics(golden.office, golden.city.viewer, Question(SEPTEMBER))


@pytest.fixture
def hostile(lite_golden: Golden) -> Golden:
    """Somebody gave a service a name that is a formula."""
    with lite_golden.office.change() as unit:
        unit.session.get_one(Service, lite_golden.city.service_id).names = {"ja": HOSTILE}
    return lite_golden


def sections(file: File, encoding: str) -> dict[str, list[list[str]]]:
    """The tables of a CSV file with all of them, without headings, by title."""
    found: dict[str, list[list[str]]] = {}
    title = ""
    for row in csv.reader(io.StringIO(file.body.decode(encoding), newline="")):
        if row and row[0].startswith("【") and len(row) == 1:
            title = row[0].strip("【】")
            found[title] = []
        elif row and title:
            found[title].append(row)
        else:
            title = ""
    return {title: rows[1:] for title, rows in found.items()}


def written(cell: object) -> str:
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell)


def test_excel_opened_again_holds_the_same_typed_figures(lite_golden: Golden) -> None:
    answer = asked(lite_golden)
    book = load_workbook(io.BytesIO(file_of(answer, Form.XLSX).body))
    shown = lite_golden.tables()
    assert book.sheetnames == ["条件", *(table.title for table in shown.values()), "用語"]
    for table in shown.values():
        heading, *rows = book[table.title].iter_rows(values_only=True)
        assert list(heading) == [column.name for column in table.columns]
        assert [tuple(_day(cell) for cell in row) for row in rows] == list(table.rows)
    assert ("期間", "2026年9月1日～9月30日") in list(book["条件"].iter_rows(values_only=True))
    assert {"待ち時間", "90％", "【まとめ】"} <= {row[0] for row in book["用語"].iter_rows(values_only=True)}
    assert book["日ごと"]["A2"].number_format == "yyyy-mm-dd"
    assert book["日ごと"].freeze_panes == "A2"


def _day(cell: object) -> object:
    # Excel knows moments only.
    return cell.date() if hasattr(cell, "date") and cell is not None else cell


@pytest.mark.parametrize(("form", "encoding"), [(Form.CSV, "utf-8-sig"), (Form.CSV_CP932, "cp932")])
def test_csv_read_again_holds_the_same_figures(lite_golden: Golden, form: Form, encoding: str) -> None:
    file = file_of(asked(lite_golden), form)
    assert file.replaced == ()
    assert file.body.startswith(b"\xef\xbb\xbf") is (form is Form.CSV)
    found = sections(file, encoding)
    shown = lite_golden.tables()
    assert list(found) == [table.title for table in shown.values()]
    for table in shown.values():
        assert found[table.title] == [[written(cell) for cell in row] for row in table.rows]


def test_one_table_alone_is_a_tidy_file(lite_golden: Golden) -> None:
    file = file_of(asked(lite_golden), Form.CSV, "heat")
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert file.name == "統計-20260901-20260930-曜日と時間帯.csv"
    assert rows[0] == ["曜日", "時", "来庁者", "その曜日の日数", "1日あたり"]
    assert len(rows) == 1 + len(lite_golden.tables()["heat"].rows)
    with pytest.raises(Refusal, match="unknown_table"):
        file_of(asked(lite_golden), Form.CSV, "contacts")


def test_a_name_that_is_a_formula_stays_a_name(hostile: Golden) -> None:
    book = load_workbook(io.BytesIO(file_of(asked(hostile), Form.XLSX).body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    asked_alone = Question(SEPTEMBER, desk_id=hostile.city.desk_id)
    answer = statistics.statistics(hostile.office, hostile.city.viewer, asked_alone)
    rows = csv.reader(io.StringIO(file_of(answer, Form.CSV, "by_service").body.decode("utf-8-sig")))
    assert [row[0] for row in rows][1] == f"'{HOSTILE}"


def test_a_sign_without_a_place_in_shift_jis_is_replaced_and_told(hostile: Golden) -> None:
    file = file_of(asked(hostile), Form.CSV_CP932, "by_service")
    assert file.replaced == ("\U00020bb7",)
    assert "〓田～" in file.body.decode("cp932")
    assert in_cp932("①髙﨑～") == ("①髙﨑～".encode("cp932"), ())


def test_dates_and_times_are_dates_and_times(lite_golden: Golden) -> None:
    found = lite_golden.tables()
    assert isinstance(found["course"].rows[0][0], date)
    assert isinstance(found["by_band"].rows[0][0], time)
