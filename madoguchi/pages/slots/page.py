"""The whole page: the plan on the left, what it does on the right."""

import reflex as rx

from madoguchi.pages import shell, theme
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.pages.slots import asking, days, files, outlook, rules, trial, week
from madoguchi.pages.slots.shown import ASKING, PREVIEW, RULES, SLOTS, WHO

ROUTE = "/staff/slots"
TITLE = f"予約枠｜{shell.SYSTEM_NAME}"
ON_LOAD = [WHO.arrive, SLOTS.opened, PREVIEW.look, RULES.opened, ASKING.opened]
_TABS = (
    ("week", "週の計画", week.panel),
    ("days", "例外の日", days.panel),
    ("rules", "業務のきまり", rules.panel),
    ("asking", "質問と持ち物", asking.panel),
    ("trial", "試算", trial.panel),
    ("file", "複写・CSV", files.panel),
)


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see it."""
    return queue_page(_plan, "fields", "slots", current=ROUTE, wide=True)


def _plan() -> rx.Component:
    return rx.el.div(
        _bar(),
        rx.cond(
            SLOTS.pool_id != 0,
            rx.el.div(_editor(), outlook.column(), class_name="slots-columns"),
            rx.el.p(
                "予約できる業務がまだありません。",
                class_name="today-none",
                custom_attrs=theme.testid("no-pool"),
            ),
        ),
        class_name="slots fields",
    )


def _bar() -> rx.Component:
    return rx.el.div(
        rx.el.h1("予約枠"),
        rx.el.label(
            theme.for_screen_readers("枠のまとまり"),
            rx.el.select(
                rx.foreach(SLOTS.pools, lambda one: rx.el.option(one.text, value=one.value)),
                value=SLOTS.pool_id.to_string(),
                on_change=lambda value: [
                    SLOTS.choose_pool(value),
                    PREVIEW.look,
                    RULES.opened,
                    ASKING.opened,
                ],
                class_name="mg-input field-select slots-pool",
                custom_attrs=theme.testid("pool-picker"),
            ),
        ),
        rx.el.p("使う業務: ", rx.el.strong(SLOTS.pool_services), class_name="mg-help"),
        rx.cond(~SLOTS.may_change, theme.flag("閲覧のみ（変更は管理者）")),
        class_name="slots-bar",
    )


def _editor() -> rx.Component:
    return rx.el.section(
        rx.el.h2("計画", class_name="mg-hidden"),
        rx.el.div(
            *(_tab(name, label) for name, label, _ in _TABS),
            role="group",
            aria_label="計画の種類",
            class_name="slots-tabs",
        ),
        rx.el.p(SLOTS.said, class_name="field-said", role="status", custom_attrs=theme.testid("said")),
        rx.cond(
            SLOTS.refusal != "",
            rx.el.p(
                SLOTS.refusal, class_name="today-refusal", role="alert", custom_attrs=theme.testid("refusal")
            ),
        ),
        *(_panel(name, panel()) for name, _, panel in _TABS),
        class_name="slots-editor",
    )


def _panel(name: str, panel: rx.Component) -> rx.Component:
    # Much is written there: what was typed stays while another tab is looked at.
    if name == "asking":
        return rx.el.div(panel, hidden=SLOTS.tab != name)
    return rx.cond(SLOTS.tab == name, panel)


def _tab(name: str, label: str) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        on_click=SLOTS.choose_tab(name),
        class_name="slots-tab",
        custom_attrs={"aria-pressed": SLOTS.tab == name, **theme.testid(f"tab-{name}")},
    )
