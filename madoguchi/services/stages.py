"""The stages of a wait that are pushed before the call: few are before, and it is soon by the estimate."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..domain.numbers import label
from ..store.outbox import STAGES as KINDS
from ..store.tables import Desk, OutboxMessage, Service, Ticket
from . import outbox
from .office import Unit

NEAR, SOON = KINDS
MOMENT: Final = timedelta(minutes=20)
"""Longer after its cause, "your turn is near" would be wrong or too late."""
TOGETHER: Final = timedelta(minutes=3)
"""Two stages within so short a time are one piece of news."""


def write(unit: Unit, desk: Desk, ticket: Ticket, kind: str, ahead: int, wait: tuple[int, int]) -> None:
    """Push the stage `kind` to the ticket's holder, once for each place it has."""
    service = unit.session.get_one(Service, ticket.service_id)
    outbox.enqueue(
        unit,
        # Whoever let others pass or goes on to another service comes near anew.
        cause=f"{kind}:{ticket.id}:{ticket.service_id}:{ticket.queued_at.timestamp():.0f}:{ticket.postponed}",
        kind=kind,
        line_user_id=ticket.line_user_id or 0,
        ticket_id=ticket.id,
        expires_in=MOMENT,
        facts={
            "number": label(ticket.letter, ticket.number),
            "ahead": ahead,
            "desk": desk.names,
            "place": desk.places,
            "service": service.names,
            "wait": list(wait),
            "token": ticket.token,
        },
    )


def told_lately(unit: Unit, ticket_ids: Collection[int]) -> set[int]:
    """Those of the tickets whose holder has just been pushed a stage."""
    if not ticket_ids:
        return set()
    pushed = select(col(OutboxMessage.ticket_id)).where(
        col(OutboxMessage.ticket_id).in_(ticket_ids),
        col(OutboxMessage.kind).in_(KINDS),
        col(OutboxMessage.created_at) > unit.now - TOGETHER,
    )
    return set(unit.session.execute(pushed).scalars())


def given_lately(unit: Unit, ticket: Ticket) -> bool:
    """Whether the ticket has just been given: its minutes were told with the number."""
    return unit.now - ticket.issued_at < TOGETHER


def over(unit: Unit, ticket_id: int, why: str = "no longer true") -> None:
    """Drop the stages that wait to be sent: told already, or no longer true."""
    outbox.need_not_be_told(unit, ticket_id, KINDS, why)
