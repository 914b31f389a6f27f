"""How many are before a ticket, and telling those whose turn comes near."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..domain.numbers import label
from ..domain.order import Policy, Waiting, calling_order, order_key
from ..store import queue, tickets
from ..store.tables import Desk, Service, Ticket
from . import outbox, pace
from .office import Office, Unit

POLICY: Final = Policy()
NEAR_MOMENT: Final = timedelta(minutes=20)
"""Longer after its cause, "your turn is near" would be wrong or too late."""


def ahead_of(unit: Unit, ticket: Ticket) -> int:
    """How many are called before this waiting ticket, as things stand."""
    entry = Waiting(ticket.id or 0, ticket.queued_at, ticket.priority, ticket.appointment_at)
    return ahead_of_entry(unit, ticket.desk_id, entry)


def ahead_of_entry(unit: Unit, desk_id: int, entry: Waiting) -> int:
    """The same for an entry that need not be stored yet."""
    key = order_key(entry, POLICY, unit.now)
    special = sum(
        order_key(other, POLICY, unit.now) < key
        for other in queue.specials(unit.session, desk_id, unit.today)
        if other.ticket_id != entry.ticket_id
    )
    return special + queue.plain_before(unit.session, desk_id, unit.today, key)


def first_in_line(unit: Unit, desk_id: int) -> Waiting | None:
    """Who is called next."""
    ordered = calling_order(queue.front(unit.session, desk_id, unit.today, 1), POLICY, unit.now)
    return ordered[0] if ordered else None


def move_back(unit: Unit, desk: Desk, ticket: Ticket, by: int) -> int:
    """Put a waiting ticket behind the next `by` people; how many it let pass (0: nobody is behind)."""
    ordered = calling_order(queue.waiting(unit.session, ticket.desk_id, unit.today), POLICY, unit.now)
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
    front = calling_order(queue.front(unit.session, desk.id or 0, unit.today, size), POLICY, unit.now)
    before = {entry.ticket_id: place for place, entry in enumerate(front[:size])}
    for ticket in tickets.untold(unit.session, list(before)):
        ticket.near_told = True
        if ticket.line_user_id is not None:
            _write(office, unit, desk, ticket, before[ticket.id or 0])


def _write(office: Office, unit: Unit, desk: Desk, ticket: Ticket, ahead: int) -> None:
    service = unit.session.get_one(Service, ticket.service_id)
    outbox.enqueue(
        unit,
        cause=f"near:{ticket.id}:{ticket.queued_at.timestamp():.0f}",
        kind="ticket_near",
        line_user_id=ticket.line_user_id or 0,
        ticket_id=ticket.id,
        expires_in=NEAR_MOMENT,
        facts={
            "number": number_of(ticket),
            "ahead": ahead,
            "desk": desk.names,
            "service": service.names,
            "wait": list(pace.wait(office, unit, desk.id or 0, ahead)),
            "token": ticket.token,
        },
    )


def number_of(ticket: Ticket) -> str:
    """How people read the ticket's number: ``A012``."""
    return label(ticket.letter, ticket.number)
