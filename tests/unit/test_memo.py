"""Figures that many ask for at once are worked out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.services import memo
from madoguchi.services.memo import Memo

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
HOLD = timedelta(seconds=2)


class _Slow:
    """A figure that somebody is working out until `end`."""

    def __init__(self, found: Memo, value: int, now: datetime) -> None:
        self.begun, self._may_end = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._value = value
        self.answer = self._pool.submit(found.recall, "key", now, HOLD, self._work)
        assert self.begun.wait(10)

    def _work(self) -> int:
        self.begun.set()
        assert self._may_end.wait(10)
        return self._value

    def end(self) -> int:
        self._may_end.set()
        with self._pool:
            return int(self.answer.result(10))


def never() -> int:
    raise AssertionError("worked out twice")


def test_who_asks_while_it_is_worked_out_anew_gets_the_old_figure_at_once() -> None:
    found = Memo()
    found.recall("key", NOW, HOLD, lambda: 1)
    slow = _Slow(found, 2, NOW + HOLD)
    assert found.recall("key", NOW + HOLD, HOLD, never) == 1
    assert slow.end() == 2
    assert found.recall("key", NOW + HOLD, HOLD, never) == 2


def test_without_a_figure_the_others_wait_for_the_one_who_works_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memo, "PATIENCE", 10.0)
    found = Memo()
    slow = _Slow(found, 7, NOW)
    with ThreadPoolExecutor(8) as pool:
        others = [pool.submit(found.recall, "key", NOW, HOLD, never) for _ in range(8)]
        assert slow.end() == 7
        assert [one.result(10) for one in others] == [7] * 8


def test_an_old_figure_is_not_handed_out_when_it_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "PATIENCE", 0.0)
    found = Memo()
    found.recall("key", NOW, HOLD, lambda: 1)
    later = NOW + 2 * HOLD
    slow = _Slow(found, 2, later)
    # Nobody waits for ever either: out of patience, one works it out alone.
    assert found.recall("key", later, HOLD, lambda: 3) == 3
    assert slow.end() == 2


def test_when_working_it_out_fails_the_next_one_tries_again() -> None:
    found = Memo()
    with pytest.raises(ZeroDivisionError):
        found.recall("key", NOW, HOLD, lambda: 1 // 0)
    assert found.recall("key", NOW, HOLD, lambda: 5) == 5


def test_other_figures_do_not_wait() -> None:
    found = Memo()
    slow = _Slow(found, 1, NOW)
    assert found.recall("other", NOW, HOLD, lambda: 4) == 4
    assert slow.end() == 1
