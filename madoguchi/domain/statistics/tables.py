"""The figures as tables: the same rows on the screen, in Excel, in CSV and on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from ..tickets import Channel
from .days import Told
from .figures import Bookings, Figures, Group
from .spread import Spread, per, percent, tenths
from .words import CHANNEL_NAMES, MEANINGS, WEEKDAYS

Cell = str | int | float | date | time | None
FEWEST_TOLD: Final = 5
"""Of fewer told waiting times no share is given."""
WAIT_STEP: Final = 5
LAST_WAIT: Final = 60
"""Minutes: the last step of the waits is this and above."""


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    DAY = "day"
    TIME = "time"
    COUNT = "count"
    MINUTES = "minutes"
    """To a tenth."""
    PERCENT = "percent"
    """Of a hundred, to a tenth."""
    NUMBER = "number"
    """A figure whose unit stands beside it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands below it."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """One table. None in a row: nothing can be said."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def meaning(self) -> str:
        """How its figures are counted."""
        return MEANINGS[self.key]


_SPREAD: Final = (
    ("平均", Kind.MINUTES),
    ("中央値", Kind.MINUTES),
    ("90％", Kind.COUNT),
    ("最大", Kind.COUNT),
)
_COUNTS: Final = ("来庁者", "対応", "不在", "取消")


def _columns(*named: tuple[str, Kind]) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in named)


def _spread_columns(what: str) -> tuple[tuple[str, Kind], ...]:
    return (
        (f"{what}の件数", Kind.COUNT),
        *((f"{what} {name}（分）", kind) for name, kind in _SPREAD),
    )


def _spread(one: Spread) -> tuple[Cell, ...]:
    return one.count, one.mean, one.median, one.ninetieth, one.longest


def tables_of(
    figures: Figures,
    compared: Figures | None,
    services: Mapping[int, str],
    counters: Mapping[int, str],
    *,
    by_day: bool,
    band: int,
) -> tuple[Table, ...]:
    """All tables, in the order in which they are shown; names by id, in the office's order."""
    return (
        _summary(figures, compared),
        _course(figures, by_day),
        _bands(figures, band),
        _heat(figures),
        _waits(figures),
        _groups("by_service", "業務ごと", "業務", _named(figures.by_service, services)),
        _groups("by_booking", "予約と当日", "来方", _by_booking(figures)),
        _groups(
            "by_channel",
            "受付方法ごと",
            "受付方法",
            ((CHANNEL_NAMES[channel], group) for channel, group in figures.by_channel),
        ),
        _counters(figures, counters),
        _bookings(figures, services),
        _places(figures),
        _told(figures, services),
    )


def _named(found: tuple[tuple[int, Group], ...], names: Mapping[int, str]) -> Iterator[tuple[str, Group]]:
    groups = dict(found)
    return ((name, groups[one]) for one, name in names.items() if one in groups)


def _by_booking(figures: Figures) -> Iterator[tuple[str, Group]]:
    if figures.total.turns:
        yield "予約", figures.with_booking
        yield "当日", figures.walk_in


SUMMARY_UNITS: Final = {"人": Kind.COUNT, "件": Kind.COUNT, "分": Kind.MINUTES, "％": Kind.PERCENT}


def summary_rows(figures: Figures) -> Iterator[tuple[str, int | float | None, str]]:
    """What is measured, how much, and the unit."""
    total, bookings, told = figures.total, figures.bookings, figures.told
    yield "来庁者", total.visitors, "人"
    yield "1日あたりの来庁者", per(total.visitors, figures.days), "人"
    yield "予約で来た方", figures.with_booking.visitors, "人"
    yield "予約で来た方の割合", percent(figures.with_booking.visitors, total.visitors), "％"
    yield "対応", total.done, "件"
    for what, one in (("待ち時間", total.waiting), ("対応時間", total.handling)):
        yield f"{what} 平均", one.mean, "分"
        yield f"{what} 中央値", one.median, "分"
        yield f"{what} 90％", one.ninetieth, "分"
        yield f"{what} 最大", one.longest, "分"
    yield "終わりの分からない対応", total.unfinished, "件"
    yield "不在", total.missed, "件"
    yield "不在の割合", percent(total.missed, total.turns), "％"
    yield "取消", total.cancelled, "件"
    yield "取消の割合", percent(total.cancelled, total.turns), "％"
    yield "予約", bookings.all, "件"
    yield "予約の来庁なし", bookings.missed, "件"
    yield "予約の来庁なしの割合", percent(bookings.missed, bookings.came + bookings.missed), "％"
    yield "予約の取消", bookings.cancelled, "件"
    yield "予約の取消の割合", percent(bookings.cancelled, bookings.all), "％"
    capacity, taken = sum(one[1] for one in figures.places), sum(one[2] for one in figures.places)
    yield "予約枠の埋まり", percent(taken, capacity), "％"
    yield "待ち時間の案内", told.promises, "件"
    yield "案内の幅に入った割合", told_share(told), "％"
    yield "案内のずれの平均", told_missed_by(told)[0], "分"


