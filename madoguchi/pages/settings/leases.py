"""通信できないときの番号: what each terminal (発券機) of the desk holds, and which papers need a hand."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.settings.shown import LEASES


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("通信できないときの番号", id="leases"),
        rx.el.p(
            "サーバーと通信できない間も番号を出せるように、発券機があらかじめ預かっている番号です。"
            "ふだんの番号とは重なりません。使わなかった番号は、その日は欠番になります。",
            class_name="mg-help",
        ),
        rx.cond(LEASES.refusal != "", rx.el.p(LEASES.refusal, class_name="today-refusal", role="alert")),
        rx.foreach(
            LEASES.troubles,
            lambda one: rx.el.p(
                one, class_name="today-refusal", role="alert", custom_attrs=theme.testid("lease-trouble")
            ),
        ),
        rx.cond(
            LEASES.lines.length() == 0,
            rx.el.p("預かっている番号はありません。", class_name="today-empty"),
            rx.el.ul(rx.foreach(LEASES.lines, _line), custom_attrs=theme.testid("leases")),
        ),
        class_name="mg-card settings-section",
    )


def _line(one: Any) -> rx.Component:
    return rx.el.li(
        one.terminal,
        "　",
        rx.el.strong(one.numbers, class_name="mg-tabular"),
        "、",
        one.used,
        custom_attrs=theme.testid("lease"),
    )
