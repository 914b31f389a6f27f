"""Above the calendar: which desk, which service, which days; the search; a new reservation."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.found_keys import FoundKeys
from madoguchi.pages.reservations.results import ROW
from madoguchi.pages.reservations.shown import FORM, PAGE, WHO
from madoguchi.state.reservations_shown import DAY, WEEK

SEARCH = "reservation-search"


def bar() -> rx.Component:
    """Give the two lines of the bar."""
    return rx.el.div(
        rx.el.div(
            _picker("窓口・室課", PAGE.desks, PAGE.desk_id, PAGE.choose_desk, "desk-picker"),
            _picker(
                "業務",
                PAGE.services,
                PAGE.service_id,
                PAGE.choose_service,
                "service-picker",
                every="すべての業務",
            ),
            rx.cond(WHO.may_see_contact, _search()),
            rx.el.div(
                rx.el.a(
                    "当日の一覧を印刷",
                    href=rx.Var.create(f"/staff/reservations/print?desk={PAGE.desk_id}&day={PAGE.day}"),
                    target="_blank",
                    class_name="mg-button mg-button--text",
                    custom_attrs=theme.testid("print-sheet"),
                ),
                rx.cond(
                    PAGE.may_reserve,
                    theme.button(
                        "電話の予約を登録",
                        key="N",
                        on_click=FORM.open_new,
                        custom_attrs=theme.testid("new-reservation"),
                    ),
                ),
                class_name="rv-bar__end",
            ),
            class_name="rv-bar__line",
        ),
        rx.el.div(
            _views(),
            _turns(),
            rx.el.h2(PAGE.title, class_name="rv-title", custom_attrs=theme.testid("title")),
            rx.el.p(rx.el.strong(PAGE.booked, class_name="mg-tabular"), "件", class_name="rv-count"),
            rx.foreach(
                PAGE.waiting, lambda text: theme.flag(rx.Var.create(f"キャンセル待ち {text}"), kind="warning")
            ),
            rx.el.p(
                rx.el.span(PAGE.updated, class_name="mg-tabular"),
                " 現在",
                class_name="today-updated rv-updated",
            ),
            class_name="rv-bar__line",
        ),
        class_name="rv-bar",
    )


def _picker(label: str, choices: Any, value: Any, event: Any, name: str, *, every: str = "") -> rx.Component:
    def option(one: Any) -> rx.Component:
        return rx.el.option(one.name, value=one.id.to_string(), key=one.id)

    return rx.el.label(
        theme.for_screen_readers(label),
        rx.el.select(
            *([rx.el.option(every, value="0")] if every else []),
            rx.foreach(choices, option),
            value=value.to_string(),
            on_change=event,
            class_name="mg-input today-picker",
            custom_attrs=theme.testid(name),
        ),
    )


def _search() -> rx.Component:
    return rx.el.form(
        rx.el.label(
            theme.for_screen_readers("予約を探す：予約番号、カナ、電話番号の終わり4けた以上"),
            rx.el.input(
                id=SEARCH,
                name="search",
                class_name="mg-input rv-search__field",
                placeholder="番号・カナ・電話下4けた",
                auto_complete="off",
                max_length=60,
                custom_attrs={"aria-keyshortcuts": "/", **theme.testid("search")},
            ),
        ),
        FoundKeys.create(field_id=SEARCH, rows=f".{ROW}"),
        rx.el.kbd("/", class_name="mg-key rv-search__key", aria_hidden="true"),
        theme.button("探す", kind="secondary", type="submit", custom_attrs=theme.testid("search-go")),
        on_submit=PAGE.search,
        reset_on_submit=False,
        class_name="rv-search",
        role="search",
    )


def _views() -> rx.Component:
    def view(label: str, name: str, key: str) -> rx.Component:
        return rx.el.button(
            label,
            rx.el.kbd(key, class_name="mg-key", aria_hidden="true"),
            type="button",
            class_name="rv-view",
            aria_pressed=(PAGE.view == name) & ~PAGE.searched,
            on_click=PAGE.show(name),
            custom_attrs={"aria-keyshortcuts": key, **theme.testid(f"view-{name}")},
        )

    return rx.el.div(
        view("週", WEEK, "W"), view("日", DAY, "D"), class_name="rv-views", role="group", aria_label="表示"
    )


def _turns() -> rx.Component:
    def turn(label: str, shown: str, step: int, key: str, name: str) -> rx.Component:
        return rx.el.button(
            rx.el.span(shown, aria_hidden="true"),
            theme.for_screen_readers(label),
            type="button",
            title=label,
            class_name="mg-button mg-button--secondary rv-turn",
            on_click=PAGE.go(step),
            custom_attrs={"aria-keyshortcuts": key, **theme.testid(name)},
        )

    return rx.el.div(
        turn("前へ", "◀", -1, "ArrowLeft", "go-back"),
        theme.button(
            "今日", kind="secondary", key="T", on_click=PAGE.go(0), custom_attrs=theme.testid("go-today")
        ),
        turn("次へ", "▶", 1, "ArrowRight", "go-on"),
        rx.el.label(
            theme.for_screen_readers("日を選ぶ"),
            rx.el.input(
                type="date",
                value=PAGE.day,
                on_change=PAGE.choose_day,
                class_name="mg-input rv-date",
                custom_attrs=theme.testid("day-picker"),
            ),
        ),
        class_name="rv-turns",
    )
