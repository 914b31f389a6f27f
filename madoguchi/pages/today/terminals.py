"""A calm bar at the foot of the page while a lobby terminal (発券機) of the desk needs a hand."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.today.shown import TODAY


def bar() -> rx.Component:
    """Give the bar. It is there and empty when all is well, so that screen readers hear what comes.

    At the foot, because it comes by itself: nothing above that somebody is just clicking on moves.
    """
    return rx.el.div(
        rx.foreach(TODAY.terminal_warnings, _warning),
        class_name="today-terminals",
        role="status",
        custom_attrs=theme.testid("terminal-bar"),
    )


def _warning(warning: Any) -> rx.Component:
    return rx.el.p(
        rx.el.strong(warning.what),
        rx.el.span(warning.to_do),
        class_name=rx.cond(warning.trouble, "today-terminal today-terminal--trouble", "today-terminal"),
        key=warning.what,
        custom_attrs=theme.testid("terminal-warning"),
    )
