"""The preview of a paper ticket, drawn in the paper's own dots: on 80 and on 58 mm."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.settings.shown import PAPER

_WIDTHS = ((80, 576), (58, 384))
"""Millimetres, and dots at 203 dpi."""


def preview() -> rx.Component:
    """Give both papers, in the language that is chosen above them."""
    return rx.el.div(
        rx.el.div(
            rx.el.h3("見本"),
            rx.el.label(
                rx.el.span("選ばれた言語", class_name="field-label"),
                rx.el.select(
                    rx.foreach(PAPER.languages, lambda one: rx.el.option(one.text, value=one.value)),
                    value=PAPER.language,
                    on_change=PAPER.choose_language,
                    class_name="mg-input field-select",
                    custom_attrs=theme.testid("paper-language"),
                ),
                class_name="paper-language",
            ),
            class_name="paper-head",
        ),
        rx.cond(
            PAPER.problem != "",
            rx.el.p(
                PAPER.problem,
                class_name="mg-error",
                role="status",
                custom_attrs=theme.testid("paper-problem"),
            ),
        ),
        rx.el.div(*(_paper(*size) for size in _WIDTHS), class_name="papers"),
        rx.el.p(
            "番号・時刻・人数は例です。改行の位置は、実際の紙と少し違うことがあります。",
            class_name="mg-help",
        ),
        class_name="paper-preview",
    )


def _paper(millimetres: int, dots: int) -> rx.Component:
    sketch = PAPER.sketch
    return rx.el.figure(
        rx.el.figcaption(f"{millimetres} mm"),
        rx.el.div(
            rx.cond(PAPER.logo != "", rx.el.img(src=PAPER.logo, alt="", class_name="paper-mark")),
            _words(sketch.office),
            rx.el.hr(class_name="paper-rule paper-rule--thick"),
            _words(sketch.service),
            rx.el.div(_words(sketch.title), class_name="paper-title"),
            rx.el.div(sketch.number, class_name="paper-number", custom_attrs=theme.testid("paper-number")),
            _words(sketch.issued),
            rx.el.hr(class_name="paper-rule paper-rule--facts"),
            rx.el.div(
                rx.el.div(_words(sketch.ahead)), rx.el.div(_words(sketch.wait)), class_name="paper-facts"
            ),
            rx.el.hr(class_name="paper-rule"),
            rx.el.div(
                rx.el.img(src=PAPER.code, alt="", class_name="paper-qr"),
                rx.el.div(
                    _words(sketch.link),
                    rx.el.div(_words(sketch.claim), class_name="paper-claim"),
                    class_name="paper-beside",
                ),
                class_name="paper-link",
            ),
            rx.el.hr(class_name="paper-rule paper-rule--closing"),
            rx.foreach(sketch.closing, lambda said: rx.el.div(_words(said), class_name="paper-said")),
            class_name="paper-ticket",
            style={"--dots": f"{dots}"},
            role="group",
            aria_label=f"{millimetres} mmの番号札の見本",
            custom_attrs=theme.testid("paper", width=f"{millimetres}"),
        ),
        class_name="paper-figure",
    )


def _words(words: Any) -> rx.Component:
    def text(one: Any) -> rx.Component:
        return rx.el.div(
            one.text,
            lang=one.tag,
            class_name=rx.cond(one.bold, "paper-words paper-words--bold", "paper-words"),
            style={"--size": one.size.to_string()},
        )

    return rx.foreach(words, text)
