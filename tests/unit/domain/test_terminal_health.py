"""What a terminal's last words mean: trouble, a hint, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madoguchi.domain.terminal_health import Finding, Health, Level, Reason, Told, health_of

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def told(**facts: Any) -> Told:
    fine: dict[str, Any] = {
        "seen_at": NOW - timedelta(seconds=15),
        "printer": "ok",
        "unsent": 0,
        "version": "0.1.0",
        "clock_ahead": 0,
    }
    return Told(**{**fine, **facts})


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def test_a_terminal_that_says_so_is_fine() -> None:
    assert health_of(told(), NOW) == Health()
    assert health_of(told(), NOW).level is Level.OK


@pytest.mark.parametrize(
    ("facts", "finding", "level"),
    [
        ({"printer": "paper_near_end"}, Finding(Reason.PAPER_NEAR_END), Level.ATTENTION),
        ({"printer": "paper_out"}, Finding(Reason.PAPER_OUT), Level.TROUBLE),
        ({"printer": "cover_open"}, Finding(Reason.COVER_OPEN), Level.TROUBLE),
        ({"printer": "offline"}, Finding(Reason.OFFLINE), Level.TROUBLE),
        ({"printer": "unknown"}, Finding(Reason.PRINTER_UNKNOWN), Level.ATTENTION),
        ({"printer": "on fire"}, Finding(Reason.PRINTER_UNKNOWN), Level.ATTENTION),
        ({"printer": ""}, Finding(Reason.PRINTER_UNKNOWN), Level.ATTENTION),
        ({"unsent": 3}, Finding(Reason.UNSENT, 3), Level.ATTENTION),
        ({"clock_ahead": 61}, Finding(Reason.CLOCK_OFF, 1), Level.ATTENTION),
        ({"clock_ahead": -150}, Finding(Reason.CLOCK_OFF, -2), Level.ATTENTION),
        ({"version": "0.0.9"}, Finding(Reason.OLD_VERSION), Level.ATTENTION),
        ({"version": "trunk"}, Finding(Reason.OLD_VERSION), Level.ATTENTION),
        ({"version": ""}, Finding(Reason.UNTOLD), Level.ATTENTION),
        ({"seen_at": ago(minutes=3)}, Finding(Reason.SILENT, 3), Level.TROUBLE),
        ({"seen_at": ago(minutes=90, seconds=59)}, Finding(Reason.SILENT, 90), Level.TROUBLE),
        ({"seen_at": None}, Finding(Reason.SILENT), Level.TROUBLE),
    ],
)
def test_what_is_the_matter(facts: dict[str, Any], finding: Finding, level: Level) -> None:
    found = health_of(told(**facts), NOW)
    assert (found.findings, found.level) == ((finding,), level)


@pytest.mark.parametrize(
    "facts",
    [
        {"clock_ahead": 60},
        {"clock_ahead": -60},
        {"seen_at": ago(minutes=2, seconds=59)},
        {"seen_at": NOW + timedelta(hours=1)},
        {"version": "1.0"},
        {"version": "0.12.3"},
    ],
)
def test_what_is_nothing_yet(facts: dict[str, Any]) -> None:
    assert health_of(told(**facts), NOW) == Health()


def test_several_things_stand_with_the_worst_first() -> None:
    found = health_of(told(unsent=2, printer="paper_out", clock_ahead=600), NOW)
    assert [one.reason for one in found.findings] == [Reason.PAPER_OUT, Reason.UNSENT, Reason.CLOCK_OFF]
    assert found.level is Level.TROUBLE


def test_of_a_silent_one_nothing_else_is_claimed() -> None:
    found = health_of(told(seen_at=ago(minutes=5), printer="paper_out", unsent=2), NOW)
    assert found.findings == (Finding(Reason.SILENT, 5),)


def test_a_server_that_was_down_itself_calls_nobody_silent() -> None:
    long_ago = told(seen_at=ago(minutes=30))
    assert health_of(long_ago, NOW, ago(minutes=2)) == Health()
    assert health_of(long_ago, NOW, ago(minutes=3)).findings == (Finding(Reason.SILENT, 30),)


def test_a_never_heard_one_is_waited_for_as_long_as_the_server_listens() -> None:
    assert health_of(told(seen_at=None), NOW, ago(minutes=1)) == Health()


def test_clerks_are_told_only_what_they_can_do_something_about() -> None:
    silent_printer = health_of(told(printer="unknown", version="0.0.1"), NOW)
    assert silent_printer.level is Level.ATTENTION, "unknown is never fine"
    assert silent_printer.for_clerks == ()
    empty = health_of(told(printer="paper_out", version="0.0.1"), NOW)
    assert empty.for_clerks == (Finding(Reason.PAPER_OUT),)
