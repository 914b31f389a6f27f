"""業務のきまり: when a service can be booked and how often, arriving, reminders; and whose places it has."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.components.live import while_counting
from madoguchi.pages.slots.shown import RULES, SLOTS
from madoguchi.state.undo_time import UNDO_SECONDS

_OPENS = (("days", "日前"), ("business_days", "営業日前"), ("months", "か月前"))
_CLOSES = (("minutes", "分前"), ("days", "日前"), ("business_days", "営業日前"))
_LATE = (
    ("keep_time", "予約の時刻で呼ぶ"),
    ("keep_day", "来た時刻の予約として呼ぶ"),
    ("to_back", "予約なしの人と同じ順に呼ぶ"),
)


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        fields.field(
            "業務",
            rx.el.select(
                rx.foreach(RULES.services, lambda one: rx.el.option(one.text, value=one.value)),
                value=RULES.service_id.to_string(),
                on_change=RULES.choose_service,
                class_name="mg-input field-select",
                custom_attrs=theme.testid("rules-service"),
            ),
        ),
        rx.cond(
            RULES.refusal != "",
            rx.el.p(
                RULES.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("rules-refusal"),
            ),
        ),
        rx.el.div(
            rx.el.p(
                RULES.said, class_name="field-said", role="status", custom_attrs=theme.testid("rules-said")
            ),
            while_counting(
                RULES.undo_until,
                UNDO_SECONDS,
                theme.button(
                    "元に戻す", kind="text", on_click=RULES.undo, custom_attrs=theme.testid("rules-undo")
                ),
            ),
            class_name="slots-head",
        ),
        rx.cond(
            RULES.service_id != 0,
            rx.el.fieldset(_form(), disabled=~SLOTS.may_change, class_name="field-plain"),
        ),
        rx.cond(SLOTS.may_change & (RULES.service_id != 0), _sharing()),
        class_name="slots-panel",
    )


def _form() -> rx.Component:
    return fields.form(
        _group(
            "予約できる期間",
            rx.el.div(
                _number("受付開始", "opens_amount", 0, 365),
                _select("開始の単位", "opens_unit", *_OPENS),
                _time("開始の時刻", "opens_at"),
                class_name="field-row",
            ),
            rx.el.div(
                _number("締切", "closes_amount", 0, 10_080),
                _select("締切の単位", "closes_unit", *_CLOSES),
                _time("締切の時刻（日で数えるとき）", "closes_at"),
                class_name="field-row",
            ),
        ),
        _group(
            "1人あたり（0は制限なし）",
            rx.el.div(
                _number("同時に持てる予約", "max_open", 0, 99, unit="件"),
                _number("期間内の来庁", "max_in_period", 0, 99, unit="回"),
                _number("期間", "period_days", 0, 365, unit="日"),
                _number("一緒に来られる人数", "max_party", 1, 20, unit="人まで"),
                class_name="field-row",
            ),
        ),
        _group(
            "当日",
            rx.el.div(
                _number("受付できるのは", "early_minutes", 0, 240, unit="分前から"),
                _number("遅刻とみなすのは", "late_minutes", 0, 240, unit="分後から"),
                _select("遅れた人は", "late_policy", *_LATE),
                class_name="field-row",
            ),
        ),
        _group(
            "お知らせ",
            rx.el.div(
                _number("事前のお知らせ（0はなし）", "remind_days", 0, 14, unit="日前"),
                _time("送る時刻", "remind_at"),
                _time("当日の時刻（空欄はなし）", "remind_same_day_at"),
                _number("キャンセル待ちの仮おさえ", "offer_minutes", 5, 1_440, unit="分"),
                class_name="field-row",
            ),
        ),
        rx.cond(SLOTS.may_change, fields.submit("保存する", "save-rules", kind="primary")),
        on_submit=RULES.save,
        name="rules-form",
    )


def _group(title: str, *rows: rx.Component) -> rx.Component:
    return rx.el.fieldset(rx.el.legend(title), *rows, class_name="field-group")


def _value(name: str) -> dict[str, Any]:
    # Another service, or a saved value, puts the field anew; what is being typed stays.
    value = RULES.values[name]
    return {"default_value": value, "key": rx.Var.create(f"{RULES.service_id}-{name}-{value}")}


def _number(label: str, name: str, least: int, most: int, unit: str = "") -> rx.Component:
    return fields.field(label, fields.number(name, least, most, **_value(name)), unit=unit)


def _time(label: str, name: str) -> rx.Component:
    return fields.field(label, fields.clock(name, **_value(name)))


def _select(label: str, name: str, *options: tuple[str, str]) -> rx.Component:
    return fields.field(label, fields.choice(name, *options, **_value(name)))


def _sharing() -> rx.Component:
    return rx.el.details(
        rx.el.summary("枠のまとまり（ほかの業務と枠を分け合う）"),
        rx.el.p(
            "同じ枠のまとまりを使う業務は、1つの枠を早いもの順に使います。先の予約がある業務は変えられません。",
            class_name="mg-help",
        ),
        fields.form(
            fields.field(
                "この業務が使う枠",
                rx.el.select(
                    rx.foreach(RULES.shared, lambda one: rx.el.option(one.text, value=one.value)),
                    rx.el.option("この業務だけの新しい枠", value="own"),
                    name="pool",
                    default_value=RULES.drawn_from,
                    key=rx.Var.create(f"{RULES.service_id}-{RULES.drawn_from}"),
                    class_name="mg-input field-select",
                ),
            ),
            fields.submit("変える", "draw-from"),
            on_submit=RULES.draw_from,
            name="sharing-form",
        ),
        fields.form(
            fields.field(
                "表示中の枠の名前",
                rx.el.input(
                    name="name",
                    max_length=60,
                    default_value=SLOTS.pool_name,
                    key=SLOTS.pool_name,
                    class_name="mg-input",
                ),
            ),
            fields.submit("名前を変える", "rename"),
            on_submit=RULES.rename,
            name="rename-form",
        ),
        class_name="slots-more",
    )
