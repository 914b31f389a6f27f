"""A plan as a table for Excel, and back. Columns: 種別, 日付, 曜日, 開始, 終了, 間隔(分), 枠数, メモ.

One row is one band of a weekly pattern (週間, 日付 is the day from which it is in force), one band of a
special opening (臨時), a closed day (休業), a day with another capacity (枠数変更), or a day that follows
its pattern again (通常, in files that are read).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final, TypeVar

from .errors import Refusal
from .slot_plans import Band, Exceptional, ExceptionKind, Pattern, PlanChange, checked
from .spreadsheets import harmless, plain

COLUMNS: Final = ("種別", "日付", "曜日", "開始", "終了", "間隔(分)", "枠数", "メモ")
MOST_BYTES: Final = 200_000
MOST_ROWS: Final = 2_000
WEEKDAYS: Final = "月火水木金土日"
WEEKLY, SPECIAL, CLOSED, CAPACITY, USUAL = "週間", "臨時", "休業", "枠数変更", "通常"
_KINDS: Final = (WEEKLY, SPECIAL, CLOSED, CAPACITY, USUAL)
_ENCODINGS: Final = ("utf-8-sig", "cp932")
_DATE: Final = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")

T = TypeVar("T")


def written(patterns: Iterable[Pattern], exceptions: Mapping[date, Exceptional]) -> str:
    """The table with its heading, lines ending as Excel wants them. Notes can start no formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for pattern in sorted(patterns, key=lambda one: one.effective_from):
        for band in sorted(pattern.bands):
            table.writerow(_band_row(WEEKLY, pattern.effective_from, band, ""))
    for day, one in sorted(exceptions.items()):
        if one.kind is ExceptionKind.CLOSED:
            table.writerow([CLOSED, f"{day}", _weekday(day), "", "", "", "", harmless(one.note)])
        elif one.kind is ExceptionKind.CAPACITY:
            row = [CAPACITY, f"{day}", _weekday(day), "", "", "", one.capacity, harmless(one.note)]
            table.writerow(row)
        else:
            for band in sorted(one.bands):
                table.writerow(_band_row(SPECIAL, day, band, one.note))
    return out.getvalue()


def read(data: bytes) -> PlanChange:
    """The change that a file describes: its patterns and days replace those of the same date.

    UTF-8 (with BOM or without) and Shift_JIS as Windows writes it.
    Raises `Refusal`: csv_too_large(most), csv_encoding, csv_header(column), csv_empty, csv_broken(line),
    csv_value(line, column), csv_twice(line), and what `slot_plans.checked` raises.
    """
    lines = _rows(_text(data))
    if not lines:
        raise Refusal("csv_header", column=COLUMNS[0])
    heading = [_plain(name) for name in lines[0][1]]
    for column in COLUMNS:
        if _plain(column) not in heading:
            raise Refusal("csv_header", column=column)
    places = {column: heading.index(_plain(column)) for column in COLUMNS}
    found = _Found()
    for line, cells in lines[1:]:
        row = {name: _cell(cells, at) for name, at in places.items()}
        if any(row.values()):
            _take(found, _Row(line, row))
    change = found.change()
    if change.empty:
        raise Refusal("csv_empty")
    return change


@dataclass
class _Found:
    """What the rows so far say."""

    patterns: dict[date, list[Band]] = field(default_factory=dict)
    special: dict[date, tuple[list[Band], str]] = field(default_factory=dict)
    days: dict[date, Exceptional | None] = field(default_factory=dict)

    def change(self) -> PlanChange:
        special = {
            day: Exceptional(ExceptionKind.SPECIAL, bands=checked(bands), note=note)
            for day, (bands, note) in self.special.items()
        }
        return PlanChange(
            patterns={day: checked(bands) for day, bands in self.patterns.items()},
            exceptions={**self.days, **special},
        )


@dataclass(frozen=True)
class _Row:
    """One line of the file, numbered as an editor does."""

    line: int
    cells: Mapping[str, str]

    def need(self, column: str, read_as: Callable[[str], T | None]) -> T:
        """The cell's value. Raises `Refusal("csv_value", line, column)`."""
        value = read_as(self.cells[column])
        if value is None:
            raise Refusal("csv_value", line=self.line, column=column)
        return value

    def band(self, weekday: int) -> Band:
        """The row's band. Raises `Refusal("csv_value", line, column)`."""
        starts, ends = self.need("開始", _as_time), self.need("終了", _as_time)
        if ends <= starts:
            raise Refusal("csv_value", line=self.line, column="終了")
        every = self.need("間隔(分)", lambda text: _between(text, 5, 240))
        return Band(weekday, starts, ends, every, self.need("枠数", _as_capacity))


def _take(found: _Found, row: _Row) -> None:
    kind = row.need("種別", lambda text: text if text in _KINDS else None)
    day = row.need("日付", _as_date)
    note = row.need("メモ", lambda text: text if len(text) <= 100 else None)
    if kind == WEEKLY:
        weekday = row.need("曜日", _as_weekday)
        found.patterns.setdefault(day, []).append(row.band(weekday))
        return
    if day in found.days or (kind != SPECIAL and day in found.special):
        raise Refusal("csv_twice", line=row.line)
    if kind == SPECIAL:
        bands, first_note = found.special.setdefault(day, ([], note))
        bands.append(row.band(day.weekday()))
        found.special[day] = (bands, first_note or note)
    elif kind == USUAL:
        found.days[day] = None
    elif kind == CLOSED:
        found.days[day] = Exceptional(ExceptionKind.CLOSED, note=note)
    else:
        capacity = row.need("枠数", _as_capacity)
        found.days[day] = Exceptional(ExceptionKind.CAPACITY, capacity=capacity, note=note)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refusal("csv_too_large", most=MOST_ROWS)
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal("csv_encoding")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Line number and cells. A table pasted from Excel has tabs between its cells."""
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in table:
            rows.append((line, cells))
            line = table.line_num + 1
            if len(rows) > MOST_ROWS:
                raise Refusal("csv_too_large", most=MOST_ROWS)
    except csv.Error:
        raise Refusal("csv_broken", line=table.line_num) from None
    return rows


def _cell(cells: list[str], at: int) -> str:
    text = cells[at] if at < len(cells) else ""
    clean = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    return plain(clean.strip()).strip()


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "").strip()


def _band_row(kind: str, day: date, band: Band, note: str) -> list[object]:
    weekday = WEEKDAYS[band.weekday]
    times = (f"{band.starts:%H:%M}", f"{band.ends:%H:%M}")
    return [kind, f"{day}", weekday, *times, band.every, band.capacity, harmless(note)]


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _as_weekday(text: str) -> int | None:
    found = WEEKDAYS.find(text[:1]) if text else -1
    return None if found < 0 else found


def _as_date(text: str) -> date | None:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _as_time(text: str) -> time | None:
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if not found:
        return None
    hour, minute = map(int, found.groups())
    if (hour, minute) == (24, 0):
        return time(23, 59)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _between(text: str, least: int, most: int) -> int | None:
    plain = unicodedata.normalize("NFKC", text)
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else -1
    return number if least <= number <= most else None


def _as_capacity(text: str) -> int | None:
    return _between(text, 0, 200)
