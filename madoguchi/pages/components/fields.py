"""Parts of forms that staff pages share; their looks are in `assets/fields.css`."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme


def field(label: str, control: rx.Component, *, unit: str = "") -> rx.Component:
    """A field with its label above and what it is counted in behind."""
    behind = [rx.el.span(unit, class_name="field-unit")] if unit else []
    return rx.el.label(
        rx.el.span(label, class_name="field-label"),
        rx.el.span(control, *behind, class_name="field-control"),
        class_name="field-box",
    )


def number(name: str, least: int, most: int, **props: Any) -> rx.Component:
    """A field for a whole number. Its events bring what stands in it as text, empty when it is empty."""
    return rx.el.input(
        name=name,
        # Not the plain word: Reflex would send Number(), which makes 0 of an empty field.
        type=rx.Var.create("number"),
        min=least,
        max=most,
        step=1,
        class_name="mg-input field-number",
        **props,
    )


def clock(name: str, **props: Any) -> rx.Component:
    """A field for a time of day."""
    return rx.el.input(name=name, type="time", class_name="mg-input field-time", **props)


def day(name: str, **props: Any) -> rx.Component:
    """A field for a date."""
    return rx.el.input(name=name, type="date", class_name="mg-input field-date", **props)


def choice(name: str, *options: tuple[str, str], **props: Any) -> rx.Component:
    """A select of fixed choices: what is sent, and what is read."""
    return rx.el.select(
        *(rx.el.option(text, value=value) for value, text in options),
        name=name,
        class_name="mg-input field-select",
        **props,
    )


def form(*parts: rx.Component, on_submit: Any, name: str, **props: Any) -> rx.Component:
    """A form that keeps what was typed after it was sent."""
    return rx.el.form(
        *parts,
        on_submit=on_submit,
        reset_on_submit=False,
        class_name="field-form",
        custom_attrs=theme.testid(name),
        **props,
    )


def submit(label: str, name: str, **props: Any) -> rx.Component:
    """The button that sends a form."""
    props.setdefault("kind", "secondary")
    return theme.button(label, type="submit", custom_attrs=theme.testid(name), **props)
