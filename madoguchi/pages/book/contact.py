"""The third step of `/book`: name and telephone number."""

from typing import Any

import reflex as rx

from madoguchi.domain.questions import LONGEST
from madoguchi.pages import theme
from madoguchi.pages.book.form import FORM
from madoguchi.pages.book.hold_clock import HoldClock
from madoguchi.pages.book.steps import step, trouble
from madoguchi.state.book_letters import KANA, PHONE
from madoguchi.state.book_shown import CONTACT
from madoguchi.state.book_view import QuestionShown


def contact_step() -> rx.Component:
    """連絡先, with what is collected and for how long beside the fields."""
    return step(
        CONTACT,
        FORM.text["step.contact"],
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
            rx.cond(FORM.parties.length() > 0, _party()),
            rx.foreach(FORM.questions, _question),
            rx.cond(FORM.late_note != "", rx.el.p(FORM.late_note, class_name="bk-quiet")),
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
        rx.el.div(_field("kana", KANA, FORM.kana_error, _request(), **kana), _how()),
        _field("phone", PHONE, FORM.phone_error, **phone),
    )


def _submit() -> rx.Component:
    return theme.button(
        rx.cond(FORM.sending, FORM.text["sending"], FORM.text["submit"]),
        type="submit",
        disabled=FORM.sending,
        custom_attrs={"data-testid": "book-submit"},
    )


def _request() -> rx.Component:
    # What stands there before anybody typed is a request, not yet a mistake. The letterbox says when.
    return rx.el.p(
        FORM.text["kana.request"],
        id=f"{KANA}-request",
        class_name="bk-request",
        hidden=FORM.kana_error != "",
        custom_attrs={"data-testid": f"{KANA}-request"},
    )


def _how() -> rx.Component:
    """What somebody does whose name is written in other letters: nobody here guesses how it is read."""
    return rx.el.div(
        rx.el.p(FORM.text["kana.how"]),
        rx.cond(
            FORM.desk_phone != "",
            rx.el.p(FORM.text["kana.call"]),
            rx.el.p(
                rx.el.a(
                    FORM.desk_phone,
                    href="tel:" + FORM.desk_phone,
                    class_name="mg-tabular",
                    custom_attrs={"data-testid": "book-kana-call"},
                ),
            ),
        ),
        id=f"{KANA}-how",
        hidden=FORM.kana_error == "",
        class_name="bk-how",
    )


def _field(
    name: str, field_id: str, error: rx.Var[str], *requests: rx.Component, **props: object
) -> rx.Component:
    help_id, error_id, request_id = f"{field_id}-help", f"{field_id}-error", f"{field_id}-request"
    described_by = f"{error_id} {request_id} {help_id}" if requests else f"{error_id} {help_id}"
    return rx.el.div(
        rx.el.label(FORM.text[f"{name}.label"], html_for=field_id),
        rx.el.span(FORM.text[f"{name}.help"], id=help_id, class_name="mg-help"),
        # No value from here: only the browser knows what stands in it.
        rx.el.input(
            name=name,
            class_name="mg-input",
            max_length=60,
            aria_invalid=error != "",
            custom_attrs={"id": field_id, "data-testid": field_id, "aria-describedby": described_by},
            **props,
        ),
        *requests,
        rx.el.p(error, id=error_id, class_name="mg-error", role="alert", hidden=error == ""),
        class_name="mg-field",
    )


def _party() -> rx.Component:
    return rx.el.div(
        rx.el.label(FORM.text["party.label"], html_for="book-party"),
        rx.el.select(
            rx.foreach(
                FORM.parties,
                lambda label, index: rx.el.option(label, value=(index + 1).to_string(), key=label),
            ),
            name="party",
            class_name="mg-input",
            aria_invalid=FORM.party_error != "",
            custom_attrs={
                "id": "book-party",
                "data-testid": "book-party",
                "aria-describedby": "book-party-error",
            },
        ),
        _error("book-party", FORM.party_error),
        class_name="mg-field",
    )


def _question(question: rx.Var[QuestionShown]) -> rx.Component:
    one: Any = question
    return rx.el.div(
        rx.cond(one.options.length() > 0, _choice(one), _words(one)),
        # Another service's question of the same name is another one.
        key=FORM.service_code + one.key,
    )


def _choice(one: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(one.label, _optional(one)),
        rx.foreach(one.options, lambda option: _option(one, option.key, option.label)),
        rx.cond(~one.required, _option(one, "", FORM.text["question.none"])),
        _error(one.field, one.error),
        class_name="mg-field bk-question-field",
        aria_invalid=one.error != "",
        custom_attrs={"aria-describedby": one.field + "-error"},
    )


def _option(one: Any, key: Any, label: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name=one.name, value=key, custom_attrs={"data-testid": one.field}),
        rx.el.span(label),
        key=key,
        class_name="bk-option",
    )


def _words(one: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label(one.label, _optional(one), html_for=one.field),
        rx.el.span(FORM.text["question.help"], class_name="mg-help", id=one.field + "-help"),
        rx.el.input(
            name=one.name,
            class_name="mg-input",
            max_length=LONGEST,
            auto_complete="off",
            aria_invalid=one.error != "",
            custom_attrs={
                "id": one.field,
                "data-testid": one.field,
                "aria-describedby": one.field + "-error " + one.field + "-help",
            },
        ),
        _error(one.field, one.error),
        class_name="mg-field",
    )


def _optional(one: Any) -> rx.Component:
    return rx.cond(
        one.required, rx.fragment(), rx.el.span(FORM.text["question.optional"], class_name="bk-quiet")
    )


def _error(field: Any, error: Any) -> rx.Component:
    return rx.el.p(error, id=field + "-error", class_name="mg-error", role="alert", hidden=error == "")
