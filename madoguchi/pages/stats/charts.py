"""The charts. Every one says what the table under it says; screen readers are sent to the table."""

from typing import Any, Final

import reflex as rx

KEY: Final = "#0017c1"
SOFT: Final = "#c5d7fb"
QUIET: Final = "#666666"
HEIGHT: Final = 260
WIDEST: Final = 64
"""Of a bar: a single day must not become a wall."""


def bars(data: Any, *series: str, stacked: bool = False, unit: str = "") -> rx.Component:
    """Upright bars, the first series in the key colour, the second light with its edge."""
    colours = (KEY, SOFT)
    return _chart(
        *(
            rx.recharts.bar(
                data_key=name,
                fill=colours[place],
                stroke=KEY,
                stroke_width=1,
                max_bar_size=WIDEST,
                is_animation_active=False,
                **({"stack_id": "one"} if stacked else {}),
            )
            for place, name in enumerate(series)
        ),
        data=data,
        unit=unit,
        legend=len(series) > 1,
    )


def _chart(*series: rx.Component, data: Any, unit: str, legend: bool) -> rx.Component:
    chart = rx.recharts.bar_chart(
        rx.recharts.cartesian_grid(vertical=False, stroke="#d8d8db"),
        rx.recharts.x_axis(data_key="name", stroke=QUIET, tick_line=False, interval="preserveStartEnd"),
        rx.recharts.y_axis(stroke=QUIET, tick_line=False, allow_decimals=False, width=44),
        rx.recharts.graphing_tooltip(is_animation_active=False),
        *([rx.recharts.legend(vertical_align="top", height=32)] if legend else []),
        *series,
        data=data,
        width="100%",
        height=HEIGHT,
        margin={"top": 8, "right": 8, "bottom": 4, "left": 0},
        custom_attrs={"accessibilityLayer": False},
    )
    return rx.el.div(
        rx.el.p(unit, class_name="mg-help"),
        chart,
        class_name="stats-chart",
        aria_hidden="true",
    )
