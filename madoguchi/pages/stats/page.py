"""``/staff/stats`` (統計): a desk's told waiting times against what came."""

from typing import Any

import reflex as rx

from madoguchi.pages import shell, theme
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.state.signed_in import SignedIn
from madoguchi.state.stats import FEWEST, FEWEST_IN_ROW, StatsState

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
            rx.el.label(
                theme.for_screen_readers("窓口・室課"),
                rx.el.select(
                    rx.foreach(PAGE.desks, lambda one: rx.el.option(one.text, value=one.value)),
                    value=PAGE.desk_id.to_string(),
                    on_change=PAGE.choose_desk,
                    class_name="mg-input field-select stats-desk",
                    custom_attrs=theme.testid("stats-desk"),
                ),
            ),
            rx.el.p(PAGE.period, class_name="mg-help mg-tabular"),
            class_name="stats-bar",
        ),
        rx.cond(PAGE.refusal != "", rx.el.p(PAGE.refusal, class_name="mg-error", role="alert")),
        rx.cond(
            PAGE.loaded,
            rx.cond(
                PAGE.enough,
                rx.fragment(
                    _summary(),
                    _table("業務ごと", "業務", PAGE.by_service, "by-service"),
                    _table("番号を取った時間帯ごと", "時間帯", PAGE.by_hour, "by-hour"),
                ),
                _too_few(),
            ),
        ),
        class_name="stats fields",
    )


def _summary() -> rx.Component:
    return rx.el.section(
        rx.el.h2("待ち時間の案内は当たったか"),
        rx.el.dl(
            _figure(
                "案内の幅に入った",
                rx.el.span(PAGE.coverage, custom_attrs=theme.testid("coverage")),
                rx.fragment(
                    "「12～20分」とお伝えした幅のうちに呼べた割合です。目標は10回に8回（80％）。",
                    PAGE.verdict,
                ),
            ),
            _figure(
                "ずれの平均",
                rx.el.span(PAGE.error, custom_attrs=theme.testid("error")),
                "お伝えした幅の真ん中と、実際に呼んだ時刻とが何分離れていたかの平均です。小さいほど正確です。",
            ),
            _figure(
                "かけ算だけの計算なら",
                rx.el.span(PAGE.plain, custom_attrs=theme.testid("plain")),
                "「決まった分数×前の人数÷窓口の数」でお伝えしていたときの、ずれの平均です。",
            ),
            _figure(
                "調べた案内",
                rx.fragment(
                    rx.el.span(PAGE.promises, custom_attrs=theme.testid("promises")),
                    "件",
                ),
                rx.fragment(
                    "番号と一緒にお伝えし、そのまま順番に呼んだものです。前に待つ方がいたときだけでは、幅に入ったのは",
                    PAGE.waited,
                    "です。",
                ),
            ),
            class_name="stats-figures mg-tabular",
        ),
        rx.el.p(
            "あとにまわした方、先に呼んだ方、不在のあと戻った方、ほかの室課へ引き継いだ方は数えません。",
            f"{FEWEST_IN_ROW}件より少ない行は割合を出しません。",
            class_name="mg-help",
        ),
        class_name="mg-card",
    )


def _figure(name: str, value: rx.Component, meaning: str | rx.Component) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value, class_name="stats-value"), rx.el.dd(meaning))


def _table(title: str, first: str, rows: Any, name: str) -> rx.Component:
    figures = ("件数", "ずれの平均", "かけ算だけの計算")
    return rx.el.section(
        rx.el.h2(title),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(first, scope="col"),
                    rx.el.th("幅に入った割合（目標80％）", scope="col"),
                    *(rx.el.th(one, scope="col", class_name="mg-figure") for one in figures),
                )
            ),
            rx.el.tbody(rx.foreach(rows, _row)),
            class_name="mg-table",
            custom_attrs=theme.testid(name),
        ),
        class_name="mg-card",
    )


def _row(one: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(one.name, scope="row"),
        rx.el.td(
            rx.el.span(
                # The number stands beside it: the bar says nothing more.
                rx.el.span(
                    rx.el.span(class_name="stats-fill", style={"width": rx.Var.create(f"{one.share}%")}),
                    class_name="stats-bar-of-hundred",
                    aria_hidden="true",
                ),
                rx.el.span(one.coverage),
                class_name="stats-share",
            )
        ),
        *(rx.el.td(value, class_name="mg-figure") for value in (one.promises, one.error, one.plain)),
        key=one.name,
    )


def _too_few() -> rx.Component:
    return rx.el.section(
        rx.el.h2("待ち時間の案内は当たったか"),
        rx.el.p(
            f"この4週間に、待ち時間をお伝えして呼んだ番号がまだ{FEWEST}件ありません。"
            "番号をお渡しして呼び出すと、ここにたまります。",
            custom_attrs=theme.testid("too-few"),
        ),
        class_name="mg-card",
    )
