"""Right: the six weeks ahead, the bookings a change touches, and those beyond their time's capacity."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.slots.shown import PREVIEW, SLOTS, WHO
from madoguchi.state.slots_view import ASK

_STEP_BACK = [SLOTS.step_back, PREVIEW.follow]


def column() -> rx.Component:
    """Give the column."""
    # With neither a draft now nor one in the figures, they are the plan's own, however often it was edited.
    stale = (PREVIEW.serial != SLOTS.serial) & ((SLOTS.changes.length() > 0) | PREVIEW.of_draft)
    return rx.el.section(
        rx.el.div(
            rx.el.h2(rx.cond(PREVIEW.of_draft, "向こう6週間（下書きを適用した場合）", "向こう6週間")),
            rx.el.button(
                rx.cond(PREVIEW.busy, "計算しています…", rx.cond(stale, "影響を確認", "数字を更新")),
                type="button",
                on_click=PREVIEW.look,
                class_name=rx.cond(stale, "mg-button mg-button--primary", "mg-button mg-button--secondary"),
                custom_attrs=theme.testid("preview"),
            ),
            class_name="slots-head",
        ),
        rx.cond(PREVIEW.refusal != "", rx.el.p(PREVIEW.refusal, class_name="today-refusal", role="alert")),
        rx.el.p(PREVIEW.said, class_name="field-said", role="status", custom_attrs=theme.testid("applied")),
        _changes(),
        rx.cond(
            stale,
            rx.el.p(
                "下書きが変わりました。「影響を確認」で数字を新しくしてください。", class_name="slots-stale"
            ),
            rx.fragment(rx.cond(PREVIEW.of_draft, _decide())),
        ),
        _beyond(),
        rx.el.div(
            _heat(),
            class_name=rx.cond(stale, "slots-heat-box slots-heat-box--old", "slots-heat-box"),
            tab_index=0,
            role="region",
            aria_label="向こう6週間の予約と枠",
        ),
        rx.el.p(
            "予約の件数／枠数（",
            rx.el.span(PREVIEW.read_at, class_name="mg-tabular", custom_attrs=theme.testid("read-at")),
            " 時点。その後の予約は「数字を更新」で入ります）。矢印は変更の前後です。"
            "「超」は、予約の件数が枠数を超えている時刻があることを表します。枠は",
            PREVIEW.last,
            "まで用意します。",
            class_name="mg-help",
        ),
        class_name="slots-outlook",
    )


def _changes() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(one.text),
            rx.cond(
                SLOTS.may_change,
                theme.button(
                    "外す",
                    kind="text",
                    on_click=[SLOTS.drop_change(one.value), PREVIEW.follow],
                    custom_attrs={"aria-label": rx.Var.create(f"{one.text} を外す")},
                ),
            ),
            key=one.value,
        )

    return rx.cond(
        SLOTS.changes.length() > 0,
        rx.el.div(
            rx.el.div(
                rx.el.h3("下書き（まだ適用していません）"),
                theme.button("1つ戻す", kind="text", on_click=_STEP_BACK, disabled=~SLOTS.may_step_back),
                theme.button("すべて捨てる", kind="text", on_click=[SLOTS.discard, PREVIEW.follow]),
                class_name="slots-head",
            ),
            rx.el.ul(rx.foreach(SLOTS.changes, line), custom_attrs=theme.testid("draft-lines")),
            class_name="slots-draft",
        ),
        rx.cond(
            SLOTS.may_step_back,
            theme.button("1つ戻す", kind="text", on_click=_STEP_BACK),
        ),
    )


def _decide() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "枠の数 ",
            rx.el.strong(PREVIEW.before.to_string(), class_name="mg-tabular"),
            " → ",
            rx.el.strong(PREVIEW.after.to_string(), class_name="mg-tabular"),
            "。",
            rx.cond(
                PREVIEW.touched.length() > 0,
                rx.el.strong(
                    rx.Var.create(f"枠からはみ出す予約が{PREVIEW.touched.length()}件あります。"),
                    class_name="mg-error",
                ),
                "いまの予約には影響しません。",
            ),
            custom_attrs=theme.testid("impact"),
        ),
        rx.cond(PREVIEW.touched.length() > 0, _touched()),
        rx.cond(
            PREVIEW.undecided > 0,
            rx.el.p(
                rx.Var.create(f"あと{PREVIEW.undecided}件、移すか残すかを選ぶと適用できます。"), role="status"
            ),
        ),
        rx.cond(
            SLOTS.may_change,
            theme.button(
                "この内容で適用する",
                on_click=PREVIEW.apply,
                disabled=PREVIEW.busy | (PREVIEW.undecided > 0),
                custom_attrs=theme.testid("apply"),
            ),
        ),
        class_name="slots-decide",
    )


def _touched() -> rx.Component:
    return rx.fragment(
        rx.cond(
            SLOTS.may_change,
            rx.el.div(
                theme.button(
                    "すべて近い空きへ移す",
                    kind="secondary",
                    on_click=PREVIEW.choose_all(True),
                    custom_attrs=theme.testid("move-all"),
                ),
                theme.button(
                    "すべてそのまま残す",
                    kind="secondary",
                    on_click=PREVIEW.choose_all(False),
                    custom_attrs=theme.testid("keep-all"),
                ),
                class_name="mg-row",
            ),
        ),
        rx.el.ul(
            rx.foreach(
                PREVIEW.touched, lambda one: _booking(one, PREVIEW.choose, SLOTS.may_change, asks=True)
            ),
            class_name="slots-touched",
            custom_attrs=theme.testid("touched"),
        ),
    )


def _beyond() -> rx.Component:
    def row(one: Any) -> rx.Component:
        return _booking(
            one,
            PREVIEW.choose_over,
            WHO.may_call,
            theme.button(
                "移す",
                kind="secondary",
                on_click=PREVIEW.settle(one.id),
                disabled=one.chosen == "",
                custom_attrs={"aria-label": rx.Var.create(f"予約 {one.code} を移す")},
            ),
        )

    return rx.cond(
        PREVIEW.over_times > 0,
        rx.el.div(
            rx.el.h3(
                theme.flag("要調整", kind="error"),
                rx.Var.create(f" 枠を超えている時間 {PREVIEW.over_times}か所"),
            ),
            rx.el.ul(rx.foreach(PREVIEW.over, row), class_name="slots-touched"),
            class_name="slots-beyond",
            custom_attrs=theme.testid("over-full"),
        ),
    )


def _booking(one: Any, choose: Any, may_change: Any, *more: rx.Component, asks: bool = False) -> rx.Component:
    undecided = [rx.el.option("選んでください", value=ASK, disabled=True)] if asks else []
    return rx.el.li(
        rx.el.span(
            rx.el.strong(one.when, class_name="mg-tabular"),
            rx.el.span(rx.el.span("予約 "), rx.el.span(one.code, class_name="mg-tabular"), " ", one.service),
            class_name="slots-touched__what",
        ),
        rx.cond(
            may_change,
            rx.el.span(
                rx.el.select(
                    *undecided,
                    rx.el.option("そのまま残す", value=""),
                    rx.foreach(one.options, lambda it: rx.el.option(it.text, value=it.value)),
                    value=one.chosen,
                    on_change=lambda value: choose(one.id, value),
                    class_name="mg-input field-select",
                    custom_attrs={"aria-label": rx.Var.create(f"予約 {one.code} をどうするか")},
                ),
                *more,
                class_name="field-control",
            ),
        ),
        key=one.id,
        custom_attrs=theme.testid("booking", code=one.code),
    )


def _heat() -> rx.Component:
    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th("日", scope="col"),
                rx.foreach(PREVIEW.hours, lambda hour: rx.el.th(hour, scope="col")),
                rx.el.th("計", scope="col"),
            )
        ),
        rx.el.tbody(rx.foreach(PREVIEW.weeks, _heat_row)),
        class_name="slots-heat mg-tabular",
        custom_attrs=theme.testid("heat"),
    )


def _heat_row(row: Any) -> rx.Component:
    def cell(one: Any) -> rx.Component:
        return rx.el.td(
            rx.el.span(one.text, aria_hidden="true"),
            theme.for_screen_readers(one.label),
            custom_attrs={"data-tone": one.tone},
        )

    return rx.el.tr(
        rx.el.th(
            row.day,
            rx.cond(row.note != "", rx.el.span(row.note, class_name="slots-heat__note")),
            scope="row",
        ),
        rx.foreach(row.cells, cell),
        cell(row.total),
        key=row.day,
        class_name=rx.cond(row.monday, "slots-heat__monday", ""),
    )
