"""予約枠 as the page shows it: the painted week, the months, the six weeks ahead. Names of nobody."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from ..domain.slot_plans import Band, ClosedBy, ExceptionKind, PoolPlan
from ..services.holidays import is_holiday
from ..services.plan_previews import DayPreview, TimePreview, TouchedBooking
from ..services.slot_plans import places_of
from .slots_draft import WEEKDAYS, Draft, day_words, exception_words

ASK: Final = "ask"
"""Nobody has said yet what becomes of a booking."""
STEP: Final = 30
"""Minutes of a row of the grid."""
_ROWS: Final = 24 * 60 // STEP
_EARLY, _LATE = 8 * 60 // STEP, 18 * 60 // STEP
CLOSED_WORDS: Final = {
    ClosedBy.EXCEPTION: "休業",
    ClosedBy.HOLIDAY: "祝日",
    ClosedBy.YEAR_END: "年末年始",
}
_MARKS: Final = {ExceptionKind.SPECIAL: "臨時", ExceptionKind.CAPACITY: "枠数"}
_FILLED: Final = ((0.0, "none"), (0.34, "low"), (0.67, "mid"), (0.999, "high"))


@dataclass
class Cell:
    """A field of a table: what stands in it, how it is tinted, and what is read out."""

    text: str = ""
    tone: str = ""
    label: str = ""


@dataclass
class GridRow:
    """Half an hour of the week."""

    label: str
    cells: list[Cell] = field(default_factory=list)


@dataclass
class MonthDay:
    """A day of the calendar of exceptions; an empty `iso` fills the month's first and last week."""

    iso: str = ""
    number: str = ""
    mark: str = ""
    places: str = ""
    tone: str = ""
    label: str = ""
    chosen: bool = False


@dataclass
class MonthWeek:
    """Seven days, Monday first."""

    key: str
    days: list[MonthDay] = field(default_factory=list)


@dataclass
class HeatRow:
    """A day of the six weeks: booked places by capacity, hour by hour."""

    day: str
    note: str
    monday: bool
    cells: list[Cell] = field(default_factory=list)
    total: Cell = field(default_factory=Cell)


@dataclass
class Option:
    """One choice of a select."""

    value: str
    text: str


@dataclass
class TouchedLine:
    """A booking beyond its time's capacity, and where it could go."""

    id: int
    code: str
    when: str
    service: str
    options: list[Option] = field(default_factory=list)
    chosen: str = ASK
    """The ISO moment to move to; empty: it stays; `ASK`."""


def grid(bands: Sequence[Band], *, whole_day: bool) -> tuple[list[GridRow], list[str]]:
    """The week's rows from the first to the last hour in use, and each weekday's places in all."""
    there: dict[tuple[int, int], list[Band]] = defaultdict(list)
    covered: set[tuple[int, int]] = set()
    totals = [0] * 7
    for band in bands:
        totals[band.weekday] += band.capacity * len(band.times())
        for at in band.times():
            there[band.weekday, _row(at)].append(band)
        covered |= {(band.weekday, row) for row in range(_row(band.starts), _last_row(band.ends) + 1)}
    used = [row for _, row in covered]
    first, last = (
        (0, _ROWS) if whole_day else (min([_EARLY, *used]), max([_LATE, *(one + 1 for one in used)]))
    )
    rows = [
        GridRow(
            _clock(row),
            [
                _grid_cell(weekday, row, there[weekday, row], (weekday, row) in covered)
                for weekday in range(7)
            ],
        )
        for row in range(first, last)
    ]
    return rows, [f"{total}枠" if total else "なし" for total in totals]


def row_time(label: str, *, after: bool = False) -> time:
    """The time at which a row of the grid begins, or ends."""
    hour, minute = map(int, label.split(":"))
    minutes = hour * 60 + minute + (STEP if after else 0)
    return time(*divmod(min(minutes, 24 * 60 - 1), 60))


def month(plan: PoolPlan, draft: Iterable[date], first: date, chosen: tuple[date, date]) -> list[MonthWeek]:
    """The weeks of the month of `first` under `plan`; the days of `draft` are marked as not applied yet."""
    touched = set(draft)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    places = places_of(plan, [day for week in weeks for day in week])
    return [
        MonthWeek(
            f"{week[0]}",
            [
                _month_day(plan, day, places[day], day in touched, chosen[0] <= day <= chosen[1])
                if day.month == first.month
                else MonthDay()
                for day in week
            ],
        )
        for week in weeks
    ]


