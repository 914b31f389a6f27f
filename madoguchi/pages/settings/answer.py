"""What came of a press, said beside the button: saved, undone, or refused."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.live import while_counting
from madoguchi.pages.settings.shown import CALLING
from madoguchi.state.undo_time import UNDO_SECONDS


def answer(where: Any) -> rx.Component:
    """Give the line of the form that is called `where`."""
    here = CALLING.said_at == where
    return rx.fragment(
        rx.cond(
            here & (CALLING.refusal != ""),
            rx.el.p(
                CALLING.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("settings-refusal"),
            ),
        ),
        rx.cond(
            here & (CALLING.changes.length() > 0),
            rx.el.ul(
                rx.foreach(CALLING.changes, rx.el.li),
                class_name="settings-changes",
                custom_attrs=theme.testid("settings-changes"),
            ),
        ),
        rx.el.p(
            rx.cond(here, CALLING.said, ""),
            class_name="field-said",
            role="status",
            custom_attrs=theme.testid("settings-said", at=where),
        ),
        rx.cond(
            here,
            while_counting(
                CALLING.undo_until,
                UNDO_SECONDS,
                theme.button(
                    "元に戻す",
                    kind="text",
                    type="button",
                    on_click=CALLING.undo,
                    custom_attrs=theme.testid("settings-undo"),
                ),
            ),
        ),
    )