def _summary(figures: Figures, compared: Figures | None) -> Table:
    rows: list[tuple[Cell, ...]] = list(summary_rows(figures))
    columns = [("項目", Kind.TEXT), ("値", Kind.NUMBER), ("単位", Kind.TEXT)]
    if compared is not None:
        columns[2:2] = [("比べた期間", Kind.NUMBER), ("差", Kind.NUMBER)]
        rows = [
            (name, value, other, _difference(value, other), unit)
            for (name, value, unit), (_, other, _) in zip(
                summary_rows(figures), summary_rows(compared), strict=True
            )
        ]
    return Table("summary", "まとめ", _columns(*columns), tuple(rows))


def _difference(one: int | float | None, other: int | float | None) -> int | float | None:
    if one is None or other is None:
        return None
    # Both have one decimal at most: a binary rest must not show.
    return one - other if isinstance(one, int) and isinstance(other, int) else round(one - other, 1)


def _course(figures: Figures, by_day: bool) -> Table:
    when = (("日", Kind.DAY), ("曜日", Kind.TEXT)) if by_day else (("月", Kind.TEXT),)
    return Table(
        "course",
        "日ごと" if by_day else "月ごと",
        _columns(*when, ("来庁者", Kind.COUNT), ("うち予約", Kind.COUNT), *_spread_columns("待ち時間")),
        tuple(
            (
                *((one.first, WEEKDAYS[one.first.weekday()]) if by_day else (f"{one.first:%Y-%m}",)),
                one.visitors,
                one.booked,
                *_spread(one.waiting),
            )
            for one in figures.course
        ),
    )


