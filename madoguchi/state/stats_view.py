"""An answer of the statistics as the variables of `/staff/stats`. The figures are those of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, tzinfo
from typing import Any, Final
from urllib.parse import urlencode

from ..domain.statistics.figures import Figures
from ..domain.statistics.tables import Cell, Kind, Table, told_share
from ..domain.statistics.words import DEFINITIONS, WEEKDAYS
from ..services.statistics import Question, Statistics
from ..services.statistics_files import Form, file_of
from ..services.statistics_tables import conditions, tables
from .stats_shown import Head, HeatCell, HeatLine, Large, Line, Shown

FILE: Final = "/staff/stats/file"
NOTHING: Final = "－"
FEWEST_FOR_VERDICT: Final = 20
"""Fewer told waiting times say nothing about a desk."""
TONES: Final = 5
_SUMMARY_KINDS: Final = {"人": Kind.COUNT, "件": Kind.COUNT, "分": Kind.MINUTES, "％": Kind.PERCENT}
_CHARTED: Final = ("course", "by_band", "waits", "by_service", "places")

Chart = list[dict[str, str | float]]


def view_of(answer: Statistics, zone: tzinfo) -> dict[str, Any]:
    """The variables of the page."""
    found = {one.key: one for one in tables(answer)}
    query = urlencode(address_of(answer.question))
    asked_at = answer.asked_at.astimezone(zone)
    return {
        "empty": not answer.figures.total.turns and not answer.figures.bookings.all,
        "asked": "　".join(f"{name}: {value}" for name, value in conditions(answer)),
        "asked_at": f"{asked_at.month}月{asked_at.day}日 {asked_at:%H:%M}",
        "xlsx": f"{FILE}?{query}&form={Form.XLSX}",
        "csv": f"{FILE}?{query}&form={Form.CSV}",
        "cp932": f"{FILE}?{query}&form={Form.CSV_CP932}",
        "replaced": "".join(file_of(answer, Form.CSV_CP932).replaced),
        "large": large_of(found["summary"]),
        "verdict": verdict(answer.figures),
        "heat_hours": (heat := _heat(found["heat"]))[0],
        "heat_lines": heat[1],
        "course_chart": _course_chart(found["course"]),
        "band_chart": _columns_chart(found["by_band"], visitors=2, mean=5, ninetieth=7),
        "waits_chart": _waits_chart(found["waits"]),
        "service_chart": _columns_chart(found["by_service"], wait=8, handling=13),
        "places_chart": _places_chart(found["places"]),
        "words": [[name, meaning] for name, meaning in DEFINITIONS],
        **{key: shown(table, f"{FILE}?{query}&form={Form.CSV}") for key, table in found.items()},
    }


def address_of(question: Question) -> list[tuple[str, str]]:
    """The question as the files' address says it."""
    period, other = question.period, question.compared
    said = [
        ("first", f"{period.first}"),
        ("last", f"{period.last}"),
        ("desk", question.desk_id),
        ("service", question.service_id),
        ("counter", question.counter_id),
        ("channel", None if question.channel is None else question.channel.value),
        ("band", question.band),
        *([("compared_first", f"{other.first}"), ("compared_last", f"{other.last}")] if other else []),
    ]
    return [(name, f"{value}") for name, value in said if value is not None]


