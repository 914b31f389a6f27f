"""The day: places as rows, with everybody who has one."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.live import steady
from madoguchi.pages.reservations.shown import FORM, PAGE
from madoguchi.pages.reservations.week import fill


def lines() -> rx.Component:
    """Give the rows, or say that there are no places."""
    return rx.cond(
        PAGE.lines.length() > 0,
        steady(
            rx.el.ul(rx.foreach(PAGE.lines, _line), class_name="rv-day", custom_attrs=theme.testid("day")),
            class_name="rv-scroll",
        ),
        rx.el.p("この日に予約枠はありません。", class_name="today-empty"),
    )


def _line(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.time, class_name="today-time mg-tabular"),
        rx.el.span(
            rx.el.span(one.figures, class_name="rv-figures mg-tabular", aria_hidden="true"),
            fill(one),
            theme.for_screen_readers(one.spoken),
            class_name="rv-level",
        ),
        rx.el.span(
            rx.el.span(one.pool, class_name="rv-pool"),
            rx.cond(one.over, theme.flag("定員外あり", kind="warning")),
            rx.cond(one.held > 0, theme.flag(rx.Var.create(f"入力中 {one.held}"))),
            class_name="rv-about",
        ),
        rx.el.span(rx.foreach(one.chips, chip), class_name="rv-chips"),
        rx.cond(
            PAGE.may_reserve & ~one.past,
            theme.button(
                rx.cond(PAGE.picking != 0, "この時間にする", "予約する"),
                kind="text",
                on_click=FORM.open_at(one.slot_id),
                custom_attrs={
                    "aria-label": rx.Var.create(f"{one.time} {one.pool} を選ぶ"),
                    **theme.testid("take-slot", slot=one.slot_id),
                },
            ),
            rx.el.span(),
        ),
        key=one.slot_id,
        class_name=rx.cond(one.past, "rv-line rv-line--past", "rv-line"),
        custom_attrs=theme.testid("slot-line", row=one.slot_id, figures=one.figures),
    )


def chip(one: Any) -> rx.Component:
    """One reservation as a button that shows all about it."""
    return rx.el.button(
        rx.el.span(one.code, class_name="rv-chip__code mg-tabular"),
        rx.cond(one.service != "", rx.el.span(one.service, class_name="rv-chip__service")),
        rx.el.span(
            rx.cond(one.state != "", theme.flag(one.state)),
            rx.foreach(one.flags, theme.flag),
            class_name="today-flags",
        ),
        type="button",
        class_name=rx.cond(one.gone, "rv-chip rv-chip--gone", "rv-chip"),
        aria_pressed=PAGE.chosen.id == one.id,
        on_click=PAGE.choose(one.id),
        key=one.id,
        custom_attrs=theme.testid("reservation", code=one.code),
    )
