"""Who is next, and why. A pure function of who waits, who is due, and the desk's policy.

The rules of every policy, in the order they count:

1. Who asked to be called later is not called before that time.
2. Higher priority first; staff give it, with a reason.
3. The policy decides between appointments that are due and everybody else:
   ``appointments_first`` lets them pass, but nobody who has waited for the desk's patience;
   ``ratio`` takes n appointments, then m of the others, in turn;
   ``arrival`` makes no difference.
4. Equals go by the time they took their place; ties go to the lower ticket id.

Whoever lets others pass is placed right behind the last of them (`placing_behind.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

OrderKey = tuple[int, int, datetime, int]
"""Priority negated, class, moment, ticket id: lower goes first."""

DUE: Final = 0
WALK_IN: Final = 1
LATER: Final = 2


class OrderKind(StrEnum):
    """How a desk decides between appointments and those who came without one."""

    APPOINTMENTS_FIRST = "appointments_first"
    ARRIVAL = "arrival"
    RATIO = "ratio"


class CalledAs(StrEnum):
    """In whose turn a ticket was called; kept with the call, so that a ratio goes on where it was."""

    APPOINTMENT = "appointment"
    WALK_IN = "walk_in"


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
    not_before: datetime | None = None
    """Asked to be called no earlier than this; from then on the place counts as if nothing had been asked."""
    service_id: int = 0
    placed_as: CalledAs | None = None
    """Moved behind others (`placing_behind`): waits among these at `queued_at`, whatever its appointment."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a desk orders its queue. Raises `ValueError` for a ratio without appointments or without others."""

    kind: OrderKind = OrderKind.APPOINTMENTS_FIRST
    appointment_lead: timedelta = timedelta(minutes=5)
    """A checked-in appointment goes before walk-ins from this long before its time."""
    patience: timedelta = timedelta(minutes=60)
    """Whoever has waited this long goes as one who is due; so nobody waits for ever."""
    ratio: tuple[int, int] = (3, 1)
    """So many appointments in a row, then so many of the others."""

    def __post_init__(self) -> None:
        if min(self.ratio) < 1:
            raise ValueError(f"not a ratio: {self.ratio}")


@dataclass(frozen=True, slots=True)
class Turn:
    """How the latest calls went: so many in a row of one kind. A ratio continues from there."""

    called_as: CalledAs = CalledAs.WALK_IN
    in_a_row: int = 10**6
    """As if the others' part were over: a day begins with appointments."""

    def then(self, called_as: CalledAs) -> Turn:
        """The turn after one more call."""
        same = called_as is self.called_as
        return Turn(called_as, self.in_a_row + 1 if same else 1)

    def wants(self, ratio: tuple[int, int]) -> CalledAs:
        """Whose turn is next, when both kinds wait."""
        appointments, others = ratio
        if self.called_as is CalledAs.APPOINTMENT:
            return CalledAs.WALK_IN if self.in_a_row >= appointments else CalledAs.APPOINTMENT
        return CalledAs.APPOINTMENT if self.in_a_row >= others else CalledAs.WALK_IN


DAY_BEGINS: Final = Turn()


def is_due(entry: Waiting, policy: Policy, now: datetime) -> bool:
    """Whether the entry is an appointment whose time has come, for a policy that cares."""
    if policy.kind is OrderKind.ARRIVAL:
        return False
    if entry.placed_as is not None:
        return entry.placed_as is CalledAs.APPOINTMENT
    return entry.appointment_at is not None and entry.appointment_at - policy.appointment_lead <= now


def order_key(entry: Waiting, policy: Policy, now: datetime) -> OrderKey:
    """What each class is sorted by; a plain walk-in's key is ``(0, WALK_IN, queued_at, id)``."""
    if not callable_at(entry, now):
        return (0, LATER, entry.queued_at, entry.ticket_id)
    if is_due(entry, policy, now):
        return (-entry.priority, DUE, _moment_of(entry, due=True), entry.ticket_id)
    if (since := waited_out(entry, policy, now)) is not None:
        return (-entry.priority, DUE, since, entry.ticket_id)
    return (-entry.priority, WALK_IN, entry.queued_at, entry.ticket_id)


def key_changes(entry: Waiting, policy: Policy) -> Sequence[datetime]:
    """The moments at which the entry's order key changes, each time for the better."""
    moments = [entry.not_before]
    keeps_its_time = entry.placed_as is None and policy.kind is not OrderKind.ARRIVAL
    if keeps_its_time and entry.appointment_at is not None:
        moments.append(entry.appointment_at - policy.appointment_lead)
    if policy.kind is OrderKind.APPOINTMENTS_FIRST:
        moments.append(entry.queued_at + policy.patience)
    return sorted(moment for moment in moments if moment is not None)


