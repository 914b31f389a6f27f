"""Whether every ticket's history is one that could have been, and no counter ever had two tickets."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..domain.history import Done, broken, by_ticket, crowded
from ..domain.tickets import Action, TicketState
from ..store.tables import Ticket, TicketChange
from .office import Unit

LOOKED_BACK: Final = timedelta(days=31)
"""Older days were looked at when they were young."""


def findings(unit: Unit) -> list[str]:
    """One sentence for each ticket or counter whose steps do not fit."""
    query = (
        select(
            col(Ticket.service_day),
            col(TicketChange.ticket_id),
            col(TicketChange.action),
            col(TicketChange.before),
            col(TicketChange.counter_id),
            col(TicketChange.undone),
        )
        .join(Ticket, col(Ticket.id) == col(TicketChange.ticket_id))
        .where(col(Ticket.service_day) >= unit.today - LOOKED_BACK)
        .order_by(col(Ticket.service_day), col(TicketChange.id))
    )
    found = []
    for day, rows in groupby(unit.session.execute(query), key=lambda row: row[0]):
        steps = [
            Done(
                row[1], Action(row[2]), TicketState(row[3].get("state", TicketState.WAITING)), row[4], row[5]
            )
            for row in rows
        ]
        found += _of_day(unit, day, steps)
    return found


def _of_day(unit: Unit, day: date, steps: list[Done]) -> list[str]:
    told = [
        f"counter {counter}, {day}: ticket {second} was called while ticket {first} was there"
        for counter, first, second in crowded(steps)
    ]
    # The night ends what a day left open, without a step.
    states = _states(unit, day) if day == unit.today else {}
    for ticket_id, own in by_ticket(steps).items():
        if why := broken(own, states.get(ticket_id)):
            told.append(f"ticket {ticket_id}, {day}: {why}")
    return told


def _states(unit: Unit, day: date) -> dict[int, TicketState]:
    query = select(col(Ticket.id), col(Ticket.state)).where(col(Ticket.service_day) == day)
    return {ticket_id: TicketState(state) for ticket_id, state in unit.session.execute(query)}