def heat(days: Sequence[DayPreview]) -> tuple[list[str], list[HeatRow]]:
    """The hours in use, as ``9時``, and the days' rows with a cell for each."""
    hours = sorted({one.at[:2] for day in days for one in day.times})
    rows = []
    for day in days:
        by_hour: dict[str, list[TimePreview]] = defaultdict(list)
        for one in day.times:
            by_hour[one.at[:2]].append(one)
        name = day_words(day.day)
        note = " ".join(part for part in (CLOSED_WORDS[day.closed] if day.closed else "", day.note) if part)
        cells = [_heat_cell(f"{name} {int(hour)}時台", by_hour[hour]) for hour in hours]
        total = _heat_cell(f"{name} 合計", day.times)
        rows.append(HeatRow(name, note, day.day.weekday() == 0, cells, total))
    return [f"{int(hour)}時" for hour in hours], rows


def pattern_options(draft: Draft) -> list[Option]:
    """The plan in force and those to come, by their first day."""
    now = max(
        (one.effective_from for one in draft.plan.patterns if one.effective_from <= draft.today), default=None
    )
    found = []
    for one in draft.plan.patterns:
        day = one.effective_from
        if now is not None and day < now:
            continue
        total = sum(band.capacity * len(band.times()) for band in one.bands)
        words = "いまの計画" if day == now else f"{day.year}/{day.month}/{day.day} から"
        found.append(Option(f"{day}", f"{words}（週 {total}枠）"))
    return found


def touched_lines(found: Iterable[TouchedBooking], zone: ZoneInfo) -> list[TouchedLine]:
    """The bookings with where they could go, the nearest free time first."""
    return [
        TouchedLine(
            id=one.id,
            code=one.code,
            when=_moment(one.starts_at, zone),
            service=one.service,
            options=[
                Option(moment.isoformat(), f"{_moment(moment, zone)} へ移す")
                for moment in ([one.nearest] if one.nearest else []) + list(one.others)
            ],
        )
        for one in found
    ]


def _grid_cell(weekday: int, row: int, starting: Sequence[Band], covered: bool) -> Cell:
    where = f"{WEEKDAYS[weekday]}曜 {_clock(row)}"
    if not starting:
        return Cell("", "covered" if covered else "", f"{where} 枠なし")
    counts = [band.capacity for band in starting]
    same = len(set(counts)) == 1
    text = f"{counts[0]}×{len(counts)}" if same and len(counts) > 1 else "+".join(map(str, counts))
    return Cell(text, "open", f"{where} {sum(counts)}枠")


def _month_day(plan: PoolPlan, day: date, places: Mapping[str, int], draft: bool, chosen: bool) -> MonthDay:
    exceptional, closed = plan.exceptions.get(day), plan.closed_by(day, is_holiday)
    mark = CLOSED_WORDS[closed] if closed else _MARKS.get(exceptional.kind, "") if exceptional else ""
    total = sum(places.values())
    words = exception_words(exceptional) if exceptional else mark
    return MonthDay(
        iso=f"{day}",
        number=f"{day.day}",
        mark=f"{mark}*" if draft and mark else "変更*" if draft else mark,
        places=f"{total}枠" if total else "－",
        tone="closed" if closed else "special" if exceptional else "",
        label=f"{day_words(day)} {total}枠 {words}{' 下書き' if draft else ''}".strip(),
        chosen=chosen,
    )


def _heat_cell(where: str, times: Iterable[TimePreview]) -> Cell:
    there = list(times)
    before, after = sum(one.before for one in there), sum(one.after for one in there)
    taken = sum(one.taken for one in there)
    if not before and not after and not taken:
        return Cell("", "closed", f"{where} 枠なし")
    over = any(one.taken > one.after for one in there)
    changed = any(one.before != one.after for one in there)
    text = f"{taken}/{before}→{after}" if changed else f"{taken}/{after}"
    label = f"{where} 予約{taken}件 枠{after}" + (f"（変更前{before}）" if changed else "")
    if over:
        return Cell(f"{text} 超", "over", f"{label} 枠を超えています")
    share = taken / after if after else 0.0
    tone = next((name for most, name in _FILLED if share <= most), "full")
    return Cell(text, f"{tone} changed" if changed else tone, label)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def _row(at: time) -> int:
    return (at.hour * 60 + at.minute) // STEP


def _last_row(ends: time) -> int:
    return (ends.hour * 60 + ends.minute - 1) // STEP


def _clock(row: int) -> str:
    return f"{row * STEP // 60}:{row * STEP % 60:02}"
