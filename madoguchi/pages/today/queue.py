"""Left: who waits, in calling order; below, those on hold and those who were absent.

For who may call, each list is a grid whose rows keys reach; for who may only look, a plain list.
"""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.hotkeys import row_keys
from madoguchi.pages.components.live import steady
from madoguchi.pages.today.shown import TODAY, WHO
from madoguchi.state.today_words import PRIORITIES

_KEYS = {"queue-row": "Enter Y X", "held-row": "Enter Y X B", "missed-row": "Enter B"}
"""What keys do with a row of each list."""


def column() -> rx.Component:
    """Give the column; its lists scroll by themselves."""
    return row_keys(
        rx.el.div(
            rx.el.h2("待っている人"),
            rx.el.span(
                rx.el.strong(TODAY.waiting_count, class_name="mg-tabular"),
                "人",
                class_name="today-count",
            ),
            class_name="today-head",
        ),
        steady(
            rx.cond(
                TODAY.waiting_count > 0,
                _list("待っている人", rx.foreach(TODAY.waiting, _waiting)),
                rx.el.p("いま待っている人はいません。", class_name="today-empty"),
            ),
            rx.cond(
                TODAY.waiting_more > 0,
                rx.el.p("ほか ", TODAY.waiting_more, "人", class_name="today-empty"),
            ),
            class_name="today-scroll",
        ),
        _aside("保留", TODAY.on_hold, "held-row"),
        _aside("不在", TODAY.missed, "missed-row"),
        rx.cond(WHO.may_call, _key_help()),
        class_name="today-column today-column--queue",
        enabled=WHO.may_call & (TODAY.panel == ""),
        menu=TODAY.menu_id,
        on_call=TODAY.call_row,
        on_menu=TODAY.open_menu,
        on_cancel=TODAY.cancel_ticket,
        on_return=TODAY.put_back,
    )


def _key_help() -> rx.Component:
    """The keys of rows, in the order of use; those that need a chosen row stand back until there is one."""

    def key(label: str, *names: str, always: bool = False) -> rx.Component:
        return rx.el.span(
            *(rx.el.kbd(name, class_name="mg-key") for name in names),
            f" {label}",
            class_name="" if always else "today-keys__row",
        )

    return rx.el.p(
        key("選ぶ", "↑", "↓", always=True),
        key("呼ぶ", "Enter"),
        key("優先", "Y"),
        key("取消", "X"),
        key("戻す", "B"),
        class_name="today-keys",
        custom_attrs=theme.testid("row-keys"),
    )


def _list(name: str, rows: Any) -> rx.Component:
    return rx.el.div(rows, class_name="today-list", role=_as("grid", "list"), aria_label=name)


def _as(for_keys: str, plain: str = "") -> rx.Var[Any]:
    """The role for who may call, and for who may only look."""
    return rx.cond(WHO.may_call, for_keys, plain or rx.Var("undefined"))


def _cell(*children: Any, class_name: str = "") -> rx.Component:
    return rx.el.span(*children, class_name=class_name, role=_as("gridcell"))


def _aside(title: str, rows: Any, name: str) -> rx.Component:
    held = name == "held-row"

    def line(row: Any) -> rx.Component:
        back = rx.cond(
            WHO.may_call,
            _cell(
                theme.button(
                    "戻す",
                    kind="text",
                    on_click=TODAY.put_back(row.ticket_id),
                    custom_attrs={"aria-label": rx.Var.create(f"{row.number} を列に戻す")},
                )
            ),
        )
        return _row(row, name, back, menu=held)

    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            rx.el.h3(
                title, rx.el.span(rows.length(), "人", class_name="today-count"), class_name="today-sub"
            ),
            steady(_list(title, rx.foreach(rows, line)), class_name="today-scroll"),
            class_name="today-aside",
        ),
    )


def _waiting(row: Any) -> rx.Component:
    waited = _cell(
        rx.el.span(row.waited, "分"),
        rx.cond(row.expected != "", rx.el.small(row.expected, class_name="today-expected")),
        class_name="today-waited mg-tabular",
    )
    return _row(row, "queue-row", waited, menu=True)


