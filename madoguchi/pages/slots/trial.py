"""試算: the last month played against the draft, and what would level the arrivals."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components import fields
from madoguchi.pages.slots.shown import SLOTS, TRIAL
from madoguchi.state.slots_trial import SHARES


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        rx.el.p(
            "過去4週間の来庁を、いま表に出ている週の計画でもう一度並べ直し、待ち時間を比べます。"
            "氏名や電話番号は使いません。"
        ),
        fields.form(
            fields.field(
                "予約なしで来た人のうち、予約に移る割合",
                fields.choice("share", *((f"{one}", f"{one}%") for one in SHARES), default_value="50"),
            ),
            fields.submit("試算する", "rehearse", kind="primary"),
            on_submit=TRIAL.rehearse,
            name="trial-form",
        ),
        rx.cond(TRIAL.refusal != "", rx.el.p(TRIAL.refusal, class_name="today-refusal", role="alert")),
        rx.cond(TRIAL.lines.length() > 0, _result()),
        class_name="slots-panel",
    )


def _result() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return rx.el.tr(
            rx.el.th(one.name, scope="row"),
            *(
                rx.el.td(value, class_name="mg-figure")
                for value in (one.mean, one.ninetieth, one.longest, one.long, one.unplaced)
            ),
            key=one.name,
        )

    heads = ("平均", "9割の人", "最長", "15分超", "枠なし")
    return rx.el.div(
        rx.el.p(TRIAL.about, role="status"),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("待ち時間", scope="col"),
                    *(rx.el.th(head, scope="col", class_name="mg-figure") for head in heads),
                )
            ),
            rx.el.tbody(rx.foreach(TRIAL.lines, line)),
            class_name="mg-table slots-trial",
            custom_attrs=theme.testid("trial"),
        ),
        rx.cond(
            TRIAL.fewer != "",
            rx.el.p(TRIAL.fewer, class_name="slots-stale", custom_attrs=theme.testid("fewer-places")),
        ),
        rx.cond(TRIAL.short != "", rx.el.p(TRIAL.short, class_name="slots-stale")),
        rx.cond(
            TRIAL.reasons.length() > 0,
            _suggestion(),
            rx.el.p("表に出ている計画は提案と同じです。"),
        ),
    )


def _suggestion() -> rx.Component:
    def reason(one: Any) -> rx.Component:
        return rx.el.li(
            rx.el.strong(one.when, class_name="mg-tabular"),
            rx.el.span(rx.el.span(one.now), "枠 → ", rx.el.strong(one.then), "枠", class_name="mg-tabular"),
            rx.el.span(one.sentence),
            key=one.when,
        )

    return rx.fragment(
        rx.el.div(
            rx.el.h3("提案（変わる時間とその理由）"),
            rx.cond(
                SLOTS.may_change,
                theme.button(
                    "提案を下書きに入れる",
                    kind="secondary",
                    on_click=TRIAL.take,
                    disabled=TRIAL.serial != SLOTS.serial,
                    custom_attrs=theme.testid("take-suggestion"),
                ),
            ),
            class_name="slots-head",
        ),
        rx.cond(
            TRIAL.taken, rx.el.p("下書きに入れました。影響を確認してください。", class_name="field-said")
        ),
        rx.el.ul(
            rx.foreach(TRIAL.reasons, reason),
            class_name="slots-reasons",
            tab_index=0,
            aria_label="提案の理由",
        ),
    )
