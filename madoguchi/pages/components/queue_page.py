"""The frame of the pages that are for whoever may see the queue."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from madoguchi.pages import shell
from madoguchi.pages.components.live import leave
from madoguchi.state.signed_in import SignedIn

_WHO: Any = SignedIn


def queue_page(
    content: Callable[[], rx.Component], *styles: str, current: str, wide: bool = False
) -> rx.Component:
    """Give the page, or what stands in its place for those who may not see the queue.

    `styles` are its stylesheets besides the staff side's own, `current` and `wide` as in `shell.staff_page`.
    """
    return rx.fragment(
        *(rx.el.link(rel="stylesheet", href=f"/{name}.css") for name in ("clerk", *styles)),
        leave(when=_WHO.gone, href="/staff/login"),
        shell.staff_page(
            rx.cond(
                _WHO.may_see_queue,
                content(),
                rx.cond(
                    _WHO.known,
                    rx.el.p("この画面は、窓口担当・管理者・閲覧の方が使います。", class_name="today-none"),
                    rx.el.p("読み込んでいます…", class_name="today-none", role="status"),
                ),
            ),
            current=current,
            header_end=shell.who_is_signed_in(_WHO.name, _WHO.role),
            wide=wide,
        ),
    )