def clock(minute: int) -> time:
    """The minute of the day as a time; midnight at its end, too."""
    return time(minute // 60 % 24, minute % 60)


def _bands(figures: Figures, band: int) -> Table:
    return Table(
        "by_band",
        f"時間帯ごと（{band}分）",
        _columns(
            ("から", Kind.TIME),
            ("まで", Kind.TIME),
            ("来庁者", Kind.COUNT),
            ("1日あたり", Kind.MINUTES),
            *_spread_columns("待ち時間"),
        ),
        tuple(
            (
                clock(begins),
                clock(begins + band),
                group.visitors,
                per(group.visitors, figures.days),
                *_spread(group.waiting),
            )
            for begins, group in figures.by_band
        ),
    )


def _heat(figures: Figures) -> Table:
    return Table(
        "heat",
        "曜日と時間帯",
        _columns(
            ("曜日", Kind.TEXT),
            ("時", Kind.TIME),
            ("来庁者", Kind.COUNT),
            ("その曜日の日数", Kind.COUNT),
            ("1日あたり", Kind.MINUTES),
        ),
        tuple(
            (
                WEEKDAYS[weekday],
                time(hour),
                visitors,
                figures.weekdays[weekday],
                per(visitors, figures.weekdays[weekday]),
            )
            for weekday, hour, visitors in figures.heat
        ),
    )


def _waits(figures: Figures) -> Table:
    steps = dict.fromkeys(range(0, LAST_WAIT + 1, WAIT_STEP), 0)
    for minutes, count in figures.waits:
        steps[min(LAST_WAIT, minutes // WAIT_STEP * WAIT_STEP)] += count
    upto, rows = 0, []
    for begins, count in steps.items():
        upto += count
        ends = None if begins == LAST_WAIT else begins + WAIT_STEP - 1
        rows.append((begins, ends, count, percent(upto, figures.total.waiting.count)))
    return Table(
        "waits",
        "待ち時間の分布",
        _columns(
            ("何分から", Kind.COUNT),
            ("何分まで", Kind.COUNT),
            ("件数", Kind.COUNT),
            ("ここまでの割合（％）", Kind.PERCENT),
        ),
        tuple(rows) if figures.waits else (),
    )


def _groups(key: str, title: str, what: str, groups: Iterator[tuple[str, Group]]) -> Table:
    return Table(
        key,
        title,
        _columns(
            (what, Kind.TEXT),
            *((name, Kind.COUNT) for name in _COUNTS),
            ("不在の割合（％）", Kind.PERCENT),
            ("取消の割合（％）", Kind.PERCENT),
            *_spread_columns("待ち時間"),
            *_spread_columns("対応時間"),
        ),
        tuple(
            (
                name,
                one.visitors,
                one.done,
                one.missed,
                one.cancelled,
                percent(one.missed, one.turns),
                percent(one.cancelled, one.turns),
                *_spread(one.waiting),
                *_spread(one.handling),
            )
            for name, one in groups
        ),
    )


def _counters(figures: Figures, names: Mapping[int, str]) -> Table:
    groups = dict(figures.by_counter)
    return Table(
        "by_counter",
        "窓口ごと",
        _columns(("窓口", Kind.TEXT), ("対応", Kind.COUNT), *_spread_columns("対応時間")),
        tuple(
            (name, groups[one].done, *_spread(groups[one].handling))
            for one, name in names.items()
            if one in groups
        ),
    )


def _bookings(figures: Figures, names: Mapping[int, str]) -> Table:
    found = dict(figures.bookings_by_service)
    return Table(
        "bookings",
        "予約のゆくえ",
        _columns(
            ("業務", Kind.TEXT),
            *((name, Kind.COUNT) for name in ("予約", "来庁", "来庁なし", "取消", "これから")),
            ("来庁なしの割合（％）", Kind.PERCENT),
            ("取消の割合（％）", Kind.PERCENT),
        ),
        tuple((name, *_booking(found[one])) for one, name in names.items() if one in found),
    )


def _booking(one: Bookings) -> tuple[Cell, ...]:
    return (
        one.all,
        one.came,
        one.missed,
        one.cancelled,
        one.still_open,
        percent(one.missed, one.came + one.missed),
        percent(one.cancelled, one.all),
    )


def _places(figures: Figures) -> Table:
    return Table(
        "places",
        "予約枠の埋まり",
        _columns(
            ("時", Kind.TIME), ("枠", Kind.COUNT), ("埋まった枠", Kind.COUNT), ("埋まり（％）", Kind.PERCENT)
        ),
        tuple(
            (time(hour), capacity, taken, percent(taken, capacity))
            for hour, capacity, taken in figures.places
        ),
    )


def _told(figures: Figures, names: Mapping[int, str]) -> Table:
    by_service = dict(figures.told_by_service)
    rows = [
        *(("業務", name, by_service[one]) for one, name in names.items() if one in by_service),
        *(("時間帯", f"{hour}時台", one) for hour, one in figures.told_by_hour),
    ]
    return Table(
        "told",
        "待ち時間の案内は当たったか",
        _columns(
            ("分け方", Kind.TEXT),
            ("業務・時間帯", Kind.TEXT),
            ("案内", Kind.COUNT),
            ("幅に入った", Kind.COUNT),
            ("幅に入った割合（％）", Kind.PERCENT),
            ("ずれの平均（分）", Kind.MINUTES),
            ("かけ算だけの計算のずれ（分）", Kind.MINUTES),
        ),
        tuple(
            (
                kind,
                name,
                one.promises,
                one.kept,
                told_share(one),
                *told_missed_by(one),
            )
            for kind, name, one in rows
        ),
    )


def _missed_by(seconds: int, count: int) -> float | None:
    return tenths(seconds, 60 * count) if count >= FEWEST_TOLD else None


def told_share(one: Told) -> float | None:
    """The share of told waiting times that held; None of too few."""
    return percent(one.kept, one.promises) if one.promises >= FEWEST_TOLD else None


def told_missed_by(one: Told) -> tuple[float | None, float | None]:
    """By how many minutes they missed on the average, and the formula of fixed minutes would have."""
    return _missed_by(one.missed_by, one.promises), _missed_by(one.plain_missed_by, one.promises)


def channel_name(channel: Channel) -> str:
    """As staff call it."""
    return CHANNEL_NAMES[channel]
