"""The one contact that a clerk asked to see."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme


def contact_shown(contact: Any) -> rx.Component:
    """Name and number of `contact` (the class `state.contact.ContactState`), and the way to hide them."""
    return rx.el.div(
        rx.el.p(
            rx.el.strong(contact.kana),
            rx.el.span(contact.phone, class_name="today-phone mg-tabular"),
            class_name="today-contact__values",
            custom_attrs=theme.testid("contact-shown"),
        ),
        rx.el.p("閲覧を記録しました。30秒で消えます。", class_name="mg-help"),
        theme.button("隠す", kind="text", on_click=contact.hide),
        class_name="today-contact",
        role="status",
    )
