"""Garbage is collected between what people wait for, and at night everything is looked at once."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.cli.garbage import MOST_SECONDS, Garbage

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
NEXT_MORNING = NOON + timedelta(hours=16)


class Held:
    """Something that only a full collection can tell to be garbage."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def garbage() -> Iterator[Garbage]:
    thresholds = gc.get_threshold()
    yield Garbage(NOON)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.fixture
def due(garbage: Garbage, monkeypatch: pytest.MonkeyPatch) -> Garbage:
    """As after many small collections."""
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 11))
    return garbage


def test_the_interpreter_begins_no_full_collection_by_itself(garbage: Garbage) -> None:
    assert garbage is not None
    assert gc.get_threshold()[2] >= 1_000_000


def test_nothing_is_collected_before_it_is_due(garbage: Garbage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 10))
    assert not garbage.look(NOON, 0.0, busy=False)


def test_what_is_due_waits_for_a_quiet_moment_but_not_for_ever(due: Garbage) -> None:
    assert not due.look(NOON, 100.0, busy=True)
    assert not due.look(NOON, 100.0 + MOST_SECONDS - 1, busy=True)
    assert due.look(NOON, 100.0 + MOST_SECONDS, busy=True)


def test_after_a_collection_the_waiting_begins_anew(due: Garbage) -> None:
    due.look(NOON, 100.0, busy=True)
    assert due.look(NOON, 101.0, busy=False)
    assert not due.look(NOON, 100.0 + MOST_SECONDS, busy=True)


def test_garbage_of_today_goes_at_the_next_look(due: Garbage) -> None:
    left = weakref.ref(Held())
    assert due.look(NOON, 0.0, busy=False)
    assert left() is None


def test_what_was_held_by_day_and_let_go_of_is_collected_the_next_night(due: Garbage) -> None:
    held = Held()
    due.look(NOON, 0.0, busy=False)
    seen = weakref.ref(held)
    del held

    due.look(NOON + timedelta(hours=14), 1.0, busy=False)
    assert seen() is not None
    due.look(NEXT_MORNING, 2.0, busy=False)
    assert seen() is None
