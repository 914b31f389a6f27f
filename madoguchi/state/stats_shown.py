"""What `/staff/stats` shows: filters, figures in large, charts and the tables under them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .answers import Answered
from .slots_view import Option


@dataclass
class Head:
    """A column's heading; `figure` columns stand to the right."""

    name: str = ""
    figure: bool = False


@dataclass
class Line:
    """A table's row: what it is about, and the other cells. `share` is a bar's length of a hundred."""

    first: str = ""
    cells: list[str] = field(default_factory=list)
    share: float = 0


@dataclass
class Shown:
    """A table; `any` says whether it has rows."""

    title: str = ""
    meaning: str = ""
    first: str = ""
    heads: list[Head] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    any: bool = False
    csv: str = ""
    """Where the table is to be had as a file."""


@dataclass
class Large:
    """A figure in large, with its unit, what else belongs to it, and how it was in the other period."""

    name: str = ""
    value: str = ""
    unit: str = ""
    more: str = ""
    before: str = ""
    meaning: str = ""


@dataclass
class HeatCell:
    """Visitors in an hour of a weekday; `tone` 0 to 5."""

    text: str = ""
    tone: str = "0"
    label: str = ""


@dataclass
class HeatLine:
    """A weekday."""

    day: str = ""
    cells: list[HeatCell] = field(default_factory=list)
    total: str = ""


class StatsShown(Answered, mixin=True):
    """The variables of the page."""

    # What is asked.
    desks: list[Option] = []
    services: list[Option] = []
    counters: list[Option] = []
    desk: str = ""
    service: str = ""
    counter: str = ""
    channel: str = ""
    preset: str = "four_weeks"
    first: str = ""
    last: str = ""
    band: str = "60"
    comparison: str = "none"

    # What is answered.
    loaded: bool = False
    busy: bool = False
    empty: bool = False
    asked: str = ""
    asked_at: str = ""
    xlsx: str = ""
    csv: str = ""
    cp932: str = ""
    replaced: str = ""
    """Signs of this answer that Shift_JIS lacks."""
    large: list[Large] = []
    verdict: str = ""
    summary: Shown = Shown()
    course: Shown = Shown()
    by_band: Shown = Shown()
    waits: Shown = Shown()
    by_service: Shown = Shown()
    by_booking: Shown = Shown()
    by_channel: Shown = Shown()
    by_counter: Shown = Shown()
    bookings: Shown = Shown()
    places: Shown = Shown()
    told: Shown = Shown()
    heat: Shown = Shown()
    heat_hours: list[str] = []
    heat_lines: list[HeatLine] = []
    course_chart: list[dict[str, str | float]] = []
    band_chart: list[dict[str, str | float]] = []
    waits_chart: list[dict[str, str | float]] = []
    service_chart: list[dict[str, str | float]] = []
    places_chart: list[dict[str, str | float]] = []
    words: list[list[str]] = []
