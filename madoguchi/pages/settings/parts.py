"""Parts of forms that the office's own settings share."""

from typing import Any

import reflex as rx

from madoguchi.domain.languages import DEFAULT, LANGUAGES, OWN_NAMES
from madoguchi.pages import theme
from madoguchi.pages.components import fields


def value(state: Any, name: str) -> dict[str, Any]:
    """What stands in a field. A save, or another desk, puts it anew; what is being typed stays."""
    return {"default_value": state.values[name], "key": rx.Var.create(f"{state.serial}-{name}")}


def texts(state: Any, label: str, name: str, longest: int) -> list[rx.Component]:
    """A field for Japanese and, to be opened, one for each other language."""
    return [
        _text(state, label, name, DEFAULT, longest),
        rx.el.details(
            rx.el.summary("ほかの言語（空欄は日本語で表示）"),
            *(
                _text(state, OWN_NAMES[language], name, language, longest)
                for language in LANGUAGES
                if language != DEFAULT
            ),
            class_name="settings-more",
        ),
    ]


def tick(state: Any, name: str, label: str) -> rx.Component:
    """A box to tick."""
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            default_checked=state.values[name] == "1",
            key=rx.Var.create(f"{state.serial}-{name}"),
        ),
        rx.el.span(label),
        class_name="settings-switch",
    )


def group(title: str, *rows: rx.Component) -> rx.Component:
    """Fields that belong together."""
    return rx.el.fieldset(rx.el.legend(title), *rows, class_name="field-group")


def _text(state: Any, label: str, name: str, language: str, longest: int) -> rx.Component:
    return fields.field(
        label,
        rx.el.input(
            name=f"{name}_{language}",
            max_length=longest,
            class_name="mg-input settings-notice",
            lang=DEFAULT if language == "ja-easy" else language,
            custom_attrs=theme.testid(f"{name}-{language}"),
            **value(state, f"{name}_{language}"),
        ),
    )
