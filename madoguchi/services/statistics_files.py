"""The tables of an answer as files: Excel, and CSV for whatever reads it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ..domain.errors import Refusal
from ..domain.statistics.tables import Cell, Kind, Table
from ..domain.statistics.words import DEFINITIONS
from .statistics import Statistics
from .statistics_tables import conditions, tables

INSTEAD: Final = "〓"
"""Stands in a Shift_JIS file for a sign that has no place there."""
_FORMULA: Final = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
_NO_SIGNS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMATS: Final = {
    Kind.DAY: "yyyy-mm-dd",
    Kind.TIME: "hh:mm",
    Kind.COUNT: "#,##0",
    Kind.MINUTES: "#,##0.0",
    Kind.PERCENT: "0.0",
    Kind.NUMBER: "General",
    Kind.TEXT: "@",
}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NARROWEST, _WIDEST = 8, 60
_HEADING: Final = PatternFill("solid", fgColor="FFE8F1FE")


class Form(StrEnum):
    """What a file is written as."""

    XLSX = "xlsx"
    CSV = "csv"
    """UTF-8 with a BOM, by which Excel knows it."""
    CSV_CP932 = "csv-cp932"
    """Shift_JIS as Windows writes it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away. `replaced` are the signs for which `INSTEAD` stands."""

    name: str
    media_type: str
    body: bytes
    replaced: tuple[str, ...] = ()


def file_of(answer: Statistics, form: Form, key: str | None = None) -> File:
    """The answer in that form; of a CSV file the table `key` alone, else all, one below the other.

    Raises `Refusal("unknown_table")`.
    """
    asked = answer.question.period
    name = f"統計-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}"
    if form is Form.XLSX:
        return File(f"{name}.xlsx", _XLSX, _workbook(answer))
    if key is not None:
        table = next((one for one in tables(answer) if one.key == key), None)
        if table is None:
            raise Refusal("unknown_table")
        name, text = f"{name}-{table.title}", _csv([_lines(table)])
    else:
        text = _csv(_sections(answer))
    if form is Form.CSV:
        return File(f"{name}.csv", "text/csv; charset=utf-8", text.encode("utf-8-sig"))
    body, replaced = in_cp932(text)
    return File(f"{name}.csv", "text/csv; charset=Shift_JIS", body, replaced)


def in_cp932(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The text as Windows in Japan writes it, and the signs that are not to be had there."""
    # The wave dash of most keyboards is another sign to Windows.
    text = text.replace("\u301c", "～").replace("\u2212", "－")
    replaced = tuple(sorted(sign for sign in set(text) if not _has_place(sign)))
    return text.translate(dict.fromkeys(map(ord, replaced), INSTEAD)).encode("cp932"), replaced


def _has_place(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _sections(answer: Statistics) -> Iterable[list[Sequence[str]]]:
    yield [("条件", "値"), *((harmless(name), harmless(value)) for name, value in conditions(answer))]
    for table in tables(answer):
        yield [(f"【{table.title}】",), *_lines(table)]
    yield [("用語", "意味"), *_definitions(answer)]


def _lines(table: Table) -> list[Sequence[str]]:
    return [
        [harmless(column.name) for column in table.columns],
        *([_written(cell) for cell in row] for row in table.rows),
    ]


def _csv(sections: Iterable[Sequence[Sequence[str]]]) -> str:
    out = io.StringIO()
    file = csv.writer(out, lineterminator="\r\n")
    for place, lines in enumerate(sections):
        if place:
            file.writerow(())
        file.writerows(lines)
    return out.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return f"{cell:%H:%M}" if isinstance(cell, time) else f"{cell}"


def _definitions(answer: Statistics) -> list[tuple[str, str]]:
    return [*DEFINITIONS, *((f"【{table.title}】", table.meaning) for table in tables(answer))]


def _workbook(answer: Statistics) -> bytes:
    book = Workbook()
    book.remove(book.active)
    texts = (Kind.TEXT, Kind.TEXT)
    _sheet(book, "条件", ("条件", "値"), texts, conditions(answer))
    for table in tables(answer):
        heading = [column.name for column in table.columns]
        _sheet(book, table.title, heading, [column.kind for column in table.columns], table.rows)
    _sheet(book, "用語", ("用語", "意味"), texts, _definitions(answer))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Workbook,
    title: str,
    heading: Sequence[str],
    kinds: Sequence[Kind],
    rows: Iterable[Sequence[Cell]],
) -> None:
    sheet = book.create_sheet(title)
    for column, name in enumerate(heading, 1):
        cell = _put(sheet.cell(1, column), name, Kind.TEXT)
        cell.font, cell.fill = Font(bold=True), _HEADING
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    widths = [min(_WIDEST, max(_NARROWEST, _width(name))) for name in heading]
    for line, row in enumerate(rows, 2):
        for column, (value, kind) in enumerate(zip(row, kinds, strict=True), 1):
            cell = _put(sheet.cell(line, column), value, kind)
            cell.alignment = Alignment(wrap_text=kind is Kind.TEXT, vertical="top")
            widths[column - 1] = min(_WIDEST, max(widths[column - 1], _width(value)))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _put(cell: Any, value: Cell, kind: Kind) -> SheetCell:
    if isinstance(value, str):
        cell.value = _NO_SIGNS.sub("", value)
        # A text that begins like a formula is a text.
        cell.data_type, cell.quotePrefix = "s", bool(_FORMULA.match(value))
    else:
        cell.value = value
    cell.number_format = _FORMATS[kind]
    found: SheetCell = cell
    return found


def _width(value: Cell) -> int:
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else f"{value if value is not None else ''}"
    return sum(2 if ord(one) > 0x2E80 else 1 for one in text)
