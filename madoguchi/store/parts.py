"""The finished services of visits that went on with the same ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from .tables import Ticket, VisitPart


def keep(session: Session, ticket: Ticket, now: datetime) -> None:
    """Keep what was finished `now` at a counter, before the ticket goes on to another service."""
    before = session.execute(
        select(func.count(), func.max(col(VisitPart.finished_at))).where(
            col(VisitPart.ticket_id) == ticket.id
        )
    ).one()
    place, ended = before
    session.add(
        VisitPart(
            ticket_id=ticket.id or 0,
            place=place,
            desk_id=ticket.desk_id,
            service_id=ticket.service_id,
            counter_id=ticket.counter_id or 0,
            service_day=ticket.service_day,
            queued_at=ticket.queued_at if ended is None else max(ticket.queued_at, ended),
            called_at=ticket.called_at or now,
            serving_at=ticket.serving_at,
            finished_at=now,
            appointment_at=ticket.appointment_at if place == 0 else None,
        )
    )


def take_back_last(session: Session, ticket_id: int) -> None:
    """The newest part was not finished after all."""
    newest = select(func.max(col(VisitPart.place))).where(col(VisitPart.ticket_id) == ticket_id)
    session.execute(
        delete(VisitPart).where(
            col(VisitPart.ticket_id) == ticket_id, col(VisitPart.place) == newest.scalar_subquery()
        )
    )


def last_ended(first: Any, last: Any) -> Any:
    """A subquery: of the days from `first` to `last`, each ticket with parts (`ticket_id`) and when the last
    of them was finished (`ended`)."""
    return (
        select(col(VisitPart.ticket_id), func.max(col(VisitPart.finished_at)).label("ended"))
        .where(col(VisitPart.service_day) >= first, col(VisitPart.service_day) <= last)
        .group_by(col(VisitPart.ticket_id))
        .subquery()
    )
