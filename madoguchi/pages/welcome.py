"""The front page."""

import reflex as rx

from madoguchi.pages import shell


def page() -> rx.Component:
    """Name the system and lead staff to their side."""
    return rx.el.main(
        rx.el.h1(shell.SYSTEM_NAME),
        rx.el.p(rx.el.a("職員の方はこちら", href="/staff")),
        class_name="mg-main",
    )
