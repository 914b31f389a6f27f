"""Who waits in a simulation, always in the real calling order; replay and forecast share it."""

from __future__ import annotations

import heapq
from collections.abc import Collection
from datetime import datetime

from .order import (
    DAY_BEGINS,
    CalledAs,
    OrderKey,
    OrderKind,
    Policy,
    Turn,
    Waiting,
    callable_at,
    is_due,
    key_changes,
    order_key,
)

_FIRST, _DUE, _OTHERS = 0, 1, 2
_Lane = tuple[int, int]
"""Service id (0 where counters make no difference), and for a ratio the kind."""


class Line:
    """Gives at each moment who `order.next_in_order` would call, without sorting everybody again.

    A key changes at moments known beforehand: such an entry is pushed again with its new key, and the
    copy that is left behind is passed over. Time must not go back. `by_service` is wanted where some
    counter does not take everything.
    """

    def __init__(self, policy: Policy, turn: Turn = DAY_BEGINS, *, by_service: bool = False) -> None:
        self._policy = policy
        self._turn = turn
        self._by_service = by_service
        self._ratio = policy.kind is OrderKind.RATIO
        self._lanes: dict[_Lane, list[tuple[OrderKey, Waiting]]] = {}
        self._changing: list[tuple[datetime, int, Waiting]] = []
        self._keys: dict[int, OrderKey] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def copy(self) -> Line:
        """The same queue, to be emptied in another way."""
        other = Line(self._policy, self._turn, by_service=self._by_service)
        other._lanes = {lane: entries.copy() for lane, entries in self._lanes.items()}
        other._changing = self._changing.copy()
        other._keys = self._keys.copy()
        return other

    def add(self, entry: Waiting, now: datetime) -> None:
        """Somebody comes. Raises `ValueError` when an entry with that id waits already."""
        if entry.ticket_id in self._keys:
            raise ValueError(f"waits already: {entry.ticket_id}")
        for moment in key_changes(entry, self._policy):
            if moment > now:
                heapq.heappush(self._changing, (moment, entry.ticket_id, entry))
        self._push(entry, now)

    def take(self, now: datetime, services: Collection[int] | None = None) -> Waiting | None:
        """The next of these services (None: of all), who leaves; None when nobody may be called."""
        while self._changing and self._changing[0][0] <= now:
            entry = heapq.heappop(self._changing)[2]
            if entry.ticket_id in self._keys:
                self._push(entry, now)
        lane = self._chosen(services)
        if lane is None:
            return None
        entry = heapq.heappop(self._lanes[lane])[1]
        del self._keys[entry.ticket_id]
        if self._ratio and lane[1] != _FIRST:
            self._turn = self._turn.then(CalledAs.APPOINTMENT if lane[1] == _DUE else CalledAs.WALK_IN)
        return entry

    def next_change(self) -> datetime | None:
        """When the order may change by itself next; None: never."""
        return self._changing[0][0] if self._changing else None

    def _push(self, entry: Waiting, now: datetime) -> None:
        key = order_key(entry, self._policy, now)
        if self._keys.get(entry.ticket_id) == key:
            return
        self._keys[entry.ticket_id] = key
        if callable_at(entry, now):
            lane = (entry.service_id if self._by_service else 0, self._kind(entry, now))
            heapq.heappush(self._lanes.setdefault(lane, []), (key, entry))

    def _kind(self, entry: Waiting, now: datetime) -> int:
        if not self._ratio or entry.priority > 0:
            return _FIRST
        return _DUE if is_due(entry, self._policy, now) else _OTHERS

    def _chosen(self, services: Collection[int] | None) -> _Lane | None:
        """The lane whose first is next."""
        best: dict[int, tuple[OrderKey, _Lane]] = {}
        for lane, entries in self._lanes.items():
            if services is not None and lane[0] not in services:
                continue
            while entries and self._keys.get(entries[0][1].ticket_id) != entries[0][0]:
                heapq.heappop(entries)
            if entries and (lane[1] not in best or entries[0][0] < best[lane[1]][0]):
                best[lane[1]] = (entries[0][0], lane)
        if not best:
            return None
        if _DUE in best and _OTHERS in best and _FIRST not in best:
            due = self._turn.wants(self._policy.ratio) is CalledAs.APPOINTMENT
            return best[_DUE if due else _OTHERS][1]
        return best[min(best)][1]
