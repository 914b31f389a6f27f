"""室課: what the desk is called, where it is, its phone, and when it is open."""

import reflex as rx

from madoguchi.domain.asking import most_signs
from madoguchi.domain.office_settings import LONGEST_NAME, LONGEST_PHONE, LONGEST_PLACE
from madoguchi.pages.components import fields
from madoguchi.pages.settings.answer import answer
from madoguchi.pages.settings.parts import group, texts, tick, value
from madoguchi.pages.settings.shown import CALLING, OFFICE
from madoguchi.state.settings_office import AT_OFFICE
from madoguchi.state.settings_office_view import WEEKDAYS


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("室課", id="office"),
        rx.el.p(
            "LINE、予約の画面、ロビーの画面、番号札に出ます。保存すると、すぐに変わります。"
            "順番を待っている方と、入っている予約はそのままです。",
            class_name="mg-help",
        ),
        rx.cond(
            OFFICE.shown,
            rx.el.fieldset(_form(), disabled=~CALLING.may_change, class_name="field-plain"),
        ),
        class_name="mg-card settings-section",
    )


def _form() -> rx.Component:
    return fields.form(
        group("名前", *texts(OFFICE, "日本語（必ず）", "name", most_signs("en", LONGEST_NAME))),
        group("場所（建物と階）", *texts(OFFICE, "日本語", "place", most_signs("en", LONGEST_PLACE))),
        group(
            "電話",
            fields.field(
                "市民に見せる番号（空欄は出さない）",
                rx.el.input(
                    name="phone",
                    type="tel",
                    max_length=LONGEST_PHONE,
                    class_name="mg-input",
                    **value(OFFICE, "phone"),
                ),
            ),
        ),
        group(
            "開庁時間",
            rx.el.div(
                fields.field("始まり", fields.clock("opens_at", required=True, **value(OFFICE, "opens_at"))),
                fields.field(
                    "終わり", fields.clock("closes_at", required=True, **value(OFFICE, "closes_at"))
                ),
                class_name="field-row",
            ),
            rx.el.div(
                *(tick(OFFICE, f"day_{place}", day) for place, day in enumerate(WEEKDAYS)),
                role="group",
                aria_label="開庁する曜日",
                class_name="settings-days",
            ),
            rx.el.div(
                tick(OFFICE, "closed_on_holidays", "祝日は休む"),
                tick(OFFICE, "closed_year_end", "年末年始（12月29日〜1月3日）は休む"),
                class_name="settings-days",
            ),
            rx.el.p(
                "番号を出す時間です。予約できる時間は、",
                rx.el.a("予約枠", href="/staff/slots"),
                "の画面で決めます。",
                class_name="mg-help",
            ),
        ),
        rx.el.div(
            rx.cond(CALLING.may_change, fields.submit("保存する", "save-office", kind="primary")),
            answer(AT_OFFICE, OFFICE),
            class_name="settings-said",
        ),
        on_submit=OFFICE.save,
        name="office-form",
    )
