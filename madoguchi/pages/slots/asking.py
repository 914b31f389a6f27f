"""質問と持ち物: what a service asks when it is booked and tells to bring, and who may book at the desk."""

from typing import Any

import reflex as rx

from madoguchi.domain.asking import (
    LONGEST_ITEMS,
    LONGEST_LABEL,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    most_signs,
)
from madoguchi.domain.languages import DEFAULT, LANGUAGES, OWN_NAMES
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.components.live import while_counting
from madoguchi.pages.slots.shown import ASKING, SLOTS
from madoguchi.state.undo_time import UNDO_SECONDS

_OTHERS = tuple(language for language in LANGUAGES if language != DEFAULT)
_KINDS = (("choice", "選ぶ"), ("text", "短い文"))


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        fields.field(
            "業務",
            rx.el.select(
                rx.foreach(ASKING.services, lambda one: rx.el.option(one.text, value=one.value)),
                value=ASKING.service_id.to_string(),
                on_change=ASKING.choose_service,
                class_name="mg-input field-select",
                custom_attrs=theme.testid("asking-service"),
            ),
        ),
        rx.cond(
            ASKING.service_id != 0,
            rx.fragment(
                rx.el.fieldset(_form(), disabled=~SLOTS.may_change, class_name="field-plain"),
                _guests(),
                _preview(),
            ),
        ),
        class_name="slots-panel",
    )


def _form() -> rx.Component:
    return fields.form(
        rx.el.fieldset(
            rx.el.legend("予約のときの質問"),
            rx.el.p(
                f"{MOST_QUESTIONS}つまで。障害・病歴・信条・人種・犯罪歴など、人に知られたくないことを聞いてはいけません。"
                "文で答えた内容は、保存期間が過ぎると氏名と一緒に上書きします。",
                class_name="mg-help",
            ),
            rx.foreach(ASKING.rows, _question),
            rx.cond(
                ASKING.may_add & SLOTS.may_change,
                rx.el.div(
                    theme.button(
                        "質問を加える",
                        kind="secondary",
                        on_click=ASKING.add_question,
                        custom_attrs=theme.testid("add-question"),
                    )
                ),
            ),
            class_name="field-group",
        ),
        rx.el.fieldset(
            rx.el.legend("持ち物"),
            _text("日本語", "items", ASKING.bring, DEFAULT, LONGEST_ITEMS, on_blur=ASKING.sketch_bring),
            _in_other_languages(
                *(_text(OWN_NAMES[one], "items", ASKING.bring, one, LONGEST_ITEMS) for one in _OTHERS)
            ),
            class_name="field-group",
        ),
        rx.cond(SLOTS.may_change, fields.submit("保存する", "save-asking", kind="primary")),
        _told(),
        on_submit=ASKING.save,
        name="asking-form",
        no_validate=True,
    )


def _told() -> rx.Component:
    """Beside the button, which stands at the end of a long form."""
    return rx.el.div(
        rx.cond(
            ASKING.refusal != "",
            rx.el.p(
                ASKING.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("asking-refusal"),
            ),
        ),
        rx.el.p(
            ASKING.said, class_name="field-said", role="status", custom_attrs=theme.testid("asking-said")
        ),
        while_counting(
            ASKING.undo_until,
            UNDO_SECONDS,
            theme.button(
                "元に戻す", kind="text", on_click=ASKING.undo, custom_attrs=theme.testid("asking-undo")
            ),
        ),
        class_name="slots-asking__told",
    )


def _question(one: Any, at: Any) -> rx.Component:
    number = (at + 1).to_string()
    return rx.el.fieldset(
        rx.el.legend("質問" + number),
        _text(
            "質問文（日本語）",
            f"q{one.slot}-label",
            one.label,
            DEFAULT,
            LONGEST_LABEL,
            on_blur=lambda value: ASKING.sketch(one.slot, "label", value),
        ),
        rx.el.div(
            fields.field(
                "種類",
                fields.choice(
                    f"q{one.slot}-kind",
                    *_KINDS,
                    default_value=one.kind,
                    key=rx.Var.create(f"{one.slot}-kind-{one.kind}"),
                    on_change=lambda value: ASKING.sketch(one.slot, "kind", value),
                ),
            ),
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    name=f"q{one.slot}-required",
                    default_checked=one.required,
                    key=rx.Var.create(f"{one.slot}-required-{one.required}"),
                    on_change=lambda yes: ASKING.sketch_required(one.slot, yes),
                ),
                "必ず答えてもらう",
                class_name="slots-radio",
            ),
            class_name="field-row",
        ),
        _options(
            f"選択肢（日本語・1行に1つ、{MOST_OPTIONS}個まで）",
            one,
            DEFAULT,
            on_blur=lambda value: ASKING.sketch(one.slot, "options", value),
        ),
        _in_other_languages(*(_translated(one, language) for language in _OTHERS)),
        rx.cond(SLOTS.may_change, _moving(one, at, number)),
        key=one.slot,
        class_name="slots-asking__one",
        custom_attrs=theme.testid("question-row"),
    )


