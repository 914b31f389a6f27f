"""``/staff/stats`` (統計): what came of visits and bookings in any period, with its files."""

from typing import Any

import reflex as rx

from madoguchi.pages import shell, theme
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.state.signed_in import SignedIn
from madoguchi.state.stats import StatsState

from . import filters
from .charts import bars
from .tables import heat_map, section

ROUTE = "/staff/stats"
TITLE = f"統計｜{shell.SYSTEM_NAME}"
PAGE: Any = StatsState
WHO: Any = SignedIn
ON_LOAD = [WHO.arrive, PAGE.opened]


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see it."""
    return queue_page(_shown, "fields", "stats", current=ROUTE)


def _shown() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1("統計"),
            rx.cond(PAGE.loaded, filters.take_away()),
            class_name="stats-bar",
        ),
        filters.bar(),
        rx.cond(PAGE.refusal != "", rx.el.p(PAGE.refusal, class_name="mg-error", role="alert")),
        rx.cond(
            PAGE.loaded,
            rx.fragment(
                rx.el.p(
                    PAGE.asked,
                    "　集計: ",
                    PAGE.asked_at,
                    rx.cond(PAGE.busy, "（集計しています…）", ""),
                    class_name="mg-help mg-tabular stats-asked",
                    role="status",
                    custom_attrs=theme.testid("asked"),
                ),
                rx.cond(
                    PAGE.empty,
                    rx.el.p(
                        "この条件では、来庁も予約もまだありません。期間や条件を変えてください。",
                        class_name="mg-card stats-none",
                        custom_attrs=theme.testid("empty"),
                    ),
                    _answer(),
                ),
            ),
            rx.cond(PAGE.refusal == "", rx.el.p("集計しています…", role="status")),
        ),
        class_name="stats fields",
    )


def _answer() -> rx.Component:
    return rx.fragment(
        rx.el.section(
            rx.el.h2("まとめ", class_name="mg-hidden"),
            rx.el.dl(rx.foreach(PAGE.large, _large), class_name="stats-large mg-tabular"),
            custom_attrs=theme.testid("large"),
        ),
        section(
            PAGE.course,
            "course",
            bars(PAGE.course_chart, "予約", "当日", stacked=True, unit="人"),
            folded=True,
        ),
        section(
            PAGE.by_band,
            "by_band",
            bars(PAGE.band_chart, "来庁者", unit="来庁者（人）"),
            bars(PAGE.band_chart, "平均", "90％", unit="待ち時間（分）"),
        ),
        heat_map(PAGE.heat, PAGE.heat_hours, PAGE.heat_lines),
        section(
            PAGE.waits, "waits", bars(PAGE.waits_chart, "件数", unit="件（横は待った分数）"), folded=True
        ),
        section(
            PAGE.by_service, "by_service", bars(PAGE.service_chart, "待ち時間", "対応時間", unit="平均（分）")
        ),
        section(PAGE.by_booking, "by_booking"),
        section(PAGE.by_channel, "by_channel"),
        section(PAGE.by_counter, "by_counter"),
        section(PAGE.bookings, "bookings"),
        section(PAGE.places, "places", bars(PAGE.places_chart, "埋まった枠", "枠", unit="枠")),
        section(
            PAGE.told,
            "told",
            rx.el.p(PAGE.verdict, class_name="stats-verdict", custom_attrs=theme.testid("verdict")),
            bar=True,
        ),
        section(PAGE.summary, "summary", folded=True),
        rx.el.section(
            rx.el.h2("用語"),
            rx.el.dl(
                rx.foreach(PAGE.words, lambda one: rx.el.div(rx.el.dt(one[0]), rx.el.dd(one[1]), key=one[0])),
                class_name="stats-words",
            ),
            class_name="mg-card stats-section",
        ),
    )


def _large(one: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(one.name),
        rx.el.dd(
            rx.el.span(one.value, class_name="stats-value", custom_attrs=theme.testid(one.name)),
            rx.el.span(one.unit, class_name="stats-unit"),
        ),
        rx.el.dd(one.more, class_name="stats-more"),
        rx.cond(one.before != "", rx.el.dd(one.before, class_name="stats-before")),
        rx.el.dd(one.meaning),
        key=one.name,
    )
