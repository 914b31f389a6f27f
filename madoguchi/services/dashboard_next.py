"""Who is next at each counter and why, and whom no open counter takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.numbers import label
from ..domain.order import Reason, Waiting, next_in_order, reason_of
from ..store import dashboard as rows
from ..store import queue
from .office import Unit
from .positions import Order


@dataclass(frozen=True)
class NextUp:
    """Who is called next at a counter. `reason` says why, with what it takes to say it."""

    ticket_id: int
    number: str
    reason: Reason
    queued_at: datetime
    priority_reason: str
    patience_minutes: int
    """What the desk calls too long a wait."""


def next_ups(
    unit: Unit, desk_id: int, order: Order, front: Sequence[Waiting], counters: Sequence[rows.CounterRow]
) -> dict[int, NextUp]:
    """Who is next, by the id of each counter where somebody sits.

    `front` is the desk's queue as `queue.front` gives it; counters that take every service need no more.
    """
    entries: dict[tuple[int, ...], tuple[Waiting, Reason] | None] = {}
    for services in {tuple(counter.services) for counter in counters if counter.staff_id is not None}:
        here = queue.front_here(unit.session, desk_id, unit.today, services) if services else front
        entry = next_in_order(here, order.policy, order.now, order.turn)
        found = None if entry is None else (entry, reason_of(entry, here, order.policy, order.now))
        entries[services] = found
    ids = {found[0].ticket_id for found in entries.values() if found is not None}
    tickets = rows.tickets(unit.session, list(ids)) if ids else {}
    minutes = order.policy.patience // timedelta(minutes=1)

    def at(counter: rows.CounterRow) -> NextUp | None:
        found = entries.get(tuple(counter.services))
        row = None if found is None else tickets.get(found[0].ticket_id)
        if found is None or row is None:
            return None
        return NextUp(
            row.ticket_id,
            label(row.letter, row.number),
            found[1],
            found[0].queued_at,
            row.priority_reason,
            minutes,
        )

    staffed = [counter for counter in counters if counter.staff_id is not None]
    return {counter.counter_id: up for counter in staffed if (up := at(counter)) is not None}


def uncovered(waiting: Mapping[int, int], counters: Sequence[rows.CounterRow]) -> Callable[[int], int]:
    """For a counter's id: how many of those `waiting`, by service, neither it nor any open counter takes."""
    open_ones = [one for one in counters if one.staff_id is not None and not one.paused]
    everything = any(not one.services for one in open_ones)
    covered = {service for one in open_ones for service in one.services}
    own = {one.counter_id: one.services for one in counters}

    def at(counter_id: int) -> int:
        services = own.get(counter_id, [])
        if everything or not services:
            return 0
        return sum(count for service, count in waiting.items() if service not in {*covered, *services})

    return at
