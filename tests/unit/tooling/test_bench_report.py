"""What a run of `make bench` prints: each target beside its figure, and what makes the run fail."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as command
from bench.goals import sections
from bench.report import markdown, table, targets, wrong

_ROUND = {"per_second": 1_000.0, "p50_ms": 10.0, "p99_ms": 50.0, "errors": 0}
_HOOK = {**_ROUND, "clients": 32, "events": 1_000, "answered_in_line": 1_000, "answered_seconds": 2.0}
_NUMBERS = {"tickets": {**_ROUND, "server_cpu": 0.9, "generator_cpu": 0.2}, "noop": _ROUND}
FIGURES: dict[str, Any] = {
    "method": {"cores": 2, "python": "3.11.7", "lobby": 260},
    "raw_inserts_per_second": 6_000,
    "issuing": [{"clients": clients, **_NUMBERS} for clients in (1, 8, 32, 128)],
    "push": {
        "viewers": 1_000,
        "clicks": 100,
        "click_p50_ms": 30.0,
        "click_p99_ms": 40.0,
        "bare_p50_ms": 20.0,
        "bare_p99_ms": 25.0,
        "ratio": 1.6,
        "bytes": 700,
    },
    "own_screen": {
        "clicks": 100,
        "quiet_p50_ms": 50.0,
        "quiet_p95_ms": 70.0,
        "crowded_p50_ms": 80.0,
        "crowded_p95_ms": 120.0,
    },
    "crowded": {"viewers": 3_000, "kilobytes_a_viewer": 25.0, "boards_lost": 0, "webhook": _HOOK},
    "webhook": _HOOK,
    "paper": {"taps": 40, "p50_ms": 200, "p95_ms": 300, "slowest_ms": 310},
    "booking": [
        {"database": name, "clients": 500, "raw_per_second": 2_000, **_ROUND}
        for name in ("SQLite", "PostgreSQL")
    ],
    "years": [
        {
            "database": name,
            "tickets": 1_000_000,
            "month_ms": 100,
            "year_ms": 600,
            "month_scan_ms": 700,
            "year_scan_ms": 9_000,
            "kept_seconds": 40.0,
            "days_that_differ": 0,
        }
        for name in ("SQLite", "PostgreSQL")
    ],
    "start_seconds": 2.5,
    "memory_mb_idle": 170.0,
    "memory_mb_viewers": 200.0,
    "memory_mb_end": 250.0,
}

ERRORS = (
    ("issuing", 3, "tickets", "errors"),
    ("webhook", "errors"),
    ("webhook", "answered_in_line"),
    ("crowded", "boards_lost"),
    ("crowded", "webhook", "errors"),
    ("crowded", "webhook", "answered_in_line"),
    ("booking", 0, "errors"),
    ("booking", 1, "errors"),
    ("years", 0, "days_that_differ"),
)
SLOWNESS = (
    ("issuing", 2, "tickets", "p99_ms"),
    ("issuing", 3, "tickets", "p99_ms"),
    ("push", "ratio"),
    ("own_screen", "quiet_p95_ms"),
    ("own_screen", "crowded_p95_ms"),
    ("webhook", "p99_ms"),
    ("crowded", "webhook", "p99_ms"),
    ("paper", "p95_ms"),
    ("booking", 0, "p99_ms"),
    ("booking", 1, "p99_ms"),
    ("years", 0, "month_ms"),
    ("years", 1, "year_ms"),
)


def run_with(figure: tuple[str | int, ...], value: float) -> dict[str, Any]:
    """A good run but for one figure."""
    figures: dict[str, Any] = json.loads(json.dumps(FIGURES))  # each part its own
    at: Any = figures
    for step in figure[:-1]:
        at = at[step]
    at[figure[-1]] = value
    return figures


def ended_with(monkeypatch: pytest.MonkeyPatch, figures: dict[str, Any], *arguments: str) -> int:
    """The exit code of the command when that is what it measured."""
    monkeypatch.setattr(command, "run", lambda _folder: figures)
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    return command.main()


def test_a_good_run_keeps_every_target() -> None:
    assert all(targets(FIGURES).values())
    assert wrong(FIGURES) == []


@pytest.mark.parametrize("figure", ERRORS, ids=lambda figure: ".".join(map(str, figure)))
def test_what_was_done_wrong_fails_the_run_and_is_named(
    figure: tuple[str | int, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = run_with(figure, 7)
    assert len(wrong(figures)) == 1
    assert ended_with(monkeypatch, figures) == 1
    told = capsys.readouterr()
    assert told.err.startswith("wrong: ")
    assert told.out.count("WRONG") == 1


@pytest.mark.parametrize("figure", SLOWNESS, ids=lambda figure: ".".join(map(str, figure)))
@pytest.mark.parametrize("value", [1e6, float("nan")], ids=["slow", "unknown"])
def test_a_slow_run_is_told_and_fails_nobody(
    figure: tuple[str | int, ...],
    value: float,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = run_with(figure, value)
    assert list(targets(figures).values()).count(False) == 1
    assert ended_with(monkeypatch, figures) == 0
    assert capsys.readouterr().out.count("MISSED") == 1


def test_errors_among_few_clients_count_too() -> None:
    assert wrong(run_with(("issuing", 0, "tickets", "errors"), 2)) == [
        "Numbers over HTTP, each client at a terminal of its own: errors of all clients: 2"
    ]


def test_a_city_that_expects_a_rush_is_promised_a_rate_on_postgresql_only() -> None:
    assert all(targets(run_with(("booking", 0, "per_second"), 10)).values())
    assert not all(targets(run_with(("booking", 1, "per_second"), 10)).values())


def test_each_target_stands_beside_its_figure() -> None:
    lines = list(table(run_with(("own_screen", "crowded_p95_ms"), 170.4)))
    (row,) = [line for line in lines if "3,000 boards open, p95" in line]
    assert row.split()[-7:] == ["170", "ms", "at", "most", "150", "ms", "MISSED"]
    (row,) = [line for line in lines if "beside the bare broadcast" in line]
    assert row.split()[-7:] == ["1.60", "times", "at", "most", "2.00", "times", "met"]


def test_the_table_for_the_documentation_has_every_figure_and_its_target() -> None:
    lines = list(markdown(run_with(("push", "ratio"), 2.345)))
    rows = [line for line in lines if line.startswith("|")]
    assert all(line.count("|") == 4 for line in rows)
    assert "| p99 beside the bare broadcast | 2.35 times | at most 2.00 times (missed) |" in rows
    assert "| 3,000 boards open, p95 | 120 ms | at most 150 ms |" in rows
    assert "| memory for a board | 25 kB |  |" in rows
    titles = [section.title for section in sections(FIGURES)]
    assert [line.split("**")[1] for line in rows if "**" in line] == titles
    assert "2 cores" in lines[0]


def test_the_figures_can_be_kept_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "figures.json"
    assert ended_with(monkeypatch, FIGURES, "--markdown", "--json", str(kept)) == 0
    assert capsys.readouterr().out.splitlines()[2] == "| What | Result | Target |"
    written = json.loads(kept.read_text())
    assert written["targets"] == targets(FIGURES)
    assert written["crowded"] == FIGURES["crowded"]
