"""A run as a table to read, or to paste into the documentation: each target beside its figure."""

from __future__ import annotations

from collections.abc import Iterator

from .goals import Figures, Row, Section, sections

_DECIMALS = {"times": 2, "s": 1}
_WHAT, _FIGURE = 58, 14


def table(figures: Figures) -> Iterator[str]:
    """The lines to print."""
    yield method(figures)
    yield ""
    yield "clients  tickets/s    p50 ms    p99 ms  errors   no-op/s  of no-op  of sqlite3  CPU server/load"
    for row in figures["issuing"]:
        yield _issuing(row, figures["raw_inserts_per_second"])
    for section in sections(figures):
        yield ""
        yield section.title
        yield from map(_line, section.rows)


def markdown(figures: Figures) -> Iterator[str]:
    """The same as a table in Markdown, ready for `docs/architecture.md`."""
    yield f"{method(figures)}:"
    yield ""
    yield "| What | Result | Target |"
    yield "|---|---|---|"
    for section in sections(figures):
        yield f"| **{section.title}** | | |"
        for row in section.rows:
            yield f"| {row.what} | {shown(row)} | {_target(row)}{'' if row.met else ' (missed)'} |"


def method(figures: Figures) -> str:
    """In one sentence, on what the figures were taken."""
    how = figures["method"]
    return (
        f"Measured by `make bench` on {how['cores']} cores with Python {how['python']}, SQLite unless said"
        f" otherwise, server and load on the same machine; {how['lobby']} people wait when a clerk calls"
    )


def targets(figures: Figures) -> dict[str, bool]:
    """What the project promises, and whether this run kept it."""
    return {name: row.met for name, row in _named(sections(figures)) if row.target is not None}


def wrong(figures: Figures) -> list[str]:
    """What the system did wrong, not only slowly."""
    return [f"{name}: {shown(row)}" for name, row in _named(sections(figures)) if row.wrong]


def shown(row: Row) -> str:
    """A figure with its unit: ``1,080 /s``."""
    return _number(row.figure, row.unit)


def _named(told: list[Section]) -> Iterator[tuple[str, Row]]:
    for section in told:
        for row in section.rows:
            yield f"{section.title}: {row.what}", row


def _line(row: Row) -> str:
    verdict = "" if row.target is None else "met" if row.met else "WRONG" if row.wrong else "MISSED"
    return f"  {row.what:{_WHAT}}{shown(row):>{_FIGURE}}   {_target(row):20}{verdict}".rstrip()


def _target(row: Row) -> str:
    return "" if row.target is None else f"{row.target.words} {_number(row.target.bound, row.unit)}"


def _number(figure: float, unit: str) -> str:
    return f"{figure:,.{_DECIMALS.get(unit, 0)}f} {unit}".rstrip()


def _issuing(row: Figures, raw: float) -> str:
    tickets, noop = row["tickets"], row["noop"]
    rate = tickets["per_second"]
    return (
        f"{row['clients']:7}{rate:11.0f}{tickets['p50_ms']:10.1f}{tickets['p99_ms']:10.1f}"
        f"{tickets['errors']:8}{noop['per_second']:10.0f}{rate / noop['per_second']:10.1%}{rate / raw:12.1%}"
        f"{tickets['server_cpu']:10.0%} /{tickets['generator_cpu']:4.0%}"
    )
