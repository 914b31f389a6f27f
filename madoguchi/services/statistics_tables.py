"""An answer of the statistics as tables, and in words what was asked."""

from __future__ import annotations

from datetime import date

from ..domain.statistics.periods import Period
from ..domain.statistics.tables import Table, channel_name, tables_of
from .statistics import Statistics


def tables(answer: Statistics) -> tuple[Table, ...]:
    """Every table: the screen, the files and the command line show these rows."""
    asked, choices = answer.question, answer.choices
    return tables_of(
        answer.figures,
        answer.compared,
        choices.names(choices.services, asked.desk_id),
        choices.names(choices.counters, asked.desk_id),
        by_day=asked.period.by_day,
        band=asked.band,
    )


def conditions(answer: Statistics) -> list[tuple[str, str]]:
    """What was asked for, in words."""
    asked, choices = answer.question, answer.choices

    def name(of: str, wanted: int | None) -> str:
        found = {one.id: one.name for one in getattr(choices, of)}
        return "すべて" if wanted is None else found[wanted]

    return [
        ("期間", period_text(asked.period)),
        *([("比べた期間", period_text(asked.compared))] if asked.compared else []),
        ("室課", name("desks", asked.desk_id)),
        ("業務", name("services", asked.service_id)),
        ("窓口", name("counters", asked.counter_id)),
        ("受付方法", "すべて" if asked.channel is None else channel_name(asked.channel)),
    ]


def period_text(period: Period) -> str:
    """2026年9月1日～9月30日."""
    first, last = period.first, period.last
    if first == last:
        return _day(first)
    ending = f"{last.month}月{last.day}日" if first.year == last.year else _day(last)
    return f"{_day(first)}～{ending}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
