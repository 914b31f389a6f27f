"""``/staff/messages`` (LINE送信): the quota, what did not arrive, whom to call by voice."""

from typing import Any

import reflex as rx

from madoguchi.pages import shell, theme
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.state.messages import MessagesState
from madoguchi.state.messages_shown import ALL, TROUBLED
from madoguchi.state.signed_in import SignedIn

ROUTE = "/staff/messages"
TITLE = f"LINE送信｜{shell.SYSTEM_NAME}"
PAGE: Any = MessagesState
WHO: Any = SignedIn
ON_LOAD = [WHO.arrive, PAGE.opened]


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see it."""
    return queue_page(_shown, "messages", current=ROUTE)


def _shown() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1("LINE送信"),
            rx.el.p(
                "更新 ", rx.el.span(PAGE.updated, class_name="mg-tabular"), class_name="mg-help ms-updated"
            ),
            class_name="ms-head",
        ),
        rx.cond(PAGE.refusal != "", rx.el.p(PAGE.refusal, class_name="mg-error", role="alert")),
        rx.el.div(_quota(), _connection(), class_name="ms-pair"),
        _unreached(),
        _messages(),
        rx.el.div(
            _figures("今日の通知", "種類", PAGE.kinds),
            _figures("日ごと", "日", PAGE.days),
            class_name="ms-pair",
        ),
        rx.el.p(
            "「返信で伝達」は、「今の順番」などへの無料の返信で伝えたため、送らずに済んだ通知です。",
            class_name="mg-help",
        ),
        class_name="mg-stack ms",
    )


def _quota() -> rx.Component:
    return theme.card(
        rx.el.p(PAGE.gauge, class_name="ms-gauge mg-tabular", custom_attrs=theme.testid("quota")),
        rx.cond(
            PAGE.limited,
            rx.el.progress(
                value=PAGE.used,
                max=rx.cond(PAGE.limit > 0, PAGE.limit, 1),
                class_name="ms-bar",
                custom_attrs={"aria-label": "今月の使用"},
            ),
        ),
        rx.el.p(PAGE.outlook, custom_attrs=theme.testid("outlook")),
        rx.el.p(
            PAGE.held,
            class_name=rx.cond(PAGE.holding, "ms-held ms-held--on", "ms-held"),
            custom_attrs=theme.testid("held"),
        ),
        rx.el.p(
            "公式アカウント全体の通数です。LINEへの確認: ", PAGE.checked, class_name="mg-help mg-tabular"
        ),
        title="今月の通数",
    )


def _connection() -> rx.Component:
    def fact(name: str, value: rx.Var[str]) -> rx.Component:
        return rx.el.div(rx.el.dt(name), rx.el.dd(value))

    return theme.card(
        rx.el.dl(
            fact("最後の送信", PAGE.sent_at),
            fact("最後のエラー", PAGE.error),
            fact("送信待ち", PAGE.waiting),
            class_name="ms-facts mg-tabular",
        ),
        rx.cond(
            PAGE.late,
            rx.el.p(
                "送信が遅れています。呼出は声でも行ってください。",
                class_name="ms-held ms-held--on",
                role="status",
            ),
        ),
        title="接続の状態",
    )


def _unreached() -> rx.Component:
    return theme.card(
        rx.cond(
            PAGE.unreached.length() > 0,
            rx.fragment(
                rx.el.ul(rx.foreach(PAGE.unreached, _unreached_line), class_name="ms-unreached"),
                rx.el.p(rx.el.a("今日の窓口へ", href="/staff")),
            ),
            rx.el.p("LINEが届かない方はいません。", class_name="ms-empty"),
        ),
        title="いまLINEが届かない方",
        custom_attrs=theme.testid("unreached"),
    )


def _unreached_line(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.strong(one.number, class_name="ms-number mg-tabular"),
        theme.flag("声で呼ぶ", kind="error"),
        rx.el.span(one.desk),
        rx.el.span(one.state),
        rx.el.span(one.why, class_name="mg-help"),
        key=one.id.to_string(),
    )


def _messages() -> rx.Component:
    def choice(which: str, name: str) -> rx.Component:
        pressed = rx.cond(PAGE.which == which, "true", "false")
        return rx.el.button(
            name,
            type="button",
            class_name="ms-choice",
            on_click=PAGE.show(which),
            custom_attrs={"aria-pressed": pressed, **theme.testid(f"show-{which}")},
        )

    return theme.card(
        rx.el.div(
            rx.el.h2("通知の一覧"),
            rx.el.div(
                choice(TROUBLED, "届かなかったもの"),
                choice(ALL, "すべて"),
                class_name="ms-choices",
                role="group",
                aria_label="一覧の絞り込み",
            ),
            class_name="ms-head",
        ),
        rx.cond(
            PAGE.lines.length() > 0,
            rx.el.div(
                rx.el.table(
                    rx.el.thead(_heads("時刻", "番号・予約番号", "窓口", "種類", "状態", "理由")),
                    rx.el.tbody(rx.foreach(PAGE.lines, _line)),
                    class_name="mg-table",
                ),
                class_name="ms-scroll",
                tab_index=0,
                role="region",
                aria_label="通知の一覧",
            ),
            rx.el.p(
                rx.cond(
                    PAGE.which == ALL,
                    "この7日間に通知はありません。",
                    "この7日間に届かなかった通知はありません。",
                ),
                class_name="ms-empty",
                custom_attrs=theme.testid("nothing"),
            ),
        ),
        rx.el.p("この7日間の新しいものから200件まで。氏名やLINEのIDは表示しません。", class_name="mg-help"),
    )


def _heads(first: str, *more: str, figures: bool = False) -> rx.Component:
    named = "mg-figure" if figures else ""
    return rx.el.tr(
        rx.el.th(first, scope="col"), *(rx.el.th(name, scope="col", class_name=named) for name in more)
    )


def _line(one: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(one.at),
        rx.el.td(one.about),
        rx.el.td(one.desk),
        rx.el.td(one.kind),
        rx.el.td(rx.cond(one.bad, theme.flag(one.state, kind="warning"), rx.el.span(one.state))),
        rx.el.td(one.reason),
        key=one.id.to_string(),
        custom_attrs=theme.testid("message"),
    )


def _figures(title: str, first: str, lines: Any) -> rx.Component:
    def row(one: Any) -> rx.Component:
        return rx.el.tr(
            rx.el.th(one.name, scope="row"),
            *(
                rx.el.td(value, class_name="mg-figure")
                for value in (one.sent, one.pending, one.answered, one.dropped, one.failed)
            ),
            key=one.name,
        )

    return theme.card(
        rx.cond(
            lines.length() > 0,
            rx.el.table(
                rx.el.thead(
                    _heads(first, "送信済み", "送信待ち", "返信で伝達", "送らず", "失敗", figures=True)
                ),
                rx.el.tbody(rx.foreach(lines, row)),
                class_name="mg-table",
            ),
            rx.el.p("まだありません。", class_name="ms-empty"),
        ),
        title=title,
    )
