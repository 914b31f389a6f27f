"""What one day at one desk left behind, as figures are made of it: nothing in it names anybody."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from ..booking import ReservationState
from ..promises import Promise


class Booked(NamedTuple):
    """So many bookings of a service that ended in `state`."""

    service_id: int
    state: str
    """A `ReservationState`."""
    bookings: int


class Places(NamedTuple):
    """The places of a pool at a quarter of an hour of the day."""

    pool_id: int
    quarter: int
    capacity: int
    taken: int


class Told(NamedTuple):
    """Waiting times that were told for a service in an hour, and how they did. Misses in whole seconds."""

    service_id: int
    hour: int
    promises: int
    kept: int
    missed_by: int
    """The middle of the range against the wait, added up."""
    plain_missed_by: int
    """The same of the formula of fixed minutes."""
    waited: int
    """Of those who had somebody before them."""
    waited_kept: int


@dataclass(frozen=True, slots=True)
class DeskDay:
    """A desk's day. `turns` are numbers as `turns.packed` makes them."""

    day: date
    desk_id: int
    turns: Sequence[int]
    booked: tuple[Booked, ...] = ()
    places: tuple[Places, ...] = ()
    told: tuple[Told, ...] = ()


def told_of(promises: Iterable[tuple[int, Promise]]) -> tuple[Told, ...]:
    """The promises, by service id, in figures."""
    ordered = sorted(promises, key=lambda one: (one[0], one[1].hour))
    return tuple(
        _told(service_id, hour, [promise for _, promise in found])
        for (service_id, hour), found in groupby(ordered, key=lambda one: (one[0], one[1].hour))
    )


def _told(service_id: int, hour: int, found: Sequence[Promise]) -> Told:
    waited = [one for one in found if one.ahead]
    return Told(
        service_id,
        hour,
        len(found),
        sum(one.kept for one in found),
        sum(round(one.error * 60) for one in found),
        sum(round(one.plain_error * 60) for one in found),
        len(waited),
        sum(one.kept for one in waited),
    )


def turns_as_bytes(turns: Iterable[int]) -> bytes:
    """The numbers in order, eight bytes each, the lowest first: the same turns are the same bytes."""
    return _turned(array("Q", sorted(turns))).tobytes()


def turns_from(data: bytes) -> Sequence[int]:
    """The numbers that `turns_as_bytes` wrote."""
    return _turned(array("Q", data))


def _turned(words: array[int]) -> array[int]:
    if array("H", [1]).tobytes() != b"\x01\x00":
        words.byteswap()
    return words


def tallies_as_json(day: DeskDay) -> dict[str, Any]:
    """All but the turns, as a JSON object."""
    return {
        "booked": [list(one) for one in day.booked],
        "places": [list(one) for one in day.places],
        "told": [list(one) for one in day.told],
    }


def day_from(day: date, desk_id: int, turns: bytes, tallies: dict[str, Any]) -> DeskDay:
    """A day as it was kept."""
    return DeskDay(
        day,
        desk_id,
        turns_from(turns),
        tuple(Booked(*one) for one in tallies["booked"]),
        tuple(Places(*one) for one in tallies["places"]),
        tuple(Told(*one) for one in tallies["told"]),
    )


CAME = frozenset({ReservationState.CHECKED_IN.value, ReservationState.DONE.value})
