"""呼び出し: the order, pushes before the turn, absence, numbers from afar, what the lobby says."""

from typing import Any, Final

import reflex as rx

from madoguchi.domain.calling_rules import BOUNDS, LONGEST_NOTICE
from madoguchi.domain.languages import LANGUAGES, OWN_NAMES
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.shown import CALLING
from madoguchi.state.settings_calling import AT_CALLING
from madoguchi.state.settings_changes import KINDS, RETURNS

_EFFECTS: Final = (
    ("appointments_first", "時刻の来た予約から呼び、あとは来た順です。"),
    ("arrival", "予約も当日の受付も、列に入った順に呼びます。"),
    ("ratio", "予約と当日の受付を、決めた人数ずつ交互に呼びます。"),
)


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("呼び出し", id="calling"),
        rx.cond(
            CALLING.desk_id != 0,
            rx.el.fieldset(_form(), disabled=~CALLING.may_change, class_name="field-plain"),
        ),
        class_name="mg-card settings-section",
    )


def _form() -> rx.Component:
    return fields.form(
        _order(),
        _group(
            "順番が近いことのお知らせ（LINE）",
            _numbers(
                ("あと何人で知らせるか（0は先頭になったとき）", "near_threshold", "人"),
                ("予測であと何分のときに知らせるか（0は知らせない）", "near_minutes", "分前"),
            ),
        ),
        _group(
            "呼んでも来られないとき",
            _numbers(
                ("自動で不在にする（0はしない）", "absent_after_calls", "回呼んで"),
                ("最後の呼び出しから", "absent_after_minutes", "分たったら"),
            ),
            rx.el.div(
                fields.field(
                    "戻られた方は", fields.choice("return_rule", *RETURNS.items(), **_value("return_rule"))
                ),
                _number("最後の呼び出しから（遅いと列のうしろ。0は制限なし）", "return_within", "分以内"),
                class_name="field-row",
            ),
        ),
        _group(
            "LINEで取る番号（来庁前）",
            _switch("remote", "LINEで番号を取れるようにする"),
            _numbers(
                ("この窓口で1日に（0は制限なし）", "remote_limit", "人まで"),
                ("1人が1日に（0は制限なし）", "remote_per_person", "回まで"),
            ),
        ),
        _group(
            "ロビーの画面",
            _switch("speech", "呼び出しを声で読み上げる（しないときはチャイムだけ）"),
            _notice("ja"),
            rx.el.details(
                rx.el.summary("ほかの言語のお知らせ"),
                *(_notice(language) for language in LANGUAGES if language != "ja"),
                class_name="settings-more",
            ),
        ),
        rx.el.div(
            rx.cond(CALLING.may_change, fields.submit("保存する", "save-calling", kind="primary")),
            answer(AT_CALLING),
            class_name="settings-said",
        ),
        on_submit=CALLING.save,
        name="calling-form",
    )


def _order() -> rx.Component:
    return _group(
        "呼び出しの順番",
        rx.el.div(*(_kind(*kind) for kind in _EFFECTS), class_name="settings-kinds"),
        rx.cond(
            CALLING.kind == "appointments_first",
            _numbers(
                ("予約の時刻の", "appointment_lead", "分前から先に呼ぶ"),
                ("待っている人が予約に抜かれなくなるのは", "patience", "分待ったら"),
            ),
        ),
        rx.cond(
            CALLING.kind == "ratio",
            _numbers(
                ("予約を続けて", "ratio_appointments", "人"),
                ("次に当日の受付を", "ratio_others", "人"),
                ("予約の時刻の", "appointment_lead", "分前から予約と数える"),
            ),
        ),
    )


def _kind(value: str, effect: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="order_kind",
            value=value,
            checked=CALLING.kind == value,
            on_change=CALLING.choose_kind(value),
            custom_attrs=theme.testid("order-kind", kind=value),
        ),
        rx.el.span(rx.el.strong(KINDS[value]), rx.el.small(effect)),
        class_name="settings-kind",
    )


def _group(title: str, *rows: rx.Component) -> rx.Component:
    return rx.el.fieldset(rx.el.legend(title), *rows, class_name="field-group")


def _value(name: str) -> dict[str, Any]:
    # Another desk, or a save, puts the field anew; what is being typed stays.
    return {
        "default_value": CALLING.values[name],
        "key": rx.Var.create(f"{CALLING.desk_id}-{CALLING.serial}-{name}"),
    }


def _numbers(*shown: tuple[str, str, str]) -> rx.Component:
    return rx.el.div(*(_number(*one) for one in shown), class_name="field-row")


def _number(label: str, name: str, unit: str) -> rx.Component:
    least, most = BOUNDS[name]
    return fields.field(label, fields.number(name, least, most, **_value(name)), unit=unit)


def _switch(name: str, label: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            default_checked=CALLING.values[name] == "1",
            key=rx.Var.create(f"{CALLING.desk_id}-{CALLING.serial}-{name}"),
            custom_attrs=theme.testid(f"switch-{name}"),
        ),
        rx.el.span(label),
        class_name="settings-switch",
    )


def _notice(language: str) -> rx.Component:
    label = "お知らせ（空欄は出さない）" if language == "ja" else OWN_NAMES[language]
    return fields.field(
        label,
        rx.el.input(
            name=f"notice_{language}",
            max_length=LONGEST_NOTICE,
            class_name="mg-input settings-notice",
            lang="ja" if language == "ja-easy" else language,
            **_value(f"notice_{language}"),
        ),
    )
