"""How many are before a ticket, and telling those whose turn comes near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..domain.numbers import label
from ..domain.order import (
    DUE,
    WALK_IN,
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
from ..domain.tickets import TicketState
from ..store import desks, queue, tickets
from ..store.tables import Counter, Desk, Service, Ticket
from . import outbox, pace
from .office import Office, Unit

AFTER_ALL: Final = 2**31 - 1
"""A ticket id after everybody's."""
NEAR_MOMENT: Final = timedelta(minutes=20)
"""Longer after its cause, "your turn is near" would be wrong or too late."""


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
        if policy.patience is None:
            return 0
        # Only those count as due who have waited for the desk's whole patience.
        moment -= policy.patience
        longest = unit.now - policy.patience
        moment, ticket_id = (moment, ticket_id) if moment <= longest else (longest, AFTER_ALL)
    return queue.plain_before(unit.session, desk_id, unit.today, moment, ticket_id)


def next_for(unit: Unit, counter: Counter) -> Waiting | None:
    """Who is called next to this counter: of the services that it takes."""
    order = order_of(unit, counter.desk_id)
    here = queue.front_here(unit.session, counter.desk_id, unit.today, counter.services)
    return next_in_order(here, order.policy, unit.now, order.turn)


def turn_of(unit: Unit, ticket: Ticket) -> str:
    """In whose turn the waiting ticket is called, to be kept with the call; empty for nobody's turn."""
    if ticket.state != TicketState.WAITING.value or ticket.priority > 0:
        return ""
    return called_as(entry_of(ticket), desks.policy(unit.session, ticket.desk_id), unit.now).value


def move_back(unit: Unit, desk: Desk, ticket: Ticket, by: int) -> int:
    """Put a waiting ticket behind the next `by` people; how many it let pass (0: nobody is behind)."""
    order = order_of(unit, ticket.desk_id)
    ordered = order.of(queue.waiting(unit.session, ticket.desk_id, unit.today))
    place = next(at for at, entry in enumerate(ordered) if entry.ticket_id == ticket.id)
    behind = [entry for entry in ordered[place + 1 :] if entry.queued_at >= ticket.queued_at][:by]
    if behind:
        ticket.queued_at = behind[-1].queued_at + timedelta(microseconds=1)
        ticket.near_told = place + len(behind) <= desk.near_threshold
        unit.session.flush()
    return len(behind)


def tell_near(office: Office, unit: Unit, desk: Desk) -> None:
    """Write a message for each ticket that has come near and was not told; call after every change."""
    size = desk.near_threshold + 1
    order = order_of(unit, desk.id or 0)
    front = [
        entry
        for entry in order.of(queue.front(unit.session, desk.id or 0, unit.today, size))
        if callable_at(entry, unit.now)
    ]
    before = {entry.ticket_id: place for place, entry in enumerate(front[:size])}
    for ticket in tickets.untold(unit.session, list(before)):
        ticket.near_told = True
        if ticket.line_user_id is not None:
            _write(office, unit, desk, ticket, before[ticket.id or 0])


def _write(office: Office, unit: Unit, desk: Desk, ticket: Ticket, ahead: int) -> None:
    service = unit.session.get_one(Service, ticket.service_id)
    outbox.enqueue(
        unit,
        cause=f"near:{ticket.id}:{ticket.service_id}:{ticket.queued_at.timestamp():.0f}",
        kind="ticket_near",
        line_user_id=ticket.line_user_id or 0,
        ticket_id=ticket.id,
        expires_in=NEAR_MOMENT,
        facts={
            "number": number_of(ticket),
            "ahead": ahead,
            "desk": desk.names,
            "service": service.names,
            "wait": list(pace.wait(office, unit, desk.id or 0, ahead, ticket_id=ticket.id or 0)),
            "token": ticket.token,
        },
    )


def number_of(ticket: Ticket) -> str:
    """How people read the ticket's number: ``A012``."""
    return label(ticket.letter, ticket.number)
