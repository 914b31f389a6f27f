"""The front page."""

import reflex as rx


def page() -> rx.Component:
    """Name the system."""
    return rx.el.main(rx.el.h1("窓口予約システム"))
