"""業務: the desk's services, each in a form of its own, one more, one closed."""

from typing import Any

import reflex as rx

from madoguchi.domain.asking import LONGEST_ITEMS, most_signs
from madoguchi.domain.office_settings import BOUNDS, LAST_NUMBER, LONGEST_NAME
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.parts import group, texts, tick, value
from madoguchi.pages.settings.shown import CALLING, SERVICES
from madoguchi.state.settings_services import AT_LIST, NEW, YES


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("業務", id="services"),
        rx.el.p(
            "この室課で受け付ける業務です。業務は消せません（これまでの記録が残るため）。"
            "使わなくなった業務は「当日の番号」と「予約」を外すと、受付を終えます。",
            class_name="mg-help",
        ),
        rx.el.div(answer(AT_LIST, SERVICES), class_name="settings-said"),
        rx.el.div(rx.foreach(SERVICES.cards, _card), class_name="terminals"),
        rx.cond(
            CALLING.may_change,
            rx.cond(
                SERVICES.editing == NEW,
                rx.el.div(_form("新しい業務"), class_name="terminals-one"),
                rx.el.div(
                    theme.button(
                        "業務を追加する",
                        kind="secondary",
                        on_click=SERVICES.edit(NEW),
                        custom_attrs=theme.testid("new-service"),
                    )
                ),
            ),
        ),
        class_name="mg-card settings-section",
    )


def _card(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.h3(one.letter, "　", one.name),
            rx.cond(one.closed, theme.flag("受付終了")),
            rx.cond(
                CALLING.may_change & (SERVICES.editing != one.id),
                rx.el.div(
                    theme.button(
                        "変更する",
                        kind="text",
                        on_click=SERVICES.edit(one.id),
                        custom_attrs=theme.testid("edit-service"),
                    ),
                    class_name="terminals-buttons",
                ),
            ),
            class_name="terminals-head",
        ),
        rx.cond(
            SERVICES.editing == one.id,
            _form("業務の内容"),
            rx.el.dl(
                _fact("受け付けるもの", one.offers),
                _fact("番号", one.numbers),
                _fact("1件の時間", one.minutes),
                _fact("持ち物", one.bring),
                class_name="terminals-facts",
            ),
        ),
        class_name="terminals-one",
        key=one.id,
        custom_attrs=theme.testid("service", letter=one.letter),
    )


def _fact(label: str, shown: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(shown))


def _form(title: str) -> rx.Component:
    least, most = BOUNDS["estimated_minutes"]
    return fields.form(
        group(title, *texts(SERVICES, "名前（日本語、必ず）", "name", most_signs("en", LONGEST_NAME))),
        group(
            "番号",
            rx.el.div(
                fields.field(
                    "記号（A〜Z）",
                    rx.el.input(
                        name="letter",
                        required=True,
                        max_length=1,
                        class_name="mg-input settings-letter",
                        **value(SERVICES, "letter"),
                    ),
                ),
                _number("最初の番号", "number_first", 1, LAST_NUMBER),
                _number("最後の番号", "number_last", 1, LAST_NUMBER),
                class_name="field-row",
            ),
            rx.el.p(
                "記号と番号の範囲は、この業務の番号を持つ方がいない間だけ変えられます（翌朝の開庁前など）。"
                "範囲の上の1割は、発券機が通信できないときのために使います。",
                class_name="mg-help",
            ),
        ),
        group(
            "1件の時間",
            _number("記録がたまるまでの見込み", "minutes", least, most, "分"),
            rx.el.p(
                "待ち時間の予測に使います。記録がたまると、実際の時間から計算します。", class_name="mg-help"
            ),
        ),
        group(
            "持ち物", *texts(SERVICES, "日本語（空欄は出さない）", "items", most_signs("en", LONGEST_ITEMS))
        ),
        group(
            "受け付けるもの",
            rx.el.div(
                tick(SERVICES, "walk_in", "当日の番号（LINE・発券機）"),
                tick(SERVICES, "bookable", "予約"),
                class_name="settings-days",
            ),
            rx.el.p(
                "外しても、番号や予約をお持ちの方にはそのまま対応できます。両方外すと受付終了です。"
                "予約の枠と質問は、",
                rx.el.a("予約枠", href="/staff/slots"),
                "の画面で決めます。",
                class_name="mg-help",
            ),
        ),
        rx.cond(SERVICES.asked != "", _question()),
        rx.el.div(
            fields.submit("保存する", "save-service", kind="primary"),
            theme.button(
                "やめる", kind="text", on_click=SERVICES.edit(0), custom_attrs=theme.testid("leave-service")
            ),
            answer("service", SERVICES),
            class_name="settings-said",
        ),
        on_submit=SERVICES.save,
        name="service-form",
    )


def _number(label: str, name: str, least: int, most: int, unit: str = "") -> rx.Component:
    return fields.field(
        label, fields.number(name, least, most, required=True, **value(SERVICES, name)), unit=unit
    )


def _question() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong("「", SERVICES.asked, "」を", SERVICES.asked_numbers, "で追加しますか？"),
            " 追加した業務は、受付を終えることはできますが、消すことはできません。",
        ),
        rx.el.div(
            theme.button(
                "追加する",
                kind="primary",
                type="button",
                on_click=SERVICES.add(YES),
                custom_attrs=theme.testid("add-yes"),
            ),
            theme.button(
                "入力に戻る", kind="secondary", type="button", auto_focus=True, on_click=SERVICES.add("back")
            ),
            class_name="mg-row",
        ),
        class_name="settings-advice",
        role="alertdialog",
        aria_label="業務を追加しますか",
        custom_attrs=theme.testid("add-question"),
    )
