"""The tables under the charts, each with what its figures mean and its own file."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme


def section(
    shown: Any, name: str, *charts: rx.Component, folded: bool = False, bar: bool = False
) -> rx.Component:
    """A table with its title, its charts above it. `folded`: long, and opened by a click; printed open.

    `bar` draws the row's share of a hundred, with the mark of the aim at eighty.
    """
    table = rx.el.div(
        _table(shown, name, bar=bar),
        class_name="stats-scroll",
        role="region",
        aria_label=shown.title,
        tab_index=0,
    )
    return rx.el.section(
        rx.el.div(
            rx.el.h2(shown.title),
            _file(shown),
            class_name="stats-head",
        ),
        rx.el.p(shown.meaning, class_name="mg-help"),
        rx.cond(
            shown.any,
            rx.fragment(
                *charts,
                rx.el.details(rx.el.summary("表を見る"), table, class_name="stats-fold") if folded else table,
            ),
            rx.el.p("この条件のデータはありません。", class_name="stats-none"),
        ),
        class_name="mg-card stats-section",
        custom_attrs=theme.testid(f"section-{name}"),
    )


def _file(shown: Any) -> rx.Component:
    return rx.cond(
        shown.any,
        rx.el.a(
            "CSV",
            theme.for_screen_readers(shown.title),
            href=shown.csv,
            class_name="stats-csv",
            # Answered by the server: the pages' own router must leave it alone.
            custom_attrs={"download": "", "reloadDocument": True},
        ),
    )


def _table(shown: Any, name: str, *, bar: bool) -> rx.Component:
    def cell(value: Any, place: Any) -> rx.Component:
        return rx.el.td(value, class_name=rx.cond(shown.heads[place].figure, "mg-figure", ""))

    def line(one: Any) -> rx.Component:
        share = [rx.el.td(_bar(one.share), class_name="stats-bar-cell")] if bar else []
        return rx.el.tr(rx.el.th(one.first, scope="row"), rx.foreach(one.cells, cell), *share, key=one.first)

    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th(shown.first, scope="col"),
                rx.foreach(
                    shown.heads,
                    lambda head: rx.el.th(
                        head.name, scope="col", class_name=rx.cond(head.figure, "mg-figure", "")
                    ),
                ),
                *([rx.el.th(theme.for_screen_readers("割合の図"), scope="col")] if bar else []),
            )
        ),
        rx.el.tbody(rx.foreach(shown.lines, line)),
        class_name="mg-table mg-tabular",
        custom_attrs={**theme.testid(name), "aria-label": shown.title},
    )


def _bar(share: Any) -> rx.Component:
    # The number stands beside it: the bar says nothing more.
    return rx.el.span(
        rx.el.span(class_name="stats-fill", style={"width": rx.Var.create(f"{share}%")}),
        class_name="stats-bar-of-hundred",
        aria_hidden="true",
    )


def heat_map(shown: Any, hours: Any, lines: Any) -> rx.Component:
    """Weekdays and hours: the figure stands in each cell, its colour only helps to find it."""

    def cell(one: Any) -> rx.Component:
        return rx.el.td(
            rx.el.span(one.text, aria_hidden="true"),
            theme.for_screen_readers(one.label),
            custom_attrs={"data-tone": one.tone},
        )

    return rx.el.section(
        rx.el.div(
            rx.el.h2(shown.title),
            _file(shown),
            class_name="stats-head",
        ),
        rx.el.p("数字は1日あたりの来庁者（人）です。", shown.meaning, class_name="mg-help"),
        rx.cond(
            shown.any,
            rx.el.div(
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th("曜日", scope="col"),
                            rx.foreach(hours, lambda hour: rx.el.th(hour, scope="col")),
                            rx.el.th("計（人）", scope="col"),
                        )
                    ),
                    rx.el.tbody(
                        rx.foreach(
                            lines,
                            lambda one: rx.el.tr(
                                rx.el.th(one.day, scope="row"),
                                rx.foreach(one.cells, cell),
                                rx.el.td(one.total, class_name="stats-heat__total"),
                                key=one.day,
                            ),
                        )
                    ),
                    class_name="stats-heat mg-tabular",
                    custom_attrs={**theme.testid("heat"), "aria-label": shown.title},
                ),
                class_name="stats-scroll",
                role="region",
                aria_label=shown.title,
                tab_index=0,
            ),
            rx.el.p("この条件のデータはありません。", class_name="stats-none"),
        ),
        class_name="mg-card stats-section",
    )
