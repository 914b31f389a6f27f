"""窓口: which services each counter takes."""

from typing import Any

import reflex as rx

from madoguchi.pages.components import fields
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.shown import CALLING


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("窓口が受ける業務", id="counters"),
        rx.el.p(
            "選んだ業務の人だけを呼びます。すべて選ぶか、すべて外すと、どの業務も受けます。",
            class_name="mg-help",
        ),
        rx.el.fieldset(
            rx.foreach(CALLING.counters, _counter),
            disabled=~CALLING.may_change,
            class_name="field-plain settings-counters",
        ),
        class_name="mg-card settings-section",
    )


def _counter(counter: Any) -> rx.Component:
    def box(service: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                name=rx.Var.create(f"takes-{service.value}"),
                default_checked=(counter.takes.length() == 0) | counter.takes.contains(service.value),
                key=rx.Var.create(f"{counter.serial}-{counter.id}-{service.value}"),
            ),
            rx.el.span(service.text),
            class_name="settings-switch",
        )

    return fields.form(
        rx.el.fieldset(
            rx.el.legend(counter.label, "番窓口"),
            rx.el.input(type="hidden", name="counter", value=counter.id.to_string()),
            rx.foreach(CALLING.services, box),
            class_name="field-group settings-counter",
        ),
        rx.el.div(
            rx.cond(CALLING.may_change, fields.submit("保存する", "save-counter")),
            answer(rx.Var.create(f"counter-{counter.id}")),
            class_name="settings-said",
        ),
        on_submit=CALLING.choose_services,
        name="counter-form",
        key=counter.id,
    )
