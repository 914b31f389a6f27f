"""The week as a table to paint in, with the mouse or the keyboard."""

import reflex as rx
from reflex.event import passthrough_event_spec

from madoguchi.state.slots_view import GridRow


class PaintGrid(rx.Component):
    """A table of half hours and weekdays.

    ``on_paint`` is called once for each stretch: weekday and row where it began, weekday and row where
    it ended, and whether Delete was pressed. Keys: arrows, Shift with arrows, Enter or Space, Delete.
    """

    library = rx.asset("paint_grid.jsx", shared=True).importable_path
    tag = "PaintGrid"

    rows: rx.Var[list[GridRow]]
    days: rx.Var[list[str]]
    totals: rx.Var[list[str]]
    disabled: rx.Var[bool]
    erasing: rx.Var[bool]
    on_paint: rx.EventHandler[passthrough_event_spec(int, int, int, int, bool)]  # type: ignore[type-arg, valid-type]
