"""The tables of an answer as files: Excel, and CSV for whatever reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final

from ..domain.errors import Refusal
from ..domain.spreadsheets import harmless
from ..domain.statistics.tables import Cell, Table
from ..domain.statistics.words import DEFINITIONS
from .statistics import Statistics
from .statistics_tables import conditions, tables

INSTEAD: Final = "〓"
"""Stands in a Shift_JIS file for a sign that has no place there."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        # Its writer takes a tenth of a second to import, which every other command would wait for.
        from .statistics_workbook import workbook  # noqa: PLC0415

        return File(f"{name}.xlsx", _XLSX, workbook(answer))
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


def _sections(answer: Statistics) -> Iterable[list[Sequence[str]]]:
    yield [("条件", "値"), *((harmless(name), harmless(value)) for name, value in conditions(answer))]
    for table in tables(answer):
        yield [(f"【{table.title}】",), *_lines(table)]
    yield [("用語", "意味"), *definitions(answer)]


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


def definitions(answer: Statistics) -> list[tuple[str, str]]:
    """Every word that the tables use, and what it means."""
    return [*DEFINITIONS, *((f"【{table.title}】", table.meaning) for table in tables(answer))]
