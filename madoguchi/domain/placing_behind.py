"""Letting others pass: the place right behind them, so that nobody else's place gets worse.

Whoever moves takes the rank of the last one that passes. Behind a due appointment one waits among the due
appointments; behind somebody who came without one, among those, and an appointment whose time had come is
given up for it. So the two stay together whatever becomes of the queue, and the place is never better than
the old one at any later moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from .order import (
    DAY_BEGINS,
    CalledAs,
    OrderKind,
    Policy,
    Turn,
    Waiting,
    callable_at,
    calling_order,
    is_due,
    order_key,
)

_A_BIT: Final = timedelta(milliseconds=1)
"""So close behind is right behind: nobody else comes in between."""
_LEAST: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """The entry at its new place, and how many go before it now that did not."""

    entry: Waiting
    passed: int


def behind(
    queue: Sequence[Waiting],
    entry: Waiting,
    by: int | None,
    policy: Policy,
    now: datetime,
    turn: Turn = DAY_BEGINS,
) -> Placed:
    """`entry` behind the next `by` who may be called now, or behind all when fewer are left (None: all).

    `queue` is everybody who waits, with or without `entry`. With nobody behind, the place is the old one.
    Where no place lies in between, as in a ratio's turns, one or two more may pass.
    """
    others = [one for one in queue if one.ticket_id != entry.ticket_id]
    here = replace(entry, not_before=None)
    ordered = calling_order([*others, here], policy, now, turn)
    at = ordered.index(here)
    following = [one for one in ordered[at + 1 :] if callable_at(one, now)]
    wanted = len(following) if by is None else min(by, len(following))
    places = {one.ticket_id: place for place, one in enumerate(ordered)}
    for reach in range(max(1, wanted), len(following) + 1):
        for moved in _ranked(here, following, reach, policy, now):
            after = calling_order([*others, moved], policy, now, turn)
            passed = after.index(moved) - at
            fits = passed >= wanted if policy.kind is OrderKind.RATIO else passed == reach
            if fits and not _anybody_worse(after, places, entry.ticket_id):
                return Placed(moved, passed)
    return Placed(here, 0)


def _anybody_worse(after: Sequence[Waiting], places: dict[int, int], moved: int) -> bool:
    return any(place > places[one.ticket_id] for place, one in enumerate(after) if one.ticket_id != moved)


def _ranked(
    entry: Waiting, following: Sequence[Waiting], reach: int, policy: Policy, now: datetime
) -> Iterator[Waiting]:
    """`entry` with the rank of the last one passing; where turns are taken, first among its own kind."""
    if policy.kind is OrderKind.RATIO:
        own = is_due(entry, policy, now)
        kin = [at for at, one in enumerate(following[:reach]) if is_due(one, policy, now) is own]
        if kin:
            yield from _behind_one(entry, following, kin[-1], policy, now)
    yield from _behind_one(entry, following, reach - 1, policy, now)


def _behind_one(
    entry: Waiting, following: Sequence[Waiting], at: int, policy: Policy, now: datetime
) -> Iterator[Waiting]:
    last = following[at]
    due = is_due(last, policy, now)
    gives_up = entry.placed_as is not None or is_due(entry, policy, now)
    walk_in = CalledAs.WALK_IN if entry.appointment_at is not None and gives_up else None
    moved = replace(
        entry,
        priority=min(entry.priority, last.priority),
        placed_as=CalledAs.APPOINTMENT if due else walk_in,
    )
    moment = order_key(last, policy, now)[2] if due else last.queued_at
    yield replace(moved, queued_at=moment + _room_behind(following[at:], policy, now))
    # Who took the place at the same moment is passed by the higher id only.
    yield replace(moved, queued_at=moment)


def _room_behind(from_last_on: Sequence[Waiting], policy: Policy, now: datetime) -> timedelta:
    """A bit, and less where the next of the same rank stands close behind the last that passes."""
    keys = [order_key(one, policy, now) for one in from_last_on]
    gaps = [key[2] - keys[0][2] for key in keys[1:] if key[:2] == keys[0][:2] and key[2] > keys[0][2]]
    return max(_LEAST, min([_A_BIT, *(gap / 2 for gap in gaps)]))
