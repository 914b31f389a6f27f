"""Changing a ticket: the lock, the step, its record for undo.

The locking rule: whoever changes a ticket that exists locks its desk first, then the ticket. Two changes
at one desk therefore never run at once, and no two can wait for each other. Issuing only adds tickets and
locks the number sequence alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..domain.errors import Refusal
from ..domain.tickets import Action, TicketState, after
from ..store import desks, tickets
from ..store.tables import Desk, Ticket, TicketChange
from .office import Unit

UNDO_FOR: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a click did. `batch` undoes it until `undo_until`; no batch: nothing changed."""

    batch: str | None
    ticket_id: int | None
    number: str | None
    undo_until: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One action on one ticket, and whose click it was part of."""

    action: Action
    staff_id: int | None = None
    counter_id: int | None = None
    batch: str = ""


def new_batch() -> str:
    """Names one click."""
    return secrets.token_hex(8)


def locked(unit: Unit, ticket_id: int) -> tuple[Desk, Ticket]:
    """The ticket and its desk, locked in the order of the rule. Raises `Refusal("unknown_ticket")`."""
    desk_id = tickets.desk_id_of(unit.session, ticket_id)
    desk = None if desk_id is None else desks.lock_desk(unit.session, desk_id)
    ticket = tickets.lock(unit.session, ticket_id)
    if desk is None or ticket is None:
        raise Refusal("unknown_ticket")
    if ticket.desk_id != desk.id:
        # Handed over to another desk at this moment; nothing is known of what became of it there.
        raise Refusal("changed_meanwhile")
    return desk, ticket


def take_step(unit: Unit, ticket: Ticket, step: Step, **changes: object) -> None:
    """Move the ticket to the state that `step` leads to, with other columns changed along.

    Raises `Refusal("not_possible_now")` when the ticket's state does not allow it.
    """
    state = after(TicketState(ticket.state), step.action)
    changes = {"state": state.value, **changes}
    before = {name: _plain(getattr(ticket, name)) for name in changes}
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.version += 1
    unit.session.add(
        TicketChange(
            batch=step.batch or new_batch(),
            ticket_id=ticket.id or 0,
            action=step.action.value,
            staff_id=step.staff_id,
            counter_id=step.counter_id,
            changed_at=unit.now,
            version_after=ticket.version,
            before=before,
        )
    )
    # At once, so that a counter's old ticket has left before its new one arrives.
    unit.session.flush()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
