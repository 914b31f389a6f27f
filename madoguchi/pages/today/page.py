"""The whole page: who waits, my counter, the day's reservations."""

import reflex as rx

from madoguchi.pages import shell
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.pages.today import counter, queue, terminals, top, visits
from madoguchi.pages.today.shown import TODAY, WHO

TITLE = f"今日の窓口｜{shell.SYSTEM_NAME}"
ON_LOAD = [WHO.arrive, TODAY.opened]


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see the queue."""
    return queue_page(_desk, current="/staff", wide=True)


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
        terminals.bar(),
        counter.keys(),
        class_name="today",
    )