def text_of(cell: Cell, kind: Kind) -> str:
    """A cell as it is read: 1,234, 4.0, 9:15, 9月1日; a dash where nothing can be said."""
    if cell is None:
        return NOTHING
    if isinstance(cell, time):
        return f"{cell.hour}:{cell.minute:02}"
    if isinstance(cell, date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    if isinstance(cell, int | float):
        return f"{cell:,.1f}" if kind in (Kind.MINUTES, Kind.PERCENT) else f"{cell:,}"
    return cell


def shown(table: Table, address: str) -> Shown:
    """The table for the page. A band's beginning and end are read as one."""
    kinds = [column.kind for column in table.columns]
    heads, rows = [column.name for column in table.columns], []
    joined = 2 if table.key in ("by_band", "waits") else 1
    for row in table.rows:
        row_kinds = _row_kinds(table, row, kinds)
        cells = [text_of(cell, kind) for cell, kind in zip(row, row_kinds, strict=True)]
        first = _joined(table.key, cells) if joined == 2 else cells[0]
        rows.append(Line(first, cells[joined:], _share(table, row)))
    named = {"by_band": "時間帯", "waits": "待ち時間"}.get(table.key, heads[0])
    return Shown(
        title=table.title,
        meaning=table.meaning,
        first=named,
        heads=[
            Head(_in_lines(name), kind is not Kind.TEXT)
            for name, kind in zip(heads[joined:], kinds[joined:], strict=True)
        ],
        lines=rows,
        any=bool(rows),
        csv=f"{address}&table={table.key}",
    )


def _in_lines(name: str) -> str:
    """A heading broken where one reads it so: narrow columns make a table that fits."""
    return name.replace(" ", "\n").replace("の件数", "\n件数").replace("の割合", "の\n割合")


def _row_kinds(table: Table, row: Sequence[Cell], kinds: list[Kind]) -> list[Kind]:
    if table.key != "summary":
        return kinds
    unit = _SUMMARY_KINDS[str(row[-1])]
    return [
        _number_kind(cell, unit) if kind is Kind.NUMBER else kind
        for cell, kind in zip(row, kinds, strict=True)
    ]


def _number_kind(cell: Cell, unit: Kind) -> Kind:
    return Kind.MINUTES if isinstance(cell, float) else Kind.COUNT if unit is Kind.COUNT else Kind.NUMBER


def _joined(key: str, cells: Sequence[str]) -> str:
    if key == "by_band":
        return f"{cells[0]}～{cells[1]}"
    return f"{cells[0]}分以上" if cells[1] == NOTHING else f"{cells[0]}～{cells[1]}分"


def _share(table: Table, row: Sequence[Cell]) -> float:
    """The last percentage of the row, as a bar's length."""
    if table.key not in ("told", "places"):
        return 0
    found = [
        cell
        for cell, column in zip(row, table.columns, strict=True)
        if column.kind is Kind.PERCENT and isinstance(cell, int | float)
    ]
    return min(100.0, float(found[-1])) if found else 0


@dataclass(frozen=True, slots=True)
class _Card:
    name: str
    main: str
    meaning: str
    more: tuple[tuple[str, str], ...] = ()


_SPREAD: Final = (("中央値", "中央値"), ("90％", "90％"), ("最大", "最大"))
_CARDS: Final = (
    _Card("来庁者", "来庁者", "番号を取った方", (("1日あたり", "1日あたりの来庁者"),)),
    _Card(
        "待ち時間の平均",
        "待ち時間 平均",
        "番号を取ってから初めて呼ばれるまで。予約の方は予約の時刻から",
        tuple((name, f"待ち時間 {one}") for name, one in _SPREAD),
    ),
    _Card(
        "対応時間の平均",
        "対応時間 平均",
        "呼んでから終了まで",
        tuple((name, f"対応時間 {one}") for name, one in _SPREAD),
    ),
    _Card("不在の割合", "不在の割合", "呼んでも来られなかった方", (("不在", "不在"),)),
    _Card("取消の割合", "取消の割合", "呼ばれる前に取り消した方", (("取消", "取消"),)),
    _Card("予約で来た方の割合", "予約で来た方の割合", "来庁者のうち", (("予約", "予約で来た方"),)),
    _Card("予約枠の埋まり", "予約枠の埋まり", "埋まった枠 ÷ 枠の数", (("来庁なし", "予約の来庁なし"),)),
    _Card(
        "案内の幅に入った割合",
        "案内の幅に入った割合",
        "番号と一緒にお伝えした待ち時間。目標は80％",
        (("案内", "待ち時間の案内"), ("ずれの平均", "案内のずれの平均")),
    ),
)


def large_of(summary: Table) -> list[Large]:
    """The figures to see first."""
    rows = {str(row[0]): row for row in summary.rows}

    def value(name: str, place: int = 1) -> str:
        row = rows[name]
        return text_of(row[place], _number_kind(row[place], _SUMMARY_KINDS[str(row[-1])]))

    def with_unit(name: str) -> str:
        told = value(name)
        return told if told == NOTHING else f"{told}{rows[name][-1]}"

    compared = len(summary.columns) > 3
    return [
        Large(
            name=card.name,
            value=value(card.main),
            unit="" if value(card.main) == NOTHING else str(rows[card.main][-1]),
            more="　".join(f"{name} {with_unit(one)}" for name, one in card.more),
            before=_before(rows[card.main], value(card.main, 2)) if compared else "",
            meaning=card.meaning,
        )
        for card in _CARDS
    ]


def _before(row: Sequence[Cell], before: str) -> str:
    difference, unit = row[3], row[-1]
    if not isinstance(difference, int | float):
        return f"比べた期間 {before}"
    sign = "＋" if difference > 0 else "－" if difference < 0 else "±"
    size = text_of(abs(difference), Kind.MINUTES if isinstance(difference, float) else Kind.COUNT)
    points = "ポイント" if unit == "％" else unit
    return f"比べた期間 {before}{unit}（{sign}{size}{points}）"


def verdict(figures: Figures) -> str:
    """What the share of kept waiting times means, in a sentence; empty of few."""
    share = told_share(figures.told)
    if share is None or figures.told.promises < FEWEST_FOR_VERDICT:
        return "待ち時間をお伝えして呼んだ番号がまだ少ないため、当たり具合は言えません。"
    if share < 75:
        return "目標より外れが多めです。結果を学んで、これからお伝えする幅を自動で広げます。"
    if share > 85:
        return "目標よりよく当たっています。幅が広すぎるので、自動で狭めます。"
    return "目標どおりです。"


def _heat(table: Table) -> tuple[list[str], list[HeatLine]]:
    """The hours, and the weekdays with a cell for each hour: visitors on such a day."""
    found = {(str(row[0]), row[1]): row for row in table.rows}
    hours = sorted({row[1].hour for row in table.rows if isinstance(row[1], time)})
    if not hours:
        return [], []
    every = range(hours[0], hours[-1] + 1)
    most = max(float(str(row[4] or 0)) for row in table.rows)
    lines = []
    for day in WEEKDAYS:
        cells = [_heat_cell(day, hour, found.get((day, time(hour))), most) for hour in every]
        visitors = sum(int(str(row[2])) for (name, _), row in found.items() if name == day)
        if visitors or day not in "土日":
            lines.append(HeatLine(day, cells, f"{visitors:,}"))
    return [f"{hour}時" for hour in every], lines


def _heat_cell(day: str, hour: int, row: Sequence[Cell] | None, most: float) -> HeatCell:
    if row is None:
        return HeatCell("", "0", f"{day}曜 {hour}時台 0人")
    visitors, days, a_day = row[2:]
    tone = max(1, min(TONES, -(-int(float(str(a_day or 0)) * TONES * 10) // int(most * 10)))) if most else 0
    text = text_of(a_day, Kind.MINUTES)
    return HeatCell(text, f"{tone}", f"{day}曜 {hour}時台 1日あたり{text}人（{days}日で{visitors}人）")


def _course_chart(table: Table) -> Chart:
    by_day = table.columns[0].kind is Kind.DAY
    found: Chart = []
    for row in table.rows:
        one = row[0]
        name = f"{one.month}/{one.day}" if isinstance(one, date) else str(one).replace("-", "/")
        visitors, booked = row[2:4] if by_day else row[1:3]
        found.append({"name": name, "予約": _figure(booked), "当日": _figure(visitors) - _figure(booked)})
    return found


_BAND_NAMES: Final = {
    "visitors": "来庁者",
    "mean": "平均",
    "ninetieth": "90％",
    "wait": "待ち時間",
    "handling": "対応時間",
}


def _columns_chart(table: Table, **columns: int) -> Chart:
    return [
        {
            "name": text_of(row[0], Kind.TEXT),
            **{_BAND_NAMES[name]: _figure(row[place]) for name, place in columns.items()},
        }
        for row in table.rows
    ]


def _waits_chart(table: Table) -> Chart:
    return [{"name": f"{row[0]}～", "件数": _figure(row[2])} for row in table.rows]


def _places_chart(table: Table) -> Chart:
    return [
        {"name": text_of(row[0], Kind.TIME), "枠": _figure(row[1]), "埋まった枠": _figure(row[2])}
        for row in table.rows
    ]


def _figure(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) else 0
