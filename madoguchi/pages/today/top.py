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
        rx.cond(
            TODAY.desk_closed,
            theme.flag("本日は締めました", kind="warning"),
            rx.cond(
                TODAY.desk_paused | TODAY.desk_stopped, theme.flag("新しい受付を止めています", kind="warning")
            ),
        ),
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
        rx.cond(WHO.may_call, _day()),
        class_name="today-bar",
    )


def _day() -> rx.Component:
    """What is done once a day, behind a small button at the end of the bar."""
    open_ = (TODAY.panel == "day") | (TODAY.panel == "close")
    return rx.el.div(
        rx.el.button(
            "本日の受付",
            rx.el.span(" ▾", aria_hidden="true"),
            type="button",
            on_click=TODAY.open_panel("day"),
            class_name="mg-button mg-button--text today-day__open",
            custom_attrs={"aria-expanded": rx.cond(open_, "true", "false"), **theme.testid("day-menu")},
        ),
        rx.cond(open_, rx.cond(TODAY.panel == "close", _close(), _day_actions())),
        class_name="today-day",
    )


def _day_actions() -> rx.Component:
    stopped = TODAY.desk_stopped | TODAY.desk_closed
    return rx.el.div(
        theme.button(
            rx.cond(stopped, "受付を再開する", "受付を止める"),
            kind="secondary",
            auto_focus=True,
            on_click=TODAY.stop_numbers(rx.cond(stopped, "go", "stop")),
            custom_attrs=theme.testid("stop-numbers"),
        ),
        rx.el.p(
            rx.cond(
                stopped,
                "発券機とLINEで、また番号を取れるようになります。",
                "今日はもう番号を出しません。待っている人は最後まで呼びます。",
            ),
            class_name="mg-help",
        ),
        rx.cond(
            ~TODAY.desk_closed,
            rx.fragment(
                theme.button(
                    "本日を締める",
                    kind="danger",
                    on_click=TODAY.ask_close,
                    custom_attrs=theme.testid("close-day"),
                ),
                rx.el.p("待っている人にも終わりを知らせ、番号を閉じます。", class_name="mg-help"),
            ),
        ),
        theme.button("閉じる", kind="text", key="Escape", on_click=TODAY.open_panel("")),
        class_name="today-day__panel",
        role="group",
        aria_label="本日の受付",
    )


def _close() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.cond(
                TODAY.waiting_count > 0,
                rx.fragment(
                    "まだ ", rx.el.strong(TODAY.waiting_count, "人"), " が待っています。本日を締めますか？"
                ),
                "待っている人はいません。本日を締めますか？",
            ),
            custom_attrs=theme.testid("close-question"),
        ),
        rx.cond(
            TODAY.close_warning != "",
            rx.el.p(TODAY.close_warning, custom_attrs=theme.testid("close-bookings")),
        ),
        rx.el.div(
            theme.button(
                "締める",
                kind="danger",
                on_click=TODAY.close_today("close"),
                custom_attrs=theme.testid("close-yes"),
            ),
            theme.button(
                "やめる",
                kind="secondary",
                key="Escape",
                auto_focus=True,
                on_click=TODAY.close_today("keep"),
            ),
            class_name="mg-row",
        ),
        class_name="today-day__panel",
        role="alertdialog",
        aria_label="本日を締めますか",
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
