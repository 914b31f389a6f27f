"""複写とCSV: a week copied to other days, a table read and written."""

import reflex as rx

from madoguchi.domain.plan_csv import COLUMNS, MOST_BYTES
from madoguchi.pages.components import fields
from madoguchi.pages.components.small_file import SmallFile
from madoguchi.pages.slots.shown import SLOTS


def panel() -> rx.Component:
    """Give the panel."""
    return rx.el.div(
        rx.cond(SLOTS.may_change, _copy()),
        rx.el.h3("CSVに書き出す"),
        rx.el.p(
            _download("Excel用（UTF-8）", "utf-8"),
            _download("シフトJIS", "cp932"),
            class_name="mg-row",
        ),
        rx.cond(SLOTS.may_change, _read()),
        class_name="slots-panel",
    )


def _download(label: str, encoding: str) -> rx.Component:
    return rx.el.a(
        label,
        href=rx.Var.create(f"/staff/slots/plan.csv?pool={SLOTS.pool_id}&encoding={encoding}"),
        class_name="mg-button mg-button--secondary",
        # Answered by the server: the pages' own router must leave it alone.
        custom_attrs={"download": "", "reloadDocument": True, "data-testid": f"csv-{encoding}"},
    )


def _copy() -> rx.Component:
    return rx.fragment(
        rx.el.h3("週を写す"),
        fields.form(
            fields.field(
                "この日を含む週を", fields.day("source", key=SLOTS.today, default_value=SLOTS.today)
            ),
            fields.field(
                "写し方",
                fields.choice("as", ("days", "下の期間の例外にする"), ("pattern", "週の計画の表に入れる")),
            ),
            fields.field("この日から", fields.day("from", key=SLOTS.day_from, default_value=SLOTS.day_from)),
            fields.field("この日まで", fields.day("to", key=SLOTS.day_to, default_value=SLOTS.day_to)),
            fields.submit("下書きに写す", "copy-week"),
            on_submit=SLOTS.copy_week,
            name="copy-form",
        ),
    )


def _read() -> rx.Component:
    return rx.fragment(
        rx.el.h3("CSVを読み込む"),
        rx.el.p(
            f"列は {'、'.join(COLUMNS)} です。種別は 週間・臨時・休業・枠数変更・通常。"
            "読み込んだものは下書きに入り、適用するまで何も変わりません。",
            class_name="mg-help",
        ),
        SmallFile.create(
            most=MOST_BYTES,
            label="ファイルを選ぶ（UTF-8・シフトJIS）",
            accept=".csv,.txt,text/csv",
            name="csv-file",
            on_read=SLOTS.read_file,
        ),
        fields.form(
            fields.field(
                "または表を貼り付ける",
                rx.el.textarea(
                    name="table", rows=6, class_name="mg-input slots-table-text", spell_check=False
                ),
            ),
            fields.submit("貼り付けた表を読み込む", "read-table"),
            on_submit=SLOTS.read_text,
            name="csv-form",
        ),
    )
