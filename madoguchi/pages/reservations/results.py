"""What the search found. Names are shown for one reservation at a time, on demand."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.reservations.shown import PAGE

ROW = "rv-found__row"


def trouble() -> rx.Component:
    """Why a search was not made."""
    return rx.cond(
        PAGE.search_refusal != "",
        rx.el.p(
            PAGE.search_refusal,
            class_name="today-refusal",
            role="alert",
            custom_attrs=theme.testid("search-refusal"),
        ),
    )


def listed() -> rx.Component:
    """Give the list and the way back to the calendar."""
    return rx.el.div(
        rx.el.div(
            rx.el.h2("見つかった予約 ", PAGE.found.length(), "件", class_name="rv-found__title"),
            rx.cond(
                PAGE.found_more,
                rx.el.p("ほかにもあります。続けて入力して絞ってください。", class_name="mg-help"),
            ),
            theme.button("カレンダーに戻る", kind="text", on_click=PAGE.close_search),
            class_name="rv-found__head",
        ),
        rx.cond(
            PAGE.found.length() > 0,
            rx.el.ul(rx.foreach(PAGE.found, _row), class_name="rv-found", custom_attrs=theme.testid("found")),
            rx.el.p(
                "見つかりませんでした。番号や読みを確かめてください。",
                class_name="today-empty",
                role="status",
            ),
        ),
        class_name="rv-scroll",
    )


def _row(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(one.code, class_name="rv-chip__code mg-tabular"),
            rx.el.span(one.when, class_name="rv-found__when mg-tabular"),
            rx.el.span(one.service, class_name="rv-chip__service"),
            rx.el.span(one.desk, class_name="mg-help"),
            rx.el.span(
                rx.cond(one.state != "", theme.flag(one.state)),
                rx.foreach(one.flags, theme.flag),
                class_name="today-flags",
            ),
            type="button",
            class_name=ROW,
            aria_pressed=PAGE.chosen.id == one.id,
            on_click=PAGE.choose(one.id),
            custom_attrs=theme.testid("found-row", code=one.code),
        ),
        key=one.id,
    )
