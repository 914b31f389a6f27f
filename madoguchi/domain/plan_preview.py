"""What a change of places does to the places already taken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from .booking import ReservationState

_LAST_RANK = {ReservationState.BOOKED: 1, ReservationState.HELD: 2}
"""Who was here already keeps the place before anybody; a place that is only held comes after all booked."""


@dataclass(frozen=True, slots=True)
class Occupant:
    """A reservation that takes a place."""

    id: int
    starts_at: datetime
    state: ReservationState
    since: datetime
    """When it was booked (held)."""


@dataclass(frozen=True, slots=True)
class Room:
    """A time under the new plan."""

    starts_at: datetime
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return max(0, self.capacity - self.taken)


def beyond(occupants: Iterable[Occupant], capacity: Mapping[datetime, int]) -> list[Occupant]:
    """The bookings for which their time has no place any more, the latest booked first.

    Only of times that `capacity` names. Whoever has come already and places only held are never in it.
    """
    at: dict[datetime, list[Occupant]] = {}
    for one in occupants:
        if one.starts_at in capacity:
            at.setdefault(one.starts_at, []).append(one)
    over = [one for moment, there in at.items() for one in _ranked(there)[capacity[moment] :]]
    booked = [one for one in over if one.state is ReservationState.BOOKED]
    return sorted(booked, key=lambda one: (one.since, one.id), reverse=True)


def nearest_rooms(
    touched: Sequence[Occupant],
    rooms: Iterable[Room],
    allowed: Callable[[Occupant, datetime], bool],
) -> dict[int, datetime]:
    """Reservation id → the free time nearest to its own; each place is offered to one of them only.

    Who booked first chooses first. Nobody is offered the own time, or one that is not `allowed`.
    """
    free = {room.starts_at: room.free for room in rooms if room.free}
    moments = sorted(free)
    found: dict[int, datetime] = {}
    for one in sorted(touched, key=lambda each: (each.since, each.id)):
        near = next((at for at in _outward(moments, one.starts_at) if allowed(one, at)), None)
        if near is not None:
            found[one.id] = near
            free[near] -= 1
            if not free[near]:
                moments.pop(bisect_left(moments, near))
    return found


def alternatives(
    one: Occupant, rooms: Iterable[Room], allowed: Callable[[Occupant, datetime], bool], most: int
) -> list[datetime]:
    """The `most` free times nearest to the booking's own, the nearest first."""
    moments = sorted(room.starts_at for room in rooms if room.free)
    return list(islice((at for at in _outward(moments, one.starts_at) if allowed(one, at)), most))


def _outward(moments: Sequence[datetime], wanted: datetime) -> Iterator[datetime]:
    """All of the sorted `moments` but `wanted` itself, the nearest first, the earlier of two as near."""
    after = bisect_left(moments, wanted)
    before = after - 1
    if after < len(moments) and moments[after] == wanted:
        after += 1
    while before >= 0 or after < len(moments):
        earlier = before >= 0 and (
            after == len(moments) or wanted - moments[before] <= moments[after] - wanted
        )
        if earlier:
            yield moments[before]
            before -= 1
        else:
            yield moments[after]
            after += 1


def _ranked(there: list[Occupant]) -> list[Occupant]:
    return sorted(there, key=lambda one: (_LAST_RANK.get(one.state, 0), one.since, one.id))
