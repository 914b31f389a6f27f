"""The tables of an answer as an Excel workbook: one table a sheet, typed cells, then what the words mean."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ..domain.spreadsheets import is_formula
from ..domain.statistics.tables import Cell, Kind
from .statistics import Statistics
from .statistics_files import definitions
from .statistics_tables import conditions, tables

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
_NARROWEST, _WIDEST = 8, 60
_HEADING: Final = PatternFill("solid", fgColor="FFE8F1FE")


def workbook(answer: Statistics) -> bytes:
    """The file."""
    book = Workbook()
    book.remove(book.active)
    texts = (Kind.TEXT, Kind.TEXT)
    _sheet(book, "条件", ("条件", "値"), texts, conditions(answer))
    for table in tables(answer):
        heading = [column.name for column in table.columns]
        _sheet(book, table.title, heading, [column.kind for column in table.columns], table.rows)
    _sheet(book, "用語", ("用語", "意味"), texts, definitions(answer))
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
        cell.data_type, cell.quotePrefix = "s", is_formula(value)
    else:
        cell.value = value
    cell.number_format = _FORMATS[kind]
    found: SheetCell = cell
    return found


def _width(value: Cell) -> int:
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else f"{value if value is not None else ''}"
    return sum(2 if ord(one) > 0x2E80 else 1 for one in text)
