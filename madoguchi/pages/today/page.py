"""The whole page: who waits, my counter, the day's reservations."""

import reflex as rx

from madoguchi.pages import shell
from madoguchi.pages.components.live import leave
from madoguchi.pages.today import counter, queue, top, visits
from madoguchi.pages.today.shown import TODAY, WHO

TITLE = f"今日の窓口｜{shell.SYSTEM_NAME}"
ON_LOAD = [WHO.arrive, TODAY.opened]


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see the queue."""
    return rx.fragment(
        rx.el.link(rel="stylesheet", href="/clerk.css"),
        leave(when=WHO.gone, href="/staff/login"),
        shell.staff_page(
            rx.cond(
                WHO.may_see_queue,
                _desk(),
                rx.cond(
                    WHO.known,
                    rx.el.p("この画面は、窓口担当・管理者・閲覧の方が使います。", class_name="today-none"),
                    rx.el.p("読み込んでいます…", class_name="today-none", role="status"),
                ),
            ),
            current="/staff",
            header_end=shell.who_is_signed_in(WHO.name, WHO.role),
            wide=True,
        ),
    )


def _desk() -> rx.Component:
    return rx.el.div(
        rx.el.h1("今日の窓口", class_name="mg-hidden"),
        top.bar(),
        rx.el.div(
            queue.column(),
            counter.column(),
            visits.column(),
            class_name="today-columns",
        ),
        counter.keys(),
        class_name="today",
    )
