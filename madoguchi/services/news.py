"""News about a ticket for its holder, written with the change that causes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..store.tables import Desk, Ticket
from . import outbox, positions
from .office import Unit
from .steps import UNDO_FOR

NEWS_MOMENT: Final = timedelta(hours=2)
"""How long news about a ticket are worth sending."""


def tell(unit: Unit, ticket: Ticket, kind: str, facts: dict[str, object]) -> None:
    """Write to the ticket's holder, if it is known in LINE, what the newest change did."""
    if ticket.line_user_id is None:
        return
    outbox.enqueue(
        unit,
        cause=news_cause(kind, ticket, ticket.version),
        kind=kind,
        line_user_id=ticket.line_user_id,
        ticket_id=ticket.id,
        expires_in=NEWS_MOMENT,
        # A slip of the clerk's finger, undone in time, is never told.
        hold_for=UNDO_FOR,
        facts={"number": positions.number_of(ticket), **facts},
    )


def tell_missed(unit: Unit, desk: Desk, ticket: Ticket) -> None:
    """Write that its holder was called and not there."""
    facts = {"desk": desk.names, "token": ticket.token, "may_return": not ticket.returned}
    tell(unit, ticket, "ticket_missed", facts)


def news_cause(kind: str, ticket: Ticket, version: int) -> str:
    """Names the message about the change that brought the ticket to `version`."""
    return f"{kind}:{ticket.id}:{version}"