def _more(row: Any) -> rx.Component:
    """What is seldom done with somebody who waits, out of the way of 呼ぶ."""
    opened = _cell(_menu(row), class_name="today-menu-cell")
    return rx.fragment(_cell(_mark(row)), rx.cond(TODAY.menu_id == row.ticket_id, opened))


def _mark(row: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span("⋯", aria_hidden="true"),
        theme.for_screen_readers(rx.Var.create(f"{row.number} のその他の操作")),
        type="button",
        class_name="today-more",
        title="理由・優先・取消",
        on_click=TODAY.open_menu(row.ticket_id),
        custom_attrs={
            "aria-expanded": rx.cond(TODAY.menu_id == row.ticket_id, "true", "false"),
            **theme.testid("row-more"),
        },
    )


def _menu(row: Any) -> rx.Component:
    """Why the row stands where it does, a priority, and taking the number back; below its own row."""

    def reason(digit: int, key: str, words: str) -> rx.Component:
        return theme.button(
            words,
            kind="secondary",
            key=str(digit),
            on_click=TODAY.prioritize(row.ticket_id, key),
            custom_attrs={
                "aria-label": rx.Var.create(f"{row.number} を優先にする: {words}"),
                **theme.testid("prioritize", reason=key, digit=digit),
            },
        )

    return rx.el.div(
        rx.el.p(
            rx.el.strong(row.number),
            " ",
            row.why,
            rx.cond(row.expected != "", rx.fragment("。", row.expected, "で呼ばれる見込み")),
            class_name="today-why",
            custom_attrs=theme.testid("why"),
        ),
        rx.cond(
            row.first,
            theme.button(
                "優先をやめる",
                kind="secondary",
                auto_focus=True,
                on_click=TODAY.prioritize(row.ticket_id, ""),
                custom_attrs=theme.testid("prioritize", reason=""),
            ),
            rx.el.div(
                rx.el.span("優先にする：", class_name="mg-help"),
                *(reason(digit, *one) for digit, one in enumerate(PRIORITIES.items(), start=1)),
                class_name="today-menu__reasons",
                role="group",
                aria_label="優先にする理由",
            ),
        ),
        theme.button(
            "番号を取り消す",
            kind="danger",
            key="X",
            on_click=TODAY.cancel_ticket(row.ticket_id),
            custom_attrs={
                "aria-label": rx.Var.create(f"{row.number} を取り消す"),
                "data-testid": "cancel-row",
            },
        ),
        class_name="today-menu",
        role="group",
        custom_attrs={"aria-label": rx.Var.create(f"{row.number} のその他の操作")},
    )


def _row(row: Any, name: str, figure: rx.Component, *, menu: bool) -> rx.Component:
    return rx.el.div(
        _cell(row.number, class_name="today-number"),
        _cell(
            rx.el.span(row.service, class_name="today-service"),
            rx.el.span(
                theme.flag(row.channel),
                rx.foreach(row.flags, lambda text: theme.flag(text, kind="warning")),
                class_name="today-flags",
            ),
            class_name="today-what",
        ),
        figure,
        rx.cond(
            WHO.may_call,
            _cell(
                rx.el.button(
                    rx.el.span("呼ぶ"),
                    rx.el.kbd("Enter", class_name="mg-key today-row__key", aria_hidden="true"),
                    type="button",
                    class_name="mg-button mg-button--secondary today-row__call",
                    on_click=TODAY.call_row(row.ticket_id),
                    custom_attrs={
                        "aria-label": rx.Var.create(f"{row.number} を呼ぶ"),
                        "data-testid": "call-row",
                    },
                )
            ),
        ),
        *([rx.cond(WHO.may_call, _more(row))] if menu else []),
        key=row.ticket_id,
        class_name="today-row",
        role=_as("row", "listitem"),
        custom_attrs={
            "aria-keyshortcuts": _as(_KEYS[name]),
            **theme.testid(name, number=row.number, row=row.ticket_id, keys=_KEYS[name]),
        },
    )
