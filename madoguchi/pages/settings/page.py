"""The whole page: a desk, and what is set for it, by topic."""

import reflex as rx

from madoguchi.pages import shell, theme
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.pages.settings import calling, counters, leases, office, paper, services, terminals, voice
from madoguchi.pages.settings.shown import CALLING, COUNTERS, LEASES, OFFICE, PAPER, SERVICES, TERMINALS, WHO

ROUTE = "/staff/settings"
TITLE = f"設定｜{shell.SYSTEM_NAME}"
_OF_DESK = (OFFICE, SERVICES, COUNTERS, TERMINALS, LEASES, PAPER)
"""Sections that read the desk which is chosen above."""
ON_LOAD = [WHO.arrive, CALLING.opened, *(one.opened for one in _OF_DESK)]

_TOPICS = (
    ("office", "室課"),
    ("services", "業務"),
    ("counters", "窓口"),
    ("calling", "呼び出し"),
    ("voice", "音声"),
    ("terminals", "発券機"),
    ("leases", "通信なしの番号"),
    ("paper", "番号札"),
)


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see it."""
    return queue_page(_desk, "fields", "settings", current=ROUTE)


def _desk() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1("設定"),
            rx.el.label(
                theme.for_screen_readers("窓口・室課"),
                rx.el.select(
                    rx.foreach(CALLING.desks, lambda one: rx.el.option(one.text, value=one.value)),
                    value=CALLING.desk_id.to_string(),
                    on_change=lambda desk: [
                        CALLING.choose_desk(desk),
                        *(one.opened for one in _OF_DESK),
                    ],
                    class_name="mg-input field-select settings-desk",
                    custom_attrs=theme.testid("settings-desk"),
                ),
            ),
            rx.cond(~CALLING.may_change, theme.flag("閲覧のみ（変更は管理者）")),
            rx.el.nav(
                *(rx.el.a(label, href=f"#{name}") for name, label in _TOPICS),
                aria_label="この画面の項目",
                class_name="settings-topics",
            ),
            class_name="settings-bar",
        ),
        rx.cond(
            (CALLING.said_at == "") & (CALLING.refusal != ""),
            rx.el.p(CALLING.refusal, class_name="today-refusal", role="alert"),
        ),
        office.section(),
        services.section(),
        counters.section(),
        calling.section(),
        voice.section(),
        terminals.section(),
        leases.section(),
        paper.section(),
        class_name="settings fields",
    )
