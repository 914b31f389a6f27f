"""例外の日: a calendar of the days that differ, what a day gets instead, and the usual closed days."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.slots.shown import SLOTS

_KINDS = (
    ("closed", "休業"),
    ("special", "臨時の開設"),
    ("capacity", "枠数の変更"),
    ("usual", "通常に戻す"),
)


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        rx.el.div(
            theme.button("前の月", kind="secondary", on_click=SLOTS.show_month(-1)),
            rx.el.h3(SLOTS.month_name, class_name="slots-month-name", aria_live="polite"),
            theme.button("次の月", kind="secondary", on_click=SLOTS.show_month(1)),
            class_name="slots-month-head",
        ),
        _calendar(),
        rx.el.p("* は下書きの変更です。まだ適用していません。", class_name="mg-help"),
        rx.cond(SLOTS.may_change, _entry()),
        _switches(),
        class_name="slots-panel",
    )


def _calendar() -> rx.Component:
    return rx.el.table(
        rx.el.caption(
            rx.el.span("日を選ぶと、下の欄にその日が入ります"),
            class_name="mg-hidden",
        ),
        rx.el.thead(rx.el.tr(rx.foreach(SLOTS.days, lambda name: rx.el.th(name, scope="col")))),
        rx.el.tbody(
            rx.foreach(SLOTS.month, lambda week: rx.el.tr(rx.foreach(week.days, _day), key=week.key))
        ),
        class_name="slots-month",
    )


def _day(one: Any) -> rx.Component:
    return rx.el.td(
        rx.cond(
            one.iso != "",
            rx.el.button(
                rx.el.span(one.number, class_name="slots-day__number mg-tabular"),
                rx.el.span(one.mark, class_name="slots-day__mark"),
                rx.el.span(one.places, class_name="slots-day__places mg-tabular"),
                type="button",
                on_click=SLOTS.choose_day(one.iso),
                class_name="slots-day",
                custom_attrs={
                    "data-tone": one.tone,
                    "data-day": one.iso,
                    "aria-pressed": one.chosen,
                    "aria-label": one.label,
                },
            ),
        )
    )


def _entry() -> rx.Component:
    def kind(value: str, label: str) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="radio",
                name="kind",
                value=value,
                checked=SLOTS.kind == value,
                on_change=SLOTS.choose_kind(value),
                custom_attrs=theme.testid(f"kind-{value}"),
            ),
            label,
            class_name="slots-radio",
        )

    has_places = (SLOTS.kind == "special") | (SLOTS.kind == "capacity")
    return fields.form(
        fields.field("この日から", _typed_day("from", SLOTS.day_from)),
        fields.field("この日まで", _typed_day("to", SLOTS.day_to)),
        rx.el.fieldset(
            rx.el.legend("どうする", class_name="field-label"),
            *(kind(value, label) for value, label in _KINDS),
            rx.cond(
                SLOTS.kind == "special",
                rx.el.p(
                    "この日のふだんの枠は使わず、下の時間の枠だけになります。",
                    class_name="slots-stale",
                    role="status",
                    custom_attrs=theme.testid("instead-of-usual"),
                ),
            ),
            class_name="slots-kinds",
        ),
        rx.cond(
            SLOTS.kind == "special",
            rx.fragment(
                fields.field("開始", fields.clock("starts", default_value="09:00")),
                fields.field("終了", fields.clock("ends", default_value="12:00")),
                fields.field("間隔", fields.number("every", 5, 240, default_value="30"), unit="分ごと"),
            ),
        ),
        rx.cond(
            has_places, fields.field("枠数", fields.number("places", 0, 200, default_value="2"), unit="人")
        ),
        fields.field(
            "メモ（職員用）",
            rx.el.input(name="note", max_length=100, class_name="mg-input", auto_complete="off"),
        ),
        fields.submit("下書きに加える", "add-days"),
        on_submit=SLOTS.add_days,
        name="days-form",
    )


def _typed_day(name: str, value: Any) -> rx.Component:
    # A day chosen in the calendar puts the field anew; what is being typed stays, and the calendar follows.
    return fields.day(
        name,
        default_value=value,
        key=rx.Var.create(f"{name}-{SLOTS.day_serial}"),
        on_change=lambda typed: SLOTS.type_day({name: typed}),
    )


def _switches() -> rx.Component:
    def switch(label: str, name: str, on: Any, change: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=on,
                on_change=change,
                disabled=~SLOTS.may_change,
                custom_attrs=theme.testid(name),
            ),
            label,
            class_name="slots-radio",
        )

    return rx.el.fieldset(
        rx.el.legend("いつもの休み", class_name="field-label"),
        switch("祝日は休み", "close-holidays", SLOTS.holidays, SLOTS.close_holidays),
        switch("年末年始（12/29〜1/3）は休み", "close-year-end", SLOTS.year_end, SLOTS.close_year_end),
        rx.el.p("臨時の開設は、どちらの休みよりも優先します。", class_name="mg-help"),
        class_name="slots-kinds",
    )