def callable_at(entry: Waiting, now: datetime) -> bool:
    """Whether the entry may be called by its turn at `now`; a clerk may choose it at any time."""
    return entry.not_before is None or entry.not_before <= now


def waited_out(entry: Waiting, policy: Policy, now: datetime) -> datetime | None:
    """Since when the entry has waited for the desk's whole patience; None while it has not."""
    if policy.kind is not OrderKind.APPOINTMENTS_FIRST:
        return None
    moment = entry.queued_at + policy.patience
    return moment if moment <= now else None


def called_as(entry: Waiting, policy: Policy, now: datetime) -> CalledAs:
    """In whose turn the entry would be called."""
    return CalledAs.APPOINTMENT if is_due(entry, policy, now) else CalledAs.WALK_IN


def calling_order(
    queue: Iterable[Waiting], policy: Policy, now: datetime, turn: Turn = DAY_BEGINS
) -> Sequence[Waiting]:
    """The queue in calling order, as it would go if nobody else came and no time passed.

    Those who asked to be called later stand at the end. Any input order gives one answer.
    """
    ordered = sorted(queue, key=lambda entry: order_key(entry, policy, now))
    if policy.kind is not OrderKind.RATIO:
        return ordered
    first = [entry for entry in ordered if entry.priority > 0 and callable_at(entry, now)]
    later = [entry for entry in ordered if not callable_at(entry, now)]
    rest = [entry for entry in ordered if entry.priority <= 0 and callable_at(entry, now)]
    due = [entry for entry in rest if is_due(entry, policy, now)]
    others = [entry for entry in rest if not is_due(entry, policy, now)]
    return [*first, *_in_turn(due, others, policy.ratio, turn), *later]


def next_in_order(
    queue: Iterable[Waiting], policy: Policy, now: datetime, turn: Turn = DAY_BEGINS
) -> Waiting | None:
    """Who is called next; None when nobody may be called now."""
    ordered = calling_order(queue, policy, now, turn)
    return ordered[0] if ordered and callable_at(ordered[0], now) else None


def _in_turn(
    due: Sequence[Waiting], others: Sequence[Waiting], ratio: tuple[int, int], turn: Turn
) -> Iterator[Waiting]:
    waiting = {CalledAs.APPOINTMENT: iter(due), CalledAs.WALK_IN: iter(others)}
    left = {CalledAs.APPOINTMENT: len(due), CalledAs.WALK_IN: len(others)}
    while any(left.values()):
        kind = turn.wants(ratio)
        if not left[kind]:
            kind = next(other for other in CalledAs if left[other])
        left[kind] -= 1
        yield next(waiting[kind])
        turn = turn.then(kind)


class Why(StrEnum):
    """Why an entry is next."""

    PRIORITY = "priority"
    APPOINTMENT = "appointment"
    """Its time has come."""
    WAITED_OUT = "waited_out"
    """Has waited for the desk's whole patience."""
    TURN_OF_APPOINTMENTS = "turn_of_appointments"
    TURN_OF_OTHERS = "turn_of_others"
    ARRIVAL = "arrival"
    """Waits longest of those who are left."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why `entry` is next, and what it says: the moment that decided, or the ratio's part."""

    why: Why
    moment: datetime
    """The appointment's time, or since when the place in the queue counts."""
    ratio: tuple[int, int] = (0, 0)


def reason_of(entry: Waiting, queue: Iterable[Waiting], policy: Policy, now: datetime) -> Reason:
    """Why `entry`, the first of `queue` in calling order, comes before all others."""
    if entry.priority > 0:
        return Reason(Why.PRIORITY, entry.queued_at)
    due = is_due(entry, policy, now)
    kinds = {is_due(one, policy, now) for one in queue if callable_at(one, now)}
    if policy.kind is OrderKind.RATIO and len(kinds) > 1:
        why = Why.TURN_OF_APPOINTMENTS if due else Why.TURN_OF_OTHERS
        return Reason(why, _moment_of(entry, due=due), policy.ratio)
    if due:
        return Reason(Why.APPOINTMENT, _moment_of(entry, due=True))
    if len(kinds) > 1 and waited_out(entry, policy, now) is not None:
        return Reason(Why.WAITED_OUT, entry.queued_at)
    return Reason(Why.ARRIVAL, entry.queued_at)


def _moment_of(entry: Waiting, *, due: bool) -> datetime:
    if due and entry.placed_as is None and entry.appointment_at is not None:
        return entry.appointment_at
    return entry.queued_at
