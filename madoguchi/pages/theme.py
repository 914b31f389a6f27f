"""The Digital Agency look for Reflex components. Values live once, in ``assets/tokens.css``."""

import reflex as rx

from madoguchi.frontend import FONT_CSS

TOKENS_CSS = "/tokens.css"

BASE_STYLE: dict[str, str] = {"font_family": "var(--font)", "color": "var(--text)"}


def head() -> list[rx.Component]:
    """Give the stylesheets every page loads; both come from this server."""
    return [
        rx.el.link(rel="stylesheet", href=FONT_CSS),
        rx.el.link(rel="stylesheet", href=TOKENS_CSS),
    ]
