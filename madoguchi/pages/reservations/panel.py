"""The panel at the right: one reservation, or a form; above it what the last press did."""

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.form_keys import FormKeys
from madoguchi.pages.components.live import while_counting
from madoguchi.pages.reservations import detail, form
from madoguchi.pages.reservations.shown import PAGE
from madoguchi.state.reservation_letters import FORM
from madoguchi.state.reservations_shown import CANCEL, CREATE, DETAIL, EARLY, EDIT, MOVE
from madoguchi.state.undo_time import UNDO_SECONDS


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.aside(
        _answer(),
        # Around all of them: it hands the focus on when one gives way to another.
        FormKeys.create(
            rx.match(
                PAGE.panel,
                (CREATE, form.create()),
                (MOVE, form.move()),
                (EDIT, form.edit()),
                (CANCEL, detail.cancelling()),
                (EARLY, detail.early()),
                (DETAIL, detail.shown()),
                _nothing(),
            ),
            id=FORM,
            straight=PAGE.panel == MOVE,
            on_escape=PAGE.close_panel,
        ),
        class_name="rv-panel",
        aria_label="選んだ予約",
        custom_attrs=theme.testid("panel", shows=PAGE.panel),
    )


def _nothing() -> rx.Component:
    return rx.el.p(
        "予約を選ぶと、ここに詳しく表示します。",
        rx.cond(
            PAGE.may_reserve,
            rx.fragment(
                rx.el.br(),
                "電話の予約は ",
                rx.el.kbd("N", class_name="mg-key"),
                " で登録します。",
            ),
        ),
        class_name="rv-nothing",
    )


def _answer() -> rx.Component:
    """What the last press did or why it did not, always in the same place, with the way back."""
    return rx.el.div(
        rx.cond(
            PAGE.refusal != "",
            rx.el.p(
                PAGE.refusal, class_name="today-refusal", role="alert", custom_attrs=theme.testid("refusal")
            ),
            rx.el.p(PAGE.said, class_name="today-said", role="status", custom_attrs=theme.testid("said")),
        ),
        rx.cond(
            PAGE.undo_kind != "",
            while_counting(
                PAGE.undo_until,
                UNDO_SECONDS,
                theme.button(
                    rx.Var.create(f"{PAGE.undo_text}を元に戻す"),
                    kind="secondary",
                    key="Z",
                    on_click=PAGE.undo,
                    custom_attrs=theme.testid("undo"),
                ),
            ),
        ),
        class_name="rv-answer",
    )
