"""予約枠: the variables that the page shows of the plan and its draft."""

from __future__ import annotations

import reflex as rx

from .slots_view import GridRow, MonthWeek, Option


class SlotsShown(rx.State, mixin=True):
    """One tab's view of one pool's plan."""

    pools: list[Option] = []
    pool_id: int = 0
    pool_name: str = ""
    pool_services: str = ""
    may_change: bool = False
    tab: str = "week"
    said: str = ""
    refusal: str = ""

    days: list[str] = list("月火水木金土日")
    rows: list[GridRow] = []
    totals: list[str] = []
    whole_day: bool = False
    erasing: bool = False
    brush_every: int = 30
    brush_capacity: int = 2
    brush_serial: int = 0
    """Grows when the brush's fields are to show it anew; otherwise they hold what is being typed."""
    brush_wrong: bool = False
    """Whether a field was left with something that no brush can have."""
    first: str = ""
    """From when the painted week is in force, as a date field has it."""
    today: str = ""
    patterns: list[Option] = []
    """The plans by their first day, in words."""

    month_name: str = ""
    month: list[MonthWeek] = []
    day_from: str = ""
    day_to: str = ""
    day_serial: int = 0
    """Grows when the two fields are to show them anew; otherwise they hold what is being typed."""
    kind: str = "closed"
    holidays: bool = True
    year_end: bool = True

    changes: list[Option] = []
    """What the draft changes, each by a name and in words."""
    serial: int = 0
    """Grows with every edit; a preview belongs to one of them."""
    may_step_back: bool = False
