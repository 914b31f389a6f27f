"""週の計画: the week's grid, the brush, and from when it is in force."""

from typing import Any

import reflex as rx

from madoguchi.domain.slot_plans import LEAST_EVERY, MOST_EVERY, MOST_PLACES
from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.slots.paint_grid import PaintGrid
from madoguchi.pages.slots.shown import SLOTS

_DAYS = (
    ("weekdays", "月〜金"),
    ("all", "毎日"),
    *((f"{at}", f"{name}曜") for at, name in enumerate("月火水木金土日")),
)


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        rx.cond(SLOTS.may_change, _tools()),
        PaintGrid.create(
            rows=SLOTS.rows,
            days=SLOTS.days,
            totals=SLOTS.totals,
            disabled=~SLOTS.may_change,
            erasing=SLOTS.erasing,
            on_paint=SLOTS.paint,
        ),
        rx.el.div(
            theme.button(
                rx.cond(SLOTS.whole_day, "使う時間だけ表示", "24時間を表示"),
                kind="text",
                on_click=SLOTS.show_whole_day(~SLOTS.whole_day),
            ),
            rx.cond(
                SLOTS.may_change,
                rx.el.span(
                    "マウスでなぞるか、矢印キーで動いて Shift＋矢印で範囲を選び、Enter で塗ります。"
                    "Delete で消します。",
                    class_name="mg-help",
                ),
            ),
            class_name="slots-hint",
        ),
        rx.cond(SLOTS.may_change, _by_fields()),
        _plans(),
        class_name="slots-panel",
    )


def _tools() -> rx.Component:
    return rx.el.div(
        fields.form(
            _brush("間隔", "every", LEAST_EVERY, MOST_EVERY, SLOTS.brush_every, "分"),
            _brush("枠数", "capacity", 0, MOST_PLACES, SLOTS.brush_capacity, "人"),
            on_submit=SLOTS.set_brush,
            name="brush",
        ),
        rx.el.div(
            _mode("塗る", erase=False),
            _mode("消す", erase=True),
            role="group",
            aria_label="なぞったところを",
            class_name="slots-modes",
        ),
        fields.field(
            "適用開始日",
            rx.el.input(
                type="date",
                value=SLOTS.first,
                min=SLOTS.today,
                on_change=SLOTS.choose_first,
                class_name="mg-input field-date",
                custom_attrs=theme.testid("first-day"),
            ),
        ),
        rx.cond(
            SLOTS.brush_wrong,
            rx.el.p(
                f"間隔は{LEAST_EVERY}〜{MOST_EVERY}分、枠数は0〜{MOST_PLACES}人の数字で入力してください。"
                "前の値に戻しました。",
                class_name="slots-stale",
                role="alert",
                custom_attrs=theme.testid("brush-wrong"),
            ),
        ),
        class_name="slots-tools",
    )


def _brush(label: str, name: str, least: int, most: int, value: Any, unit: str) -> rx.Component:
    # Holds what is typed, however unfinished; a number that fits is the brush's at once.
    control = fields.number(
        name,
        least,
        most,
        default_value=value.to_string(),
        key=rx.Var.create(f"{name}-{SLOTS.brush_serial}"),
        on_change=lambda typed: SLOTS.set_brush({name: typed}),
        on_blur=lambda typed: SLOTS.leave_brush({name: typed}),
    )
    return fields.field(label, control, unit=unit)


def _mode(label: str, *, erase: bool) -> rx.Component:
    on = SLOTS.erasing if erase else ~SLOTS.erasing
    return rx.el.button(
        label,
        type="button",
        on_click=SLOTS.erase(erase),
        class_name="slots-mode",
        custom_attrs={"aria-pressed": on, **theme.testid("brush-erase" if erase else "brush-paint")},
    )


def _by_fields() -> rx.Component:
    return rx.el.details(
        rx.el.summary("時刻を入力して塗る・曜日を写す"),
        fields.form(
            fields.field("曜日", fields.choice("days", *_DAYS)),
            fields.field("開始", fields.clock("starts", default_value="09:00")),
            fields.field("終了", fields.clock("ends", default_value="17:00")),
            fields.submit(rx.cond(SLOTS.erasing, "この時間を消す", "この時間を塗る"), "paint-times"),
            on_submit=SLOTS.paint_times,
            name="paint-form",
        ),
        fields.form(
            fields.field("この曜日を", fields.choice("source", *_DAYS[2:])),
            fields.submit("月〜金に写す", "copy-weekday"),
            on_submit=SLOTS.copy_weekday,
            name="copy-weekday-form",
        ),
        class_name="slots-more",
    )


def _plans() -> rx.Component:
    def plan(one: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(one.text),
            theme.button("表に出す", kind="text", on_click=SLOTS.load_pattern(one.value)),
            rx.cond(
                SLOTS.may_change & (one.value > SLOTS.today),
                theme.button("取りやめる", kind="text", on_click=SLOTS.remove_pattern(one.value)),
            ),
            key=one.value,
        )

    return rx.el.section(
        rx.el.h3("計画の一覧"),
        rx.cond(
            SLOTS.patterns.length() > 0,
            rx.el.ul(rx.foreach(SLOTS.patterns, plan), class_name="slots-plans"),
            rx.el.p(
                "まだ計画がありません。表を塗って、影響を確認し、適用してください。", class_name="mg-help"
            ),
        ),
    )
