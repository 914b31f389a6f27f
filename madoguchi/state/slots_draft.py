"""下書き: what an admin has changed of a pool's plan and not applied yet. Pure; nothing here is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import NamedTuple

from ..domain.plan_painting import Brush, copied_weekday, painted
from ..domain.slot_plans import Band, Exceptional, ExceptionKind, PlanChange, PoolPlan, in_force
from ..services.slot_plans import PlanView
from .slots_form import read_date

WEEKDAYS = "月火水木金土日"
KINDS = {
    ExceptionKind.CLOSED: "休業",
    ExceptionKind.SPECIAL: "臨時の開設",
    ExceptionKind.CAPACITY: "枠数の変更",
}


class Draft(NamedTuple):
    """A plan and what is to become different. A tuple: Reflex keeps it as it is."""

    plan: PoolPlan
    today: date
    first: date
    """From when the painted week is in force."""
    bands: tuple[Band, ...]
    holidays: bool
    year_end: bool
    days: Mapping[date, Exceptional | None] = {}
    removed: frozenset[date] = frozenset()
    """Patterns that are to go."""
    more: Mapping[date, tuple[Band, ...]] = {}
    """Further patterns, as a file may bring them."""

    def change(self) -> PlanChange:
        """What differs from the plan."""
        patterns: dict[date, tuple[Band, ...] | None] = {**dict.fromkeys(self.removed), **self.more}
        if self.week_differs():
            patterns[self.first] = self.bands
        return PlanChange(
            patterns=patterns,
            exceptions=dict(self.days),
            closed_on_holidays=None if self.holidays == self.plan.closed_on_holidays else self.holidays,
            closed_year_end=None if self.year_end == self.plan.closed_year_end else self.year_end,
        )

    def week_differs(self) -> bool:
        """Whether the painted week is another than the one in force from that day."""
        there = in_force(self.plan.patterns, self.first)
        return self.bands != (() if there is None else there.bands)

    def painted(self, weekdays: Iterable[int], starts: time, ends: time, brush: Brush) -> Draft:
        """With a stretch painted. Raises what `plan_painting.painted` does."""
        return self._replace(bands=painted(self.bands, weekdays, starts, ends, brush))

    def copied(self, source: int, targets: Iterable[int]) -> Draft:
        """With a weekday copied to others."""
        return self._replace(bands=copied_weekday(self.bands, source, targets))

    def with_days(self, days: Mapping[date, Exceptional | None]) -> Draft:
        """With exceptions added; taking one away that the plan does not have is no change."""
        merged = {**self.days, **days}
        return self._replace(
            days={day: one for day, one in merged.items() if one != self.plan.exceptions.get(day)}
        )

    def taken_over(self, change: PlanChange) -> Draft:
        """With what a file says; its first pattern is the week that is shown.

        A plan that has begun, as every file written here has one, is meant from tomorrow on.
        """
        draft = self.with_days(change.exceptions)
        patterns = {day: bands for day, bands in change.patterns.items() if bands is not None}
        begun = [day for day in patterns if day < self.today]
        if begun:
            patterns.setdefault(self.today + timedelta(days=1), patterns[max(begun)])
            patterns = {day: bands for day, bands in patterns.items() if day >= self.today}
        if not patterns:
            return draft
        first = min(patterns)
        rest = {day: bands for day, bands in patterns.items() if day != first}
        return draft._replace(first=first, bands=patterns[first], more={**self.more, **rest})

    def emptied(self) -> Draft:
        """With nothing changed."""
        there = in_force(self.plan.patterns, self.first)
        bands = () if there is None else there.bands
        plan = self.plan
        return Draft(plan, self.today, self.first, bands, plan.closed_on_holidays, plan.closed_year_end)

    def without(self, line: str) -> Draft:
        """Without the change that `lines` names so; whatever else is asked changes nothing."""
        kind, _, value = line.partition(":")
        day = read_date(value)
        if kind == "week":
            there = in_force(self.plan.patterns, self.first)
            return self._replace(bands=() if there is None else there.bands)
        if kind == "holidays":
            return self._replace(holidays=self.plan.closed_on_holidays)
        if kind == "year-end":
            return self._replace(year_end=self.plan.closed_year_end)
        if day is None:
            return self
        return self._replace(
            days={one: it for one, it in self.days.items() if not (kind == "day" and one == day)},
            removed=self.removed - ({day} if kind == "gone" else set()),
            more={one: it for one, it in self.more.items() if not (kind == "more" and one == day)},
        )

    def lines(self) -> list[tuple[str, str]]:
        """Each change by a name and in words."""
        found = []
        if self.week_differs():
            found.append(
                ("week", f"週の計画を {day_words(self.first)} から変更（{_week_words(self.bands)}）")
            )
        found += [(f"more:{day}", f"週の計画を {day_words(day)} から変更") for day in sorted(self.more)]
        found += [(f"gone:{day}", f"{day_words(day)} からの計画を取りやめ") for day in sorted(self.removed)]
        if self.holidays != self.plan.closed_on_holidays:
            found.append(("holidays", "祝日を休みにする" if self.holidays else "祝日も開ける"))
        if self.year_end != self.plan.closed_year_end:
            found.append(("year-end", "年末年始を休みにする" if self.year_end else "年末年始も開ける"))
        found += [
            (f"day:{day}", f"{day_words(day)} {exception_words(self.days[day])}") for day in sorted(self.days)
        ]
        return found


def draft_of(view: PlanView) -> Draft:
    """Nothing changed yet: the week that is in force tomorrow, to be changed from then on."""
    tomorrow = view.today + timedelta(days=1)
    there = view.in_force(tomorrow)
    return Draft(
        plan=view.plan,
        today=view.today,
        first=tomorrow,
        bands=() if there is None else there.bands,
        holidays=view.plan.closed_on_holidays,
        year_end=view.plan.closed_year_end,
    )


def exception_words(one: Exceptional | None) -> str:
    """An exception in a few words; None is a day that follows its pattern again."""
    if one is None:
        return "通常どおりに戻す"
    what = KINDS[one.kind]
    if one.kind is ExceptionKind.CAPACITY:
        what = f"1回 {one.capacity}枠に変更"
    elif one.kind is ExceptionKind.SPECIAL:
        times = "、".join(
            f"{band.starts:%H:%M}〜{band.ends:%H:%M} {band.capacity}枠" for band in one.bands[:3]
        )
        what = f"臨時の開設 {times}"
    return f"{what}（{one.note}）" if one.note else what


def day_words(day: date) -> str:
    """``10/5(月)``."""
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})"


def _week_words(bands: Iterable[Band]) -> str:
    total = sum(band.capacity * len(band.times()) for band in bands)
    return f"週 {total}枠"
