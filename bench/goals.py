"""The figures of a run in the order in which they are told, each beside what the project promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import paper

Figures = dict[str, Any]


@dataclass(frozen=True)
class AtMost:
    """A time or a ratio that a busy machine may miss."""

    bound: float
    words: str = "at most"

    def met(self, figure: float) -> bool:
        """Whether `figure` keeps it; one that could not be taken (NaN) does not."""
        return figure <= self.bound


@dataclass(frozen=True)
class AtLeast:
    """A rate that a busy machine may miss."""

    bound: float
    words: str = "at least"

    def met(self, figure: float) -> bool:
        """Whether `figure` keeps it."""
        return figure >= self.bound


@dataclass(frozen=True)
class Exactly:
    """A count that must be right on any machine: errors, and what was promised to everybody."""

    bound: float
    words: str = "exactly"

    def met(self, figure: float) -> bool:
        """Whether `figure` is it."""
        return figure == self.bound


Target = AtMost | AtLeast | Exactly


@dataclass(frozen=True)
class Row:
    """One figure. `unit` is ``ms``, ``s``, ``/s``, ``MB``, ``kB``, ``times``, or empty for a count."""

    what: str
    figure: float
    unit: str = ""
    target: Target | None = None

    @property
    def met(self) -> bool:
        """Whether it keeps its target, if it has one."""
        return self.target is None or self.target.met(self.figure)

    @property
    def wrong(self) -> bool:
        """Whether the system did something wrong: not only too slowly."""
        return isinstance(self.target, Exactly) and not self.met


@dataclass(frozen=True)
class Section:
    """Figures of one kind of load; `title` says how they were taken."""

    title: str
    rows: tuple[Row, ...]


def sections(figures: Figures) -> list[Section]:
    """All that is told of a run."""
    return [
        Section("Numbers over HTTP, each client at a terminal of its own", tuple(_numbers(figures))),
        *_clicks(figures["push"], figures["own_screen"], figures["crowded"]),
        _webhook("LINE's webhook", figures["webhook"], 200),
        _webhook(
            f"LINE's webhook with {figures['crowded']['viewers']:,} boards open",
            figures["crowded"]["webhook"],
            500,
        ),
        _paper(figures["paper"]),
        *map(_booking, figures["booking"]),
        *map(_years, figures["years"]),
        _server(figures),
    ]


def _numbers(figures: Figures) -> Iterator[Row]:
    by_clients = {row["clients"]: row["tickets"] for row in figures["issuing"]}
    few, many = by_clients[32], by_clients[128]
    yield Row("32 clients", few["per_second"], "/s", AtLeast(600))
    yield Row("32 clients, p99", few["p99_ms"], "ms", AtMost(200))
    yield Row("128 clients", many["per_second"], "/s")
    yield Row("128 clients, p99", many["p99_ms"], "ms", AtMost(500))
    yield Row("errors of all clients", sum(row["errors"] for row in by_clients.values()), "", Exactly(0))
    yield Row("raw sqlite3, one insert a transaction", figures["raw_inserts_per_second"], "/s")


def _clicks(push: Figures, own: Figures, crowd: Figures) -> Iterator[Section]:
    yield Section(
        f"A click on 次を呼ぶ to {push['viewers']:,} boards, {push['clicks']} clicks",
        (
            Row("p50", push["click_p50_ms"], "ms"),
            Row("p99", push["click_p99_ms"], "ms"),
            Row(f"a bare broadcast of the same {push['bytes']:,} bytes, p99", push["bare_p99_ms"], "ms"),
            Row("p99 beside the bare broadcast", push["ratio"], "times", AtMost(2)),
        ),
    )
    yield Section(
        f"A click on 次を呼ぶ to the clerk's own screen, {own['clicks']} clicks",
        (
            Row("p50", own["quiet_p50_ms"], "ms"),
            Row("p95", own["quiet_p95_ms"], "ms", AtMost(100)),
            Row(f"{crowd['viewers']:,} boards open, p50", own["crowded_p50_ms"], "ms"),
            Row(f"{crowd['viewers']:,} boards open, p95", own["crowded_p95_ms"], "ms", AtMost(150)),
            Row("boards that lost their stream", crowd["boards_lost"], "", Exactly(0)),
            Row("memory for a board", crowd["kilobytes_a_viewer"], "kB"),
        ),
    )


def _webhook(title: str, hook: Figures, most_ms: float) -> Section:
    return Section(
        f"{title}, {hook['events']:,} signed events over {hook['clients']} connections",
        (
            Row("p50", hook["p50_ms"], "ms"),
            Row("p99", hook["p99_ms"], "ms", AtMost(most_ms)),
            Row("errors", hook["errors"], "", Exactly(0)),
            Row("answered in LINE", hook["answered_in_line"], "", Exactly(hook["events"])),
            Row("all answered after", hook["answered_seconds"], "s"),
        ),
    )


def _paper(figures: Figures) -> Section:
    return Section(
        f"A tap at the terminal to the printer's last byte, {figures['taps']} taps",
        (
            Row("p50", figures["p50_ms"], "ms"),
            Row("p95", figures["p95_ms"], "ms", AtMost(paper.TARGET_MS)),
            Row("slowest", figures["slowest_ms"], "ms"),
        ),
    )


def _booking(row: Figures) -> Section:
    # A city that expects a rush runs PostgreSQL; SQLite's rate is told, not promised.
    promised = AtLeast(200) if row["database"] == "PostgreSQL" else None
    return Section(
        f"Booking on {row['database']}, {row['clients']} citizens at once on `/book`",
        (
            Row("bookings", row["per_second"], "/s", promised),
            Row("from the tap to the confirmation, p50", row["p50_ms"], "ms"),
            Row("from the tap to the confirmation, p99", row["p99_ms"], "ms", AtMost(3_000)),
            Row("errors", row["errors"], "", Exactly(0)),
            Row("the same writes alone", row["raw_per_second"], "/s"),
        ),
    )


def _years(row: Figures) -> Section:
    return Section(
        f"Statistics of {row['tickets']:,} numbers in three years on {row['database']}",
        (
            Row("a month's page", row["month_ms"], "ms", AtMost(300)),
            Row("a year's page", row["year_ms"], "ms", AtMost(1_000)),
            Row("a month from the numbers themselves", row["month_scan_ms"], "ms"),
            Row("a year from the numbers themselves", row["year_scan_ms"], "ms"),
            Row("keeping all days, once", row["kept_seconds"], "s"),
            Row("kept days that their numbers give otherwise", row["days_that_differ"], "", Exactly(0)),
        ),
    )


def _server(figures: Figures) -> Section:
    return Section(
        "The server",
        (
            Row("start to first answer", figures["start_seconds"], "s"),
            Row("memory, idle", figures["memory_mb_idle"], "MB"),
            Row(f"memory after {figures['push']['viewers']:,} boards", figures["memory_mb_viewers"], "MB"),
            Row("memory at the end", figures["memory_mb_end"], "MB"),
        ),
    )
