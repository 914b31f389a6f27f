"""Numbers that a terminal holds in advance, for the hours without network.

They come from the top tenth of a service's range, of which the main sequence gives none: so it runs on
without a gap, and wraps, whatever the terminals do meanwhile.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Final

from .numbers import NumberRange

_PART: Final = 10
_AT_MOST: Final = 3
"""A busy service's lease is so many times the least one, not more: what is not used is lost that day."""


def main_numbers(numbers: NumberRange) -> NumberRange:
    """The numbers that are given one after the other."""
    return NumberRange(numbers.first, numbers.last - numbers.size // _PART)


def leasable(numbers: NumberRange) -> range:
    """The numbers that terminals hold; none where the whole range has fewer than ten."""
    return range(main_numbers(numbers).last + 1, numbers.last + 1)


def wanted(given_lately: int, terminals: int, least: int) -> int:
    """How many numbers of a service a terminal should hold: half an hour's worth of its own share.

    `given_lately`: paper numbers of the service in the last hour; `terminals`: how many give them.
    """
    half_an_hour = -(-given_lately // (2 * max(1, terminals)))
    return max(least, min(half_an_hour, least * _AT_MOST))


def free_numbers(numbers: NumberRange, taken: Container[int], many: int) -> list[int]:
    """The lowest `many` numbers that can still be held, fewer when there are no more."""
    return [number for number in leasable(numbers) if number not in taken][: max(0, many)]


def true_moment(
    said: datetime, *, terminal_clock: datetime, now: datetime, given_at: datetime, after: datetime | None
) -> datetime:
    """When a terminal issued a number, from what its own clock said.

    `terminal_clock` is what that clock says `now`. Never in the future, never before the number was handed
    to the terminal, and never before the one that the terminal issued last (`after`).
    """
    try:
        corrected = said + (now - terminal_clock)
    except OverflowError:
        # Beyond all calendars: its word is worth nothing.
        corrected = now
    return min(max(corrected, given_at, after or given_at), now)
