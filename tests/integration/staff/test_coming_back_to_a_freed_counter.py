"""Whoever comes back to a counter that was freed meanwhile is told so, until they sit down again."""

from __future__ import annotations

from office_kit import City, clock_of

from madoguchi.services import abandoned, counters
from madoguchi.services.office import Office


def _gone_home_without_a_word(office: Office) -> None:
    """Nobody's browser is seen for longer than a counter waits."""
    for _ in range(8):
        clock_of(office).advance(minutes=1)
        abandoned.seen(office, [])
    assert abandoned.release(office) == 1


def test_who_comes_back_reads_which_counter_was_freed_until_seated_again(
    open_office: Office, mori: City
) -> None:
    first = mori.counter_ids[0]
    assert abandoned.lost(open_office, mori.clerk) is None
    abandoned.seen(open_office, [])
    counters.take_counter(open_office, mori.clerk, first)
    assert abandoned.lost(open_office, mori.clerk) is None
    _gone_home_without_a_word(open_office)
    assert abandoned.lost(open_office, mori.clerk) == "1"
    assert abandoned.lost(open_office, mori.second_clerk) is None
    counters.take_counter(open_office, mori.clerk, first)
    assert abandoned.lost(open_office, mori.clerk) is None


def test_the_next_day_begins_without_it(open_office: Office, mori: City) -> None:
    abandoned.seen(open_office, [])
    counters.take_counter(open_office, mori.clerk, mori.counter_ids[0])
    _gone_home_without_a_word(open_office)
    clock_of(open_office).advance(hours=20)
    assert abandoned.lost(open_office, mori.clerk) is None
