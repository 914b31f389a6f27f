"""Papers that two people hold, or that nobody leased: given, and not booked as printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..domain.numbers import label
from ..domain.tickets import OPEN
from ..store import leases
from ..store.tables import LeaseTrouble, Ticket
from .office import Unit

_REMEMBERED: Final = timedelta(hours=1)
"""Whoever waits under no number has come to the counter by then."""
_OPEN: Final = frozenset(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """One such paper; `instead` is the number given in its place."""

    number: str
    reason: str
    found_at: datetime
    instead: str | None


def of_today(unit: Unit, desk_id: int) -> list[TroubleLine]:
    """All of the desk's papers of today, oldest first."""
    return [_line(*one) for one in _found(unit, desk_id)]


def to_see_to(unit: Unit, desk_id: int) -> tuple[TroubleLine, ...]:
    """Those about which a clerk can still do something: their holder waits, or has no number for a while."""
    return tuple(
        _line(trouble, ticket)
        for trouble, ticket in _found(unit, desk_id)
        if (ticket.state in _OPEN if ticket else unit.now - trouble.found_at < _REMEMBERED)
    )


def _found(unit: Unit, desk_id: int) -> list[tuple[LeaseTrouble, Ticket | None]]:
    troubles = leases.troubles(unit.session, desk_id, unit.today)
    tickets = {ticket.id: ticket for ticket in leases.tickets_instead(unit.session, troubles)}
    return [(one, tickets.get(one.ticket_id)) for one in troubles]


def _line(trouble: LeaseTrouble, ticket: Ticket | None) -> TroubleLine:
    instead = None if ticket is None else label(ticket.letter, ticket.number)
    return TroubleLine(trouble.number, trouble.reason, trouble.found_at, instead)
