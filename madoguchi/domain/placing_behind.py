"""Letting others pass: the place right behind them, so that nobody else's place gets worse.

Whoever moves takes the rank of the last one that passes. Behind a due appointment one waits among the due
appointments; behind somebody who came without one, among those, and an appointment whose time had come is
given up for it. So the two stay together whatever becomes of the queue, and the place is never better than
the old one at any later moment. (One case is left: an appointment before its time that moves behind somebody
whose patience ends before that time goes, with them, before appointments of the minutes between.)
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
    Where no place lies in between, as in a ratio's turns, one or two more may pass: of all places where
    enough have passed and nobody else is worse off it is the nearest, of two as near the one of its own kind.
    """
    others = [one for one in queue if one.ticket_id != entry.ticket_id]
    here = replace(entry, not_before=None)
    ordered = calling_order([*others, here], policy, now, turn)
    at = ordered.index(here)
    following = [one for one in ordered[at + 1 :] if callable_at(one, now)]
    wanted = len(following) if by is None else min(by, len(following))
    places = {one.ticket_id: place for place, one in enumerate(ordered)}
    own = is_due(here, policy, now)
    nearest: Placed | None = None
    for reach in _reaches(following, wanted, policy, now):
        if nearest is not None and nearest.passed < reach:
            break
        for moved in _behind_one(here, following, reach - 1, policy, now):
            after = calling_order([*others, moved], policy, now, turn)
            passed = after.index(moved) - at
            fits = passed >= wanted if policy.kind is OrderKind.RATIO else passed == reach
            if not fits or _anybody_worse(after, places, entry.ticket_id):
                continue
            as_near = nearest is not None and passed == nearest.passed
            if nearest is None or passed < nearest.passed or (as_near and is_due(moved, policy, now) is own):
                nearest = Placed(moved, passed)
            break
    return nearest or Placed(here, 0)


def _anybody_worse(after: Sequence[Waiting], places: dict[int, int], moved: int) -> bool:
    return any(place > places[one.ticket_id] for place, one in enumerate(after) if one.ticket_id != moved)


def _reaches(following: Sequence[Waiting], wanted: int, policy: Policy, now: datetime) -> Iterator[int]:
    """Behind so many of `following` a place may lie, the nearest ones first."""
    if wanted and policy.kind is OrderKind.RATIO:
        # Those of the other kind pass in their turn, so that the last of one kind may let enough pass, too.
        due = [is_due(one, policy, now) for one in following[:wanted]]
        other = next((at for at in reversed(range(wanted)) if due[at] is not due[-1]), None)
        if other is not None:
            yield other + 1
    yield from range(max(1, wanted), len(following) + 1)


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
    if entry.ticket_id > last.ticket_id:
        # Who took the place at the same moment as the last is passed by the higher id only.
        yield replace(moved, queued_at=moment)


def _room_behind(from_last_on: Sequence[Waiting], policy: Policy, now: datetime) -> timedelta:
    """A bit, and less where the next of the same rank stands close behind the last that passes."""
    keys = [order_key(one, policy, now) for one in from_last_on]
    gaps = [key[2] - keys[0][2] for key in keys[1:] if key[:2] == keys[0][:2] and key[2] > keys[0][2]]
    return max(_LEAST, min([_A_BIT, *(gap / 2 for gap in gaps)]))
