"""The bar above the columns: which desk, which counter, the figures of the moment."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.today.shown import TODAY, WHO


def bar() -> rx.Component:
    """Desk, counter, waiting, longest wait, places left, LINE and printer, time of the last news."""
    return rx.el.div(
        _desk_picker(),
        rx.cond(WHO.may_call, _counter_picker()),
        rx.cond(TODAY.desk_paused, theme.flag("受付を止めています", kind="warning")),
        rx.el.dl(
            _figure("待ち", TODAY.waiting_count, "人", "waiting-count"),
            _figure("最長", TODAY.longest_wait, "分", "longest-wait"),
            _figure("予約の空き", TODAY.places_left, "", "places-left"),
            _health("LINE", TODAY.line_health, TODAY.line_ok),
            _health("印刷", TODAY.printer_health, TODAY.printer_ok),
            class_name="today-figures",
        ),
        rx.el.p(
            rx.el.span(TODAY.updated, class_name="mg-tabular"),
            " 現在",
            class_name="today-updated",
            custom_attrs=theme.testid("updated"),
        ),
        class_name="today-bar",
    )


def _desk_picker() -> rx.Component:
    def option(desk: Any) -> rx.Component:
        return rx.el.option(desk.name, value=desk.id.to_string(), key=desk.id)

    return rx.el.label(
        theme.for_screen_readers("窓口・室課"),
        rx.el.select(
            rx.foreach(TODAY.desks, option),
            value=TODAY.desk_id.to_string(),
            on_change=TODAY.choose_desk,
            class_name="mg-input today-picker today-picker--desk",
            custom_attrs=theme.testid("desk-picker"),
        ),
    )


def _counter_picker() -> rx.Component:
    def option(counter: Any) -> rx.Component:
        return rx.el.option(counter.caption, value=counter.id.to_string(), key=counter.id)

    return rx.el.label(
        theme.for_screen_readers("窓口番号"),
        rx.el.select(
            rx.el.option("窓口番号を選ぶ", value="0"),
            rx.foreach(TODAY.counters, option),
            value=TODAY.counter_id.to_string(),
            on_change=TODAY.choose_counter,
            class_name="mg-input today-picker",
            custom_attrs=theme.testid("counter-picker"),
        ),
    )


def _figure(label: str, value: rx.Var[Any], unit: str, name: str) -> rx.Component:
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(
            rx.el.strong(value, class_name="mg-tabular", custom_attrs=theme.testid(name)),
            unit,
        ),
    )


def _health(label: str, text: rx.Var[str], good: rx.Var[bool]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(text, class_name=rx.cond(good, "today-health", "today-health today-health--bad")),
    )