def _translated(one: Any, language: str) -> rx.Component:
    return rx.el.div(
        _text(OWN_NAMES[language], f"q{one.slot}-label", one.label, language, LONGEST_LABEL),
        _options("選択肢（日本語と同じ行数）", one, language),
        class_name="slots-asking__language",
    )


def _moving(one: Any, at: Any, number: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            at > 0,
            theme.button(
                "上へ",
                kind="text",
                on_click=ASKING.raise_question(one.slot),
                custom_attrs={"aria-label": "質問" + number + "を上へ"},
            ),
        ),
        theme.button(
            "この質問を外す",
            kind="text",
            on_click=ASKING.remove_question(one.slot),
            custom_attrs={"aria-label": "質問" + number + "を外す", **theme.testid("remove-question")},
        ),
        class_name="field-row",
    )


def _text(label: str, name: str, texts: Any, language: str, longest: int, **props: Any) -> rx.Component:
    full, value = f"{name}-{language}", texts[language]
    return rx.el.div(
        fields.field(
            label,
            rx.el.input(
                name=full,
                max_length=most_signs(language, longest),
                auto_complete="off",
                lang=_lang(language),
                # A saved value puts the field anew; what is being typed stays.
                default_value=value,
                key=rx.Var.create(f"{ASKING.service_id}-{full}-{value}"),
                class_name="mg-input",
                **props,
            ),
        ),
        class_name="slots-asking__text",
    )


def _options(label: str, one: Any, language: str, **props: Any) -> rx.Component:
    name, value = f"q{one.slot}-options-{language}", one.options[language]
    return rx.el.div(
        fields.field(
            label,
            rx.el.textarea(
                name=name,
                rows=3,
                spell_check=False,
                lang=_lang(language),
                default_value=value,
                key=rx.Var.create(f"{name}-{value}"),
                class_name="mg-input",
                **props,
            ),
        ),
        class_name="slots-asking__text slots-asking__options",
    )


def _in_other_languages(*parts: rx.Component) -> rx.Component:
    return rx.el.details(
        rx.el.summary("ほかの言語（なくてもよい。ないときは日本語が出ます）"),
        *parts,
        class_name="slots-more",
    )


def _lang(language: str) -> str:
    return language.removesuffix("-easy")


def _preview() -> rx.Component:
    return rx.el.section(
        rx.el.h3("利用者の画面での見え方（日本語）"),
        rx.el.p("入力した欄を離れると変わります。保存するまで、利用者には見えません。", class_name="mg-help"),
        rx.cond(
            ASKING.shown_bring != "",
            rx.el.p("持ち物: ", rx.el.strong(ASKING.shown_bring)),
        ),
        rx.foreach(ASKING.shown, _previewed),
        rx.cond(
            (ASKING.shown.length() == 0) & (ASKING.shown_bring == ""),
            rx.el.p("質問も持ち物もありません。"),
        ),
        class_name="slots-asking__preview",
        custom_attrs=theme.testid("asking-preview"),
    )


def _previewed(one: Any, at: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(rx.el.strong(one.label), rx.el.span(one.note, class_name="mg-help")),
        rx.cond(
            one.words,
            rx.el.div(class_name="slots-asking__box"),
            rx.el.ul(rx.foreach(one.options, lambda text, place: rx.el.li(text, key=place))),
        ),
        key=at,
    )


def _guests() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("LINEを使わない人の予約（" + ASKING.desk + "のすべての業務）", class_name="field-label"),
        rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=ASKING.guests,
                on_change=ASKING.allow_guests,
                disabled=~SLOTS.may_change,
                custom_attrs=theme.testid("allow-guests"),
            ),
            "受け付ける",
            class_name="slots-radio",
        ),
        rx.el.p(
            "トップページに案内とQRコードが出て、確認番号だけで予約できます。すぐに切り替わります。",
            class_name="mg-help",
        ),
        class_name="slots-kinds",
    )
