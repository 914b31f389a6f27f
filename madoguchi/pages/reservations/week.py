"""The week: a row for each time, a column for each day, how full each is as a bar with figures."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.reservations.shown import FORM, PAGE


def grid() -> rx.Component:
    """Give the table, or say that there are no places."""
    return rx.cond(
        PAGE.week_rows.length() > 0,
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(theme.for_screen_readers("時刻"), class_name="rv-week__time"),
                        rx.foreach(PAGE.columns, _head),
                    )
                ),
                rx.el.tbody(rx.foreach(PAGE.week_rows, _row)),
                class_name="rv-week",
                custom_attrs=theme.testid("week"),
            ),
            class_name="rv-scroll",
            tab_index=0,
            role="region",
            aria_label="週の枠",
        ),
        rx.el.p("この週に予約枠はありません。", class_name="today-empty"),
    )


def _head(one: Any) -> rx.Component:
    return rx.el.th(
        rx.el.button(
            rx.el.span(one.date, class_name="rv-week__date"),
            rx.el.span(one.weekday),
            rx.cond(one.today, theme.flag("今日", kind="success")),
            rx.el.span(rx.cond(one.figures != "", one.figures, "―"), class_name="rv-week__sum mg-tabular"),
            rx.cond(one.waiting > 0, theme.flag(rx.Var.create(f"待ち{one.waiting}"), kind="warning")),
            type="button",
            class_name="rv-week__day",
            on_click=PAGE.open_day(one.day),
            title="この日を開く",
            custom_attrs=theme.testid("week-day", day=one.day),
        ),
        key=one.day,
        scope="col",
        class_name=rx.cond(one.shown, "rv-week__head rv-week__head--shown", "rv-week__head"),
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.time, scope="row", class_name="rv-week__time mg-tabular"),
        rx.foreach(row.cells, _cell),
        key=row.time,
    )


def _cell(cell: Any) -> rx.Component:
    return rx.el.td(
        rx.cond(
            cell.spoken == "",
            rx.el.span("", class_name="rv-none"),
            rx.el.button(
                rx.el.span(cell.figures, class_name="rv-figures mg-tabular", aria_hidden="true"),
                fill(cell),
                theme.for_screen_readers(cell.spoken),
                type="button",
                class_name=rx.cond(cell.past, "rv-cell rv-cell--past", "rv-cell"),
                on_click=rx.cond(
                    (PAGE.picking != 0) & (cell.slot_id != 0) & ~cell.past,
                    FORM.open_at(cell.slot_id),
                    PAGE.open_day(cell.day),
                ),
                aria_pressed=(PAGE.picking != 0) & (FORM.place == cell.slot_id.to_string()),
                custom_attrs=theme.testid("week-cell", slot=cell.slot_id, day=cell.day),
            ),
        ),
        key=cell.key,
    )


def fill(one: Any) -> rx.Component:
    """How full a place is; the figures beside it say the same."""
    return rx.el.span(
        rx.el.span(
            class_name=rx.cond(
                one.over,
                "rv-fill__taken rv-fill__taken--over",
                rx.cond(one.full, "rv-fill__taken rv-fill__taken--full", "rv-fill__taken"),
            ),
            style={"--percent": rx.Var.create(f"{one.percent}%")},
        ),
        class_name="rv-fill",
        aria_hidden="true",
    )
