"""The forms: a caller registered by keyboard, another place chosen, a contact corrected."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.form_keys import choice
from madoguchi.pages.reservations.detail import head, tell
from madoguchi.pages.reservations.shown import FORM, PAGE, WHO
from madoguchi.state.reservation_letters import KANA, PHONE


def create() -> rx.Component:
    """業務, day, time, name, number: done."""
    return _form(
        rx.el.h2("電話の予約を登録", class_name="rv-form__title"),
        rx.cond(
            FORM.services.length() > 0,
            rx.fragment(
                _choice("業務", "service", FORM.services, FORM.service, FORM.choose_service, auto_focus=True),
                _when(),
                _party("1"),
                rx.foreach(FORM.questions, _question),
                _error("desk-question", FORM.answer_error),
                *_contact_fields(),
                _end("予約する"),
            ),
            rx.el.p("この窓口には、予約枠のある業務がありません。", class_name="today-empty"),
        ),
        on_submit=FORM.register,
    )


def move() -> rx.Component:
    """Another day and time of the same service; the calendar chooses too."""
    return rx.el.div(
        head(),
        _form(
            rx.el.h2("新しい時間を選ぶ", class_name="rv-form__title"),
            rx.el.p("左のカレンダーからも選べます。", class_name="mg-help"),
            _when(auto_focus=True),
            tell(),
            _end("この時間に変更"),
            on_submit=FORM.move,
        ),
        class_name="rv-detail",
    )


def edit() -> rx.Component:
    """What is filled in is corrected; what stays empty stays as it is."""
    return rx.el.div(
        head(),
        _form(
            rx.el.h2("内容を直す", class_name="rv-form__title"),
            rx.el.p("空のままにした欄は変わりません。", class_name="mg-help"),
            rx.cond(
                WHO.may_see_contact,
                theme.button(
                    "いまの連絡先を入れる（記録されます）",
                    kind="text",
                    on_click=FORM.fill_in,
                    custom_attrs=theme.testid("fill-in"),
                ),
            ),
            *_contact_fields(auto_focus=True),
            rx.cond(PAGE.chosen.max_party > 1, _party_field(PAGE.chosen.max_party, PAGE.chosen.party)),
            _end("保存する"),
            on_submit=FORM.save,
        ),
        class_name="rv-detail",
    )


def _form(*children: rx.Component, on_submit: Any) -> rx.Component:
    return rx.el.form(
        *children,
        on_submit=on_submit,
        reset_on_submit=False,
        no_validate=True,
        class_name="rv-form",
        custom_attrs=theme.testid("form"),
    )


def _when(*, auto_focus: bool = False) -> rx.Component:
    return rx.fragment(
        _choice("日", "day", FORM.days, FORM.day, FORM.choose_day, auto_focus=auto_focus),
        rx.cond(FORM.days.length() == 0, rx.el.p("予約できる日がありません。", class_name="mg-error")),
        _choice("時間", "place", FORM.places, FORM.place, FORM.choose_place, error=FORM.place_error),
        _instead(),
    )


def _instead() -> rx.Component:
    """What can be done about a full place: the nearest free one, or a reason to go beyond."""
    return rx.fragment(
        rx.cond(
            FORM.nearest != "",
            rx.el.button(
                rx.el.span(FORM.nearest_label, " にする"),
                rx.el.kbd("Enter", class_name="mg-key", aria_hidden="true"),
                type="button",
                id="desk-nearest",
                class_name="mg-button mg-button--secondary rv-nearest",
                on_click=FORM.take_nearest,
                custom_attrs=theme.testid("nearest"),
            ),
        ),
        rx.cond(
            FORM.full & PAGE.may_exceed,
            _text_field(
                "定員を超えて入れる理由",
                "over",
                "desk-over",
                help_text="書いて送ると、定員を超えて予約します。理由は記録に残ります。",
            ),
        ),
    )


def _party(value: str) -> rx.Component:
    return rx.cond(FORM.most > 1, _party_field(FORM.most, value))


def _party_field(most: Any, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label("人数", html_for="desk-party"),
        rx.el.input(
            type="number",
            name="party",
            min=1,
            max=most,
            default_value=value,
            class_name="mg-input rv-party",
            aria_invalid=FORM.party_error != "",
            custom_attrs={
                "id": "desk-party",
                "aria-describedby": "desk-party-error desk-party-help",
                **theme.testid("desk-party"),
            },
        ),
        rx.el.span(most, "人まで", id="desk-party-help", class_name="mg-help"),
        _error("desk-party", FORM.party_error),
        class_name="mg-field",
    )


def _question(one: Any, index: Any) -> rx.Component:
    def option(choice: Any) -> rx.Component:
        return rx.el.option(choice.label, value=choice.value, key=choice.value)

    field_id = rx.Var.create(f"desk-question-{index}")
    name = rx.Var.create(f"q-{one.name}")
    shared: dict[str, Any] = {
        "name": name,
        "class_name": "mg-input",
        "custom_attrs": {
            "id": field_id,
            "aria-describedby": "desk-question-error",
            **theme.testid("question"),
        },
    }
    return rx.el.div(
        rx.el.label(one.label, rx.cond(one.required, "（必須）", ""), html_for=field_id),
        rx.cond(
            one.options.length() > 0,
            rx.el.select(rx.el.option("選んでください", value=""), rx.foreach(one.options, option), **shared),
            rx.el.input(max_length=100, auto_complete="off", **shared),
        ),
        key=one.name,
        class_name="mg-field",
    )


def _contact_fields(*, auto_focus: bool = False) -> tuple[rx.Component, rx.Component]:
    return (
        _text_field(
            "お名前（カナ）",
            "kana",
            KANA,
            error=FORM.kana_error,
            help_text="ひらがなで打つと、カタカナになります。",
            on_blur=FORM.check_kana,
            auto_focus=auto_focus,
            lang="ja",
        ),
        _text_field(
            "電話番号",
            "phone",
            PHONE,
            error=FORM.phone_error,
            on_blur=FORM.check_phone,
            input_mode="tel",
        ),
    )


def _choice(
    label: str, name: str, options: Any, value: Any, event: Any, error: Any = None, **props: Any
) -> rx.Component:
    def option(one: Any) -> rx.Component:
        return rx.el.option(one.label, value=one.value, key=one.value)

    field_id = f"desk-{name}"
    attributes = {"id": field_id, **theme.testid(field_id)}
    if error is not None:
        attributes |= {"aria-describedby": f"{field_id}-error", "aria-invalid": error != ""}
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        choice(
            rx.foreach(options, option),
            value=value,
            on_choose=event,
            class_name="mg-input",
            custom_attrs={**attributes, **({"autoFocus": True} if props.get("auto_focus") else {})},
        ),
        *([_error(field_id, error)] if error is not None else []),
        class_name="mg-field",
    )


def _text_field(
    label: str, name: str, field_id: str, *, error: Any = None, help_text: str = "", **props: Any
) -> rx.Component:
    described = f"{field_id}-error {field_id}-help" if error is not None else f"{field_id}-help"
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        # No value from here: only the browser knows what stands in it.
        rx.el.input(
            name=name,
            class_name="mg-input",
            max_length=60 if name != "over" else 200,
            auto_complete="off",
            aria_invalid=False if error is None else error != "",
            custom_attrs={"id": field_id, "aria-describedby": described, **theme.testid(field_id)},
            **props,
        ),
        rx.el.span(help_text, id=f"{field_id}-help", class_name="mg-help", hidden=not help_text),
        *([_error(field_id, error)] if error is not None else []),
        class_name="mg-field",
    )


def _error(field_id: str, error: Any) -> rx.Component:
    return rx.el.p(
        error,
        id=f"{field_id}-error",
        class_name="mg-error",
        role="alert",
        hidden=error == "",
        custom_attrs=theme.testid(f"{field_id}-error"),
    )


def _end(label: str) -> rx.Component:
    return rx.fragment(
        rx.cond(
            FORM.error != "",
            rx.el.p(
                FORM.error, class_name="today-refusal", role="alert", custom_attrs=theme.testid("form-error")
            ),
        ),
        rx.el.div(
            theme.button(
                rx.cond(FORM.sending, "送信しています…", label),
                type="submit",
                key="Enter",
                disabled=FORM.sending,
                custom_attrs={"id": "desk-submit", **theme.testid("desk-submit")},
            ),
            theme.button("やめる", kind="text", key="Escape", on_click=PAGE.close_panel),
            class_name="rv-form__end",
        ),
    )
