"""How many are before a ticket, and telling those whose turn comes near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..domain import placing_behind
from ..domain.numbers import label
from ..domain.order import (
    DUE,
    WALK_IN,
    CalledAs,
    OrderKey,
    OrderKind,
    Policy,
    Turn,
    Waiting,
    callable_at,
    called_as,
    calling_order,
    next_in_order,
    order_key,
)
from ..domain.placing_behind import Placed
from ..domain.returning import passes
from ..domain.tickets import TicketState
from ..store import desks, queue, tickets
from ..store.tables import Counter, Desk, Ticket
from . import pace, stages
from .coming_back import coming_back
from .office import Office, Unit

AFTER_ALL: Final = 2**31 - 1
"""A ticket id after everybody's."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a desk calls at this moment."""

    policy: Policy
    turn: Turn
    now: datetime

    def of(self, queue_: Sequence[Waiting]) -> Sequence[Waiting]:
        """The queue in calling order."""
        return calling_order(queue_, self.policy, self.now, self.turn)


def order_of(unit: Unit, desk_id: int) -> Order:
    """The desk's policy and whose turn it is."""
    policy = desks.policy(unit.session, desk_id)
    turn = Turn()
    if policy.kind is OrderKind.RATIO:
        turn = queue.turn(unit.session, desk_id, unit.today, max(policy.ratio))
    return Order(policy, turn, unit.now)


def entry_of(ticket: Ticket) -> Waiting:
    """The ticket as the order sees it."""
    return Waiting(
        ticket_id=ticket.id or 0,
        queued_at=ticket.queued_at,
        priority=ticket.priority,
        appointment_at=ticket.appointment_at,
        not_before=ticket.not_before,
        service_id=ticket.service_id,
        placed_as=None if ticket.placed_as is None else CalledAs(ticket.placed_as),
    )


def ahead_of(unit: Unit, ticket: Ticket) -> int:
    """How many are called before this waiting ticket, as things stand."""
    return ahead_of_entry(unit, ticket.desk_id, entry_of(ticket))


def ahead_of_entry(unit: Unit, desk_id: int, entry: Waiting) -> int:
    """The same for an entry that need not be stored yet."""
    order = order_of(unit, desk_id)
    if order.policy.kind is OrderKind.RATIO:
        others = [
            one
            for one in queue.waiting(unit.session, desk_id, unit.today)
            if one.ticket_id != entry.ticket_id
        ]
        return order.of([*others, entry]).index(entry)
    key = order_key(entry, order.policy, unit.now)
    special = sum(
        order_key(other, order.policy, unit.now) < key
        for other in queue.specials(unit.session, desk_id, unit.today)
        if other.ticket_id != entry.ticket_id
    )
    return special + _plain_before(unit, desk_id, key, order.policy)


def _plain_before(unit: Unit, desk_id: int, key: OrderKey, policy: Policy) -> int:
    """How many plain walk-ins have an order key below `key`, without reading them."""
    rank, (moment, ticket_id) = key[:2], key[2:]
    if rank < (0, DUE):
        return 0
    if rank > (0, WALK_IN):
        return queue.plain_count(unit.session, desk_id, unit.today)
    if rank == (0, DUE):
        # Only those count as due who have waited for the desk's whole patience.
        moment -= policy.patience
        longest = unit.now - policy.patience
        moment, ticket_id = (moment, ticket_id) if moment <= longest else (longest, AFTER_ALL)
    return queue.plain_before(unit.session, desk_id, unit.today, moment, ticket_id)


def next_for(unit: Unit, counter: Counter) -> Waiting | None:
    """Who is called next to this counter: of the services that it takes; nobody while it pauses."""
    if counter.paused:
        return None
    order = order_of(unit, counter.desk_id)
    here = queue.front_here(unit.session, counter.desk_id, unit.today, counter.services)
    return next_in_order(here, order.policy, unit.now, order.turn)


def turn_of(unit: Unit, ticket: Ticket) -> str:
    """In whose turn the waiting ticket is called, to be kept with the call; empty for nobody's turn."""
    if ticket.state != TicketState.WAITING.value or ticket.priority > 0:
        return ""
    return called_as(entry_of(ticket), desks.policy(unit.session, ticket.desk_id), unit.now).value


def behind(unit: Unit, ticket: Ticket, by: int | None) -> Placed:
    """Where a waiting ticket stands behind the next `by` people (None: behind all); nothing is changed."""
    order = order_of(unit, ticket.desk_id)
    everybody = queue.waiting(unit.session, ticket.desk_id, unit.today)
    return placing_behind.behind(everybody, entry_of(ticket), by, order.policy, order.now, order.turn)


