"""窓口: which counters there are, and which services each takes."""

from typing import Any

import reflex as rx

from madoguchi.domain.office_settings import LONGEST_LABEL
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.shown import CALLING, COUNTERS
from madoguchi.state.settings_counters import AT_NEW


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("窓口", id="counters"),
        rx.el.p(
            "窓口ごとに、受ける業務を選べます。選んだ業務の人だけを呼びます。すべて選ぶか、すべて外すと、どの業務も受けます。"
            "番号を変えたり使用をやめたりできるのは、職員が離席している窓口です。",
            class_name="mg-help",
        ),
        rx.el.fieldset(
            rx.foreach(CALLING.counters, _counter),
            disabled=~CALLING.may_change,
            class_name="field-plain settings-counters",
        ),
        rx.cond(CALLING.may_change, _new()),
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

    takes = fields.form(
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
    )
    return rx.el.div(takes, rx.cond(CALLING.may_change, _label(counter)), key=counter.id)


def _label(counter: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary("番号を変える・使用をやめる"),
        fields.form(
            rx.el.input(type="hidden", name="counter", value=counter.id.to_string()),
            rx.el.div(
                _label_field("窓口番号", default_value=counter.label, key=counter.label),
                fields.submit("変える", "rename-counter"),
                theme.button(
                    "使用をやめる",
                    kind="text",
                    type="button",
                    on_click=COUNTERS.retire(counter.id),
                    custom_attrs=theme.testid("retire-counter"),
                ),
                class_name="field-row terminals-new",
            ),
            rx.el.div(answer(rx.Var.create(f"label-{counter.id}"), COUNTERS), class_name="settings-said"),
            on_submit=COUNTERS.rename,
            name="label-form",
        ),
        class_name="settings-more",
    )


def _new() -> rx.Component:
    return fields.form(
        rx.el.fieldset(
            rx.el.legend("窓口を追加する"),
            rx.el.div(
                _label_field("窓口番号", placeholder="例：4", key=COUNTERS.serial.to_string()),
                fields.submit("追加する", "add-counter"),
                class_name="field-row terminals-new",
            ),
            class_name="field-group",
        ),
        rx.el.div(answer(AT_NEW, COUNTERS), class_name="settings-said"),
        on_submit=COUNTERS.add,
        name="new-counter-form",
    )


def _label_field(label: str, **props: Any) -> rx.Component:
    return fields.field(
        label,
        rx.el.input(
            name="label",
            required=True,
            max_length=LONGEST_LABEL,
            class_name="mg-input settings-label",
            **props,
        ),
    )
