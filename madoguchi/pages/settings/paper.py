"""番号札: lines, closing words and logo of the desk's own, beside a preview of both widths of paper."""

from typing import Any

import reflex as rx

from madoguchi.domain.languages import LANGUAGES, OWN_NAMES
from madoguchi.domain.paper import LONGEST_CLOSING, LONGEST_LINE, MOST_LINES
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.components.small_file import SmallFile
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.paper_preview import preview
from madoguchi.pages.settings.shown import CALLING, PAPER
from madoguchi.state.settings_paper import AT_LOGO, AT_TEXTS, LOGO_BYTES

_TYPED = 2 * max(LONGEST_LINE, LONGEST_CLOSING)
"""Letters that a field takes: narrow ones count half."""


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("番号札", id="paper"),
        rx.el.p(
            "発券機が印刷する紙に、この窓口の案内とロゴを入れられます。保存すると、次の番号札から変わります。",
            class_name="mg-help",
        ),
        rx.cond(
            (PAPER.said_at == "") & (PAPER.refusal != ""),
            rx.el.p(PAPER.refusal, class_name="today-refusal", role="alert"),
        ),
        rx.cond(
            PAPER.shown,
            rx.el.div(
                rx.el.fieldset(
                    _texts(), _logo(), disabled=~CALLING.may_change, class_name="field-plain paper-fields"
                ),
                preview(),
                class_name="paper-columns",
            ),
        ),
        class_name="mg-card settings-section",
    )


def _texts() -> rx.Component:
    return fields.form(
        rx.el.fieldset(
            rx.el.legend("この窓口の案内"),
            rx.el.p(f"1行に全角{LONGEST_LINE}文字まで。空欄は印刷しません。", class_name="mg-help"),
            *(_field(f"{place}行目", f"line_{place}") for place in range(1, MOST_LINES + 1)),
            class_name="field-group",
        ),
        rx.el.fieldset(
            rx.el.legend("結びの言葉"),
            rx.el.p(
                f"全角{LONGEST_CLOSING}文字まで。空欄の言語は、うすく見えている標準の言葉を印刷します。",
                class_name="mg-help",
            ),
            _closing("ja"),
            rx.el.details(
                rx.el.summary("ほかの言語"),
                *(_closing(language) for language in LANGUAGES if language != "ja"),
                class_name="settings-more",
            ),
            class_name="field-group",
        ),
        rx.el.div(
            rx.cond(CALLING.may_change, fields.submit("保存する", "save-paper", kind="primary")),
            answer(AT_TEXTS, PAPER),
            class_name="settings-said",
        ),
        on_submit=PAPER.save,
        name="paper-form",
    )


def _closing(language: str) -> rx.Component:
    return _field(
        OWN_NAMES[language],
        f"closing_{language}",
        placeholder=PAPER.standard[language],
        lang="ja" if language == "ja-easy" else language,
    )


def _field(label: str, name: str, **props: Any) -> rx.Component:
    return fields.field(
        label,
        rx.el.input(
            name=name,
            max_length=_TYPED,
            on_change=lambda value: PAPER.type_in(name, value),
            default_value=PAPER.values[name],
            # A save, or another desk, puts the field anew; what is being typed stays.
            key=rx.Var.create(f"{PAPER.serial}-{name}"),
            class_name="mg-input settings-notice",
            **props,
        ),
    )


def _logo() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("ロゴ"),
        rx.el.p(
            "PNG画像、256 KBまで。白黒にして、紙のいちばん上に印刷します。"
            "線がはっきりした黒いロゴが向いています。",
            class_name="mg-help",
        ),
        rx.cond(
            PAPER.logo != "",
            rx.el.img(
                src=PAPER.logo,
                alt="いまのロゴ",
                class_name="paper-logo",
                custom_attrs=theme.testid("paper-logo"),
            ),
        ),
        rx.cond(
            CALLING.may_change,
            rx.el.div(
                SmallFile.create(
                    most=LOGO_BYTES,
                    label="画像を選ぶ（選ぶとすぐ保存します）",
                    accept="image/png,.png",
                    name="logo-file",
                    on_read=PAPER.read_logo,
                ),
                rx.cond(
                    PAPER.logo != "",
                    theme.button(
                        "ロゴをなくす",
                        kind="text",
                        on_click=PAPER.drop_logo,
                        custom_attrs=theme.testid("drop-logo"),
                    ),
                ),
                class_name="field-row",
            ),
        ),
        rx.el.div(answer(AT_LOGO, PAPER), class_name="settings-said"),
        class_name="field-group",
    )