def place_columns(ticket: Ticket, entry: Waiting | None = None) -> dict[str, object]:
    """The columns that make the ticket's place in the order: as it stands, or moved to that of `entry`."""
    entry = entry or entry_of(ticket)
    return {
        "queued_at": entry.queued_at,
        "priority": entry.priority,
        "priority_reason": ticket.priority_reason if entry.priority else "",
        "placed_as": None if entry.placed_as is None else entry.placed_as.value,
        "not_before": entry.not_before,
    }


def move_back(unit: Unit, desk: Desk, ticket: Ticket, by: int | None) -> int:
    """Put a waiting ticket behind the next `by` people; how many it let pass (0: nobody is behind).

    Changes `place_columns` and `near_told`; whoever wants that undone records them before.
    """
    placed = behind(unit, ticket, by)
    if placed.passed:
        for name, value in place_columns(ticket, placed.entry).items():
            setattr(ticket, name, value)
        unit.session.flush()
        ticket.near_told = ahead_of(unit, ticket) <= desk.near_threshold
        unit.session.flush()
    return placed.passed


def return_place(unit: Unit, desk: Desk, ticket: Ticket) -> None:
    """Give an absent one who has come back the place of the desk's rule; call it once the ticket waits again.

    Changes what `move_back` changes. Nobody gets a better place than before.
    """
    others = passes(coming_back(unit, ticket.id or 0, desk.return_rule, desk.return_within).rule)
    if others == 0 or not move_back(unit, desk, ticket, others):
        ticket.near_told = ahead_of(unit, ticket) <= desk.near_threshold
        unit.session.flush()


def tell_near(office: Office, unit: Unit, desk: Desk) -> int:
    """Tell those whose turn has come near, and is soon by the estimate; call after every change.

    Each stage is told once; where both come together, or one right after the other or after the number
    was given, one message says it all. The desk must be locked. How many messages were written.
    """
    order = order_of(unit, desk.id or 0)
    near = _come_near(unit, desk, order)
    soon = _come_soon(office, unit, desk, order)
    lately = stages.told_lately(unit, [*near, *soon])
    written = 0
    for ticket_id, coming in {**soon, **near}.items():
        ticket = coming.ticket
        ticket.near_told = ticket.near_told or ticket_id in near
        ticket.soon_told = ticket.soon_told or ticket_id in soon
        told = ticket_id in lately or (ticket_id not in near and stages.given_lately(unit, ticket))
        if ticket.line_user_id is None or told:
            continue
        wait = pace.wait(office, unit, ticket.desk_id, coming.ahead, ticket_id=ticket_id)
        kind = stages.NEAR if ticket_id in near else stages.SOON
        # Whoever is told to be near is told the minutes too.
        ticket.soon_told = ticket.soon_told or wait[0] <= desk.near_minutes
        stages.write(unit, desk, ticket, kind, coming.ahead, wait)
        written += 1
    return written


@dataclass(frozen=True, slots=True)
class _Coming:
    ticket: Ticket
    ahead: int


def _come_near(unit: Unit, desk: Desk, order: Order) -> dict[int, _Coming]:
    """Who has few enough before and was not told."""
    size = desk.near_threshold + 1
    front = [
        entry
        for entry in order.of(queue.front(unit.session, desk.id or 0, unit.today, size))
        if callable_at(entry, unit.now)
    ]
    before = {entry.ticket_id: place for place, entry in enumerate(front[:size])}
    return _of(tickets.untold(unit.session, list(before)), before)


def _come_soon(office: Office, unit: Unit, desk: Desk, order: Order) -> dict[int, _Coming]:
    """Who may be called within the desk's minutes, as the estimate says, and was not told."""
    if not desk.near_minutes:
        return {}
    untold = set(tickets.untold_soon(unit.session, desk.id or 0, unit.today))
    if not untold:
        return {}
    # Hundreds may wait with every click: one forecast is asked about all, and only who is told is read.
    wait = pace.asking(office, unit, desk.id or 0)
    ordered = order.of(queue.waiting(unit.session, desk.id or 0, unit.today))
    before = {
        entry.ticket_id: place
        for place, entry in enumerate(ordered)
        if entry.ticket_id in untold
        and callable_at(entry, unit.now)
        and wait(entry.ticket_id, place)[0] <= desk.near_minutes
    }
    return _of(tickets.those(unit.session, list(before)), before)


def _of(found: Sequence[Ticket], before: Mapping[int, int]) -> dict[int, _Coming]:
    return {ticket.id or 0: _Coming(ticket, before[ticket.id or 0]) for ticket in found}


def number_of(ticket: Ticket) -> str:
    """How people read the ticket's number: ``A012``."""
    return label(ticket.letter, ticket.number)
