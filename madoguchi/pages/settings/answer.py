"""What came of a press, said beside the button: saved, undone, or refused."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.live import while_counting
from madoguchi.pages.settings.shown import CALLING
from madoguchi.state.undo_time import UNDO_SECONDS


def answer(where: Any, state: Any = CALLING) -> rx.Component:
    """Give the line of the form that is called `where` by its `state`."""
    here = state.said_at == where
    return rx.fragment(
        rx.cond(
            here & (state.refusal != ""),
            rx.el.p(
                state.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("settings-refusal"),
            ),
        ),
        rx.cond(
            here & (state.changes.length() > 0),
            rx.el.ul(
                rx.foreach(state.changes, rx.el.li),
                class_name="settings-changes",
                custom_attrs=theme.testid("settings-changes"),
            ),
        ),
        rx.el.p(
            rx.cond(here, state.said, ""),
            class_name="field-said",
            role="status",
            custom_attrs=theme.testid("settings-said", at=where),
        ),
        rx.cond(
            here,
            while_counting(
                state.undo_until,
                UNDO_SECONDS,
                theme.button(
                    "元に戻す",
                    kind="text",
                    type="button",
                    on_click=state.undo,
                    custom_attrs=theme.testid("settings-undo"),
                ),
            ),
        ),
    )
