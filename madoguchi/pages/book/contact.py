"""The third step of `/book`: name and telephone number."""

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FORM
from madoguchi.pages.book.hold_clock import HoldClock
from madoguchi.pages.book.steps import step, trouble
from madoguchi.state.book_shown import CONTACT


def contact_step() -> rx.Component:
    """連絡先, with what is collected and for how long beside the fields."""
    return step(
        CONTACT,
        "step.contact",
        rx.Var.create(""),
        HoldClock.create(
            seconds=FORM.hold_seconds,
            serial=FORM.hold_serial,
            label=FORM.text["hold.left"],
            over=FORM.text["hold.over"],
        ),
        trouble(CONTACT),
        rx.el.form(
            *_fields(),
            rx.el.p(FORM.text["privacy"], class_name="bk-privacy"),
            _submit(),
            on_submit=FORM.submit,
            reset_on_submit=False,
            no_validate=True,
        ),
        reached=FORM.held_slot != 0,
    )


def _fields() -> tuple[rx.Component, rx.Component]:
    kana = {"on_blur": FORM.check_kana, "auto_complete": "off"}
    phone = {"on_blur": FORM.check_phone, "auto_complete": "tel", "type": "tel"}
    return (
        _field("kana", FORM.kana, FORM.kana_serial, FORM.kana_error, FORM.kana_untouched, **kana),
        _field("phone", FORM.phone, FORM.phone_serial, FORM.phone_error, **phone),
    )


def _submit() -> rx.Component:
    return theme.button(
        rx.cond(FORM.sending, FORM.text["sending"], FORM.text["submit"]),
        type="submit",
        disabled=FORM.sending,
        custom_attrs={"data-testid": "book-submit"},
    )


def _field(
    name: str,
    value: rx.Var[str],
    serial: rx.Var[int],
    error: rx.Var[str],
    untouched: rx.Var[bool] | bool = False,
    **props: object,
) -> rx.Component:
    # What stands there before anybody typed is a request, not yet a mistake.
    looks = rx.cond(untouched, "bk-request", "mg-error")
    field_id, help_id, error_id = f"book-{name}", f"book-{name}-help", f"book-{name}-error"
    return rx.el.div(
        rx.el.label(FORM.text[f"{name}.label"], html_for=field_id),
        rx.el.span(FORM.text[f"{name}.help"], id=help_id, class_name="mg-help"),
        rx.el.input(
            name=name,
            default_value=value,
            key=f"{name}-" + serial.to_string(),
            class_name="mg-input",
            max_length=60,
            aria_invalid=rx.cond(untouched, False, error != ""),
            custom_attrs={
                "id": field_id,
                "data-testid": field_id,
                "aria-describedby": f"{error_id} {help_id}",
            },
            **props,
        ),
        rx.el.p(error, id=error_id, class_name=looks, role="alert", hidden=error == ""),
        class_name="mg-field",
    )
