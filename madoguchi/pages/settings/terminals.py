"""発券機: a code for a new terminal, how each one is, its name, shutting one out."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.settings.shown import CALLING, TERMINALS
from madoguchi.state.settings_terminals import YES
from madoguchi.state.settings_terminals_view import CODE_MINUTES, LEVELS, LONGEST_NAME


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("発券機", id="terminals"),
        rx.el.p(
            "この窓口のロビーに置く発券機です。用紙切れなどのときは、「今日の窓口」の画面の下にも知らせます。",
            class_name="mg-help",
        ),
        rx.cond(
            TERMINALS.refusal != "",
            rx.el.p(
                TERMINALS.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("terminals-refusal"),
            ),
        ),
        rx.el.p(
            TERMINALS.said,
            class_name="field-said",
            role="status",
            custom_attrs=theme.testid("terminals-said"),
        ),
        rx.el.div(rx.foreach(TERMINALS.lines, _terminal), class_name="terminals"),
        rx.cond(
            TERMINALS.lines.length() == 0,
            rx.el.p("登録した発券機はありません。", class_name="today-empty"),
        ),
        rx.cond(CALLING.may_change, rx.cond(TERMINALS.code != "", _code(), _new())),
        class_name="mg-card settings-section",
    )


def _new() -> rx.Component:
    return fields.form(
        rx.el.fieldset(
            rx.el.legend("新しい発券機を登録する"),
            rx.el.div(
                fields.field(
                    "発券機の名前（置き場所など）",
                    rx.el.input(
                        name="name",
                        required=True,
                        max_length=LONGEST_NAME,
                        placeholder="例：1階ロビー",
                        class_name="mg-input terminals-name",
                        key=TERMINALS.serial.to_string(),
                    ),
                ),
                fields.submit("登録の番号を作る", "make-code"),
                class_name="field-row terminals-new",
            ),
            class_name="field-group",
        ),
        on_submit=TERMINALS.make_code,
        name="code-form",
    )


def _code() -> rx.Component:
    return rx.el.div(
        rx.el.p("「", TERMINALS.code_name, "」の登録の番号"),
        rx.el.p(
            TERMINALS.code,
            class_name="terminals-code mg-tabular",
            custom_attrs=theme.testid("pairing-code"),
        ),
        rx.el.p(
            rx.el.strong(TERMINALS.code_ends, "まで"),
            f"（{CODE_MINUTES}分間）、1台だけに使えます。ほかの人には見せないでください。",
        ),
        rx.el.ol(
            rx.el.li("発券機の設定の ", rx.el.code("KIOSK_PAIRING_CODE"), " に、この番号を入れます。"),
            rx.el.li("発券機を起動します。"),
            rx.el.li("つながると、この画面の一覧に出ます。番号はもう要りません。"),
        ),
        theme.button("番号を隠す", kind="text", on_click=TERMINALS.hide_code),
        class_name="terminals-pairing",
        role="group",
        aria_label="登録の番号",
    )


def _terminal(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.cond(
                TERMINALS.editing == one.id,
                _name_form(one),
                rx.fragment(
                    rx.el.h3(one.name),
                    _level(one.level),
                    rx.cond(CALLING.may_change, _buttons(one)),
                ),
            ),
            class_name="terminals-head",
        ),
        rx.cond(TERMINALS.asked == one.id, _question(one)),
        rx.el.dl(
            _fact("様子", one.health, "terminal-health"),
            _fact("プリンター", one.printer, "terminal-printer"),
            _fact("最後の連絡", one.heard, "terminal-heard"),
            _fact("未送信", rx.fragment(one.unsent, "件"), "terminal-unsent"),
            _fact("版", one.version, "terminal-version"),
            _fact("登録日", one.paired, "terminal-paired"),
            class_name="terminals-facts",
        ),
        class_name="terminals-one",
        key=one.id,
        custom_attrs=theme.testid("terminal", called=one.name, level=one.level),
    )


def _level(level: Any) -> rx.Component:
    return rx.match(
        level,
        ("ok", theme.flag(LEVELS["ok"], kind="success")),
        ("attention", theme.flag(LEVELS["attention"], kind="warning")),
        theme.flag(LEVELS["trouble"], kind="error"),
    )


def _buttons(one: Any) -> rx.Component:
    return rx.el.div(
        theme.button(
            "名前を変える",
            kind="text",
            on_click=TERMINALS.edit(one.id),
            custom_attrs=theme.testid("rename-terminal"),
        ),
        theme.button(
            "登録を解除する",
            kind="text",
            on_click=TERMINALS.ask_revoke(one.id),
            custom_attrs=theme.testid("revoke-terminal"),
        ),
        class_name="terminals-buttons",
    )


def _name_form(one: Any) -> rx.Component:
    return fields.form(
        rx.el.div(
            fields.field(
                "新しい名前",
                rx.el.input(
                    name="name",
                    required=True,
                    max_length=LONGEST_NAME,
                    default_value=one.name,
                    auto_focus=True,
                    class_name="mg-input terminals-name",
                ),
            ),
            fields.submit("変える", "save-name"),
            theme.button("やめる", kind="text", on_click=TERMINALS.edit(0)),
            class_name="field-row terminals-new",
        ),
        on_submit=TERMINALS.rename,
        name="name-form",
    )


def _question(one: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong("「", one.name, "」の登録を解除しますか？"),
            " この発券機は番号を出せなくなります。元に戻すことはできません。"
            "もう一度使うときは、新しい番号で登録し直します。",
        ),
        rx.cond(
            one.unsent > 0,
            rx.el.p(
                "まだ送っていないものが",
                rx.el.strong(one.unsent, "件"),
                "あります。同じ機械を登録し直すまで届きません。",
            ),
        ),
        rx.el.div(
            theme.button(
                "解除する",
                kind="danger",
                on_click=TERMINALS.revoke(YES),
                custom_attrs=theme.testid("revoke-yes"),
            ),
            theme.button("やめる", kind="secondary", auto_focus=True, on_click=TERMINALS.revoke("keep")),
            class_name="mg-row",
        ),
        class_name="terminals-question",
        role="alertdialog",
        aria_label="登録を解除しますか",
        custom_attrs=theme.testid("revoke-question"),
    )


def _fact(label: str, value: Any, name: str) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value, custom_attrs=theme.testid(name)))
