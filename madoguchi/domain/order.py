"""Who is next. A pure function of who waits, who is due, and the desk's policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

OrderKey = tuple[int, int, datetime, int]
"""Priority negated, class, moment, ticket id: lower goes first."""

DUE: Final = 0
WALK_IN: Final = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting ticket as the order sees it."""

    ticket_id: int
    queued_at: datetime
    """When the place in the queue was taken; a returned or postponed ticket gets a later one."""
    priority: int = 0
    """Higher goes first; staff set it, with a reason."""
    appointment_at: datetime | None = None
    """The reserved time of a checked-in reservation."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a desk orders its queue."""

    appointment_lead: timedelta = timedelta(minutes=5)
    """A checked-in appointment goes before walk-ins from this long before its time."""


def order_key(entry: Waiting, policy: Policy, now: datetime) -> OrderKey:
    """What `calling_order` sorts by; a plain walk-in's key is ``(0, WALK_IN, queued_at, id)``."""
    due = entry.appointment_at is not None and entry.appointment_at - policy.appointment_lead <= now
    moment = entry.appointment_at if due and entry.appointment_at else entry.queued_at
    return (-entry.priority, DUE if due else WALK_IN, moment, entry.ticket_id)


def calling_order(queue: Iterable[Waiting], policy: Policy, now: datetime) -> Sequence[Waiting]:
    """The queue in calling order.

    First higher priority; then appointments that are due, by their time; then everybody by the time
    they took their place (an appointment that is not due yet waits among the walk-ins, so arriving
    early is never punished). Ties go to the lower ticket id, so any input order gives one answer.
    """
    return sorted(queue, key=lambda entry: order_key(entry, policy, now))
