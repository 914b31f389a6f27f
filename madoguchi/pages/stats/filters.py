"""What the statistics are asked for, and how they are taken away."""

from typing import Any, Final

import reflex as rx

from madoguchi.pages import theme
from madoguchi.state.stats import StatsState

PAGE: Any = StatsState
_PRESETS: Final = (
    ("today", "今日"),
    ("week", "今週"),
    ("four_weeks", "過去4週間"),
    ("month", "今月"),
    ("last_month", "先月"),
    ("fiscal_year", "今年度（4月から）"),
    ("last_fiscal_year", "昨年度"),
    ("own", "日を選ぶ"),
)
_CHANNELS: Final = (
    ("", "すべて"),
    ("line", "LINE"),
    ("paper", "紙の番号札"),
    ("staff", "職員が受付"),
    ("reservation", "予約"),
)
_BANDS: Final = (("15", "15分"), ("30", "30分"), ("60", "60分"))
_COMPARISONS: Final = (("none", "比べない"), ("before", "その前の期間"), ("year_before", "1年前の同じ期間"))


def bar() -> rx.Component:
    """The filters, in the order in which one thinks of them."""
    return rx.el.div(
        _select("期間", "preset", PAGE.preset, _fixed(_PRESETS)),
        _date("から", "first", PAGE.first),
        _date("まで", "last", PAGE.last),
        _select("比べる期間", "comparison", PAGE.comparison, _fixed(_COMPARISONS)),
        _select("室課", "desk", PAGE.desk, _given(PAGE.desks)),
        _select("業務", "service", PAGE.service, _given(PAGE.services)),
        _select("窓口", "counter", PAGE.counter, _given(PAGE.counters)),
        _select("受付方法", "channel", PAGE.channel, _fixed(_CHANNELS)),
        _select("時間帯の幅", "band", PAGE.band, _fixed(_BANDS)),
        class_name="stats-filters",
        role="group",
        aria_label="統計の条件",
    )


def take_away() -> rx.Component:
    """The files of all tables, and the printer."""
    return rx.el.div(
        _file("Excel", PAGE.xlsx, "xlsx"),
        _file("CSV（UTF-8）", PAGE.csv, "csv"),
        _file("CSV（Shift_JIS）", PAGE.cp932, "cp932"),
        rx.el.button(
            "印刷",
            type="button",
            class_name="mg-button mg-button--secondary",
            # Without a handler of the server: the window prints itself.
            custom_attrs={"onClick": rx.Var("() => window.print()"), **theme.testid("print")},
        ),
        rx.cond(
            PAGE.replaced != "",
            rx.el.p(
                f"Shift_JISにない文字は〓になります: {PAGE.replaced}",
                class_name="mg-help stats-replaced",
                custom_attrs=theme.testid("replaced"),
            ),
        ),
        class_name="stats-files",
    )


def _file(name: str, address: Any, form: str) -> rx.Component:
    return rx.el.a(
        name,
        href=address,
        class_name="mg-button mg-button--secondary",
        # Answered by the server: the pages' own router must leave it alone.
        custom_attrs={"download": "", "reloadDocument": True, **theme.testid(f"file-{form}")},
    )


def _select(name: str, what: str, value: Any, options: list[Any]) -> rx.Component:
    return rx.el.label(
        rx.el.span(name, class_name="field-label"),
        rx.el.select(
            *options,
            value=value,
            on_change=lambda chosen: PAGE.choose(what, chosen),
            class_name="mg-input field-select",
            custom_attrs=theme.testid(f"stats-{what}"),
        ),
        class_name="field-box",
    )


def _date(name: str, what: str, value: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(name, class_name="field-label"),
        rx.el.input(
            type="date",
            value=value,
            on_change=lambda chosen: PAGE.choose(what, chosen),
            class_name="mg-input field-date",
            custom_attrs=theme.testid(f"stats-{what}"),
        ),
        class_name="field-box",
    )


def _fixed(options: tuple[tuple[str, str], ...]) -> list[Any]:
    return [rx.el.option(text, value=value) for value, text in options]


def _given(options: Any) -> list[Any]:
    return [rx.foreach(options, lambda one: rx.el.option(one.text, value=one.value))]
