"""All rows about one citizen, found from one reservation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlmodel import Session, col

from ..domain.citizens import Citizen
from ..domain.tickets import OPEN
from ..domain.waitlist import OPEN as WAITS
from ..domain.waitlist import WaitState
from .booking import owned_by
from .tables import (
    Contact,
    Desk,
    LineUser,
    OutboxMessage,
    Reservation,
    Service,
    Ticket,
    WaitingListEntry,
    WebhookEvent,
)


def reservations(
    session: Session, citizen: Citizen | None, reservation_id: int, municipality_id: int
) -> list[tuple[Reservation, Service, Desk, Contact | None]]:
    """Those of the citizen at this municipality, oldest first; without a citizen the one alone."""
    whose = col(Reservation.id) == reservation_id if citizen is None else owned_by(citizen)
    query = (
        select(Reservation, Service, Desk, Contact)
        .join(Service, col(Service.id) == col(Reservation.service_id))
        .join(Desk, col(Desk.id) == col(Reservation.desk_id))
        .outerjoin(Contact, col(Contact.id) == col(Reservation.contact_id))
        .where(whose, col(Desk.municipality_id) == municipality_id)
        .order_by(col(Reservation.starts_at), col(Reservation.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def tickets(session: Session, line_user_id: int, municipality_id: int) -> list[tuple[Ticket, Service]]:
    """The numbers that this LINE user had at the municipality, oldest first."""
    query = (
        select(Ticket, Service)
        .join(Service, col(Service.id) == col(Ticket.service_id))
        .join(Desk, col(Desk.id) == col(Ticket.desk_id))
        .where(col(Ticket.line_user_id) == line_user_id, col(Desk.municipality_id) == municipality_id)
        .order_by(col(Ticket.issued_at))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def messages(session: Session, line_user_id: int) -> int:
    """How many messages were written to this LINE user."""
    query = select(func.count()).where(col(OutboxMessage.line_user_id) == line_user_id)
    return int(session.execute(query).scalar_one())


def has_open_ticket(session: Session, line_user_id: int | None, reservation_ids: Collection[int]) -> bool:
    """Whether they still wait, or stand at a counter."""
    query = select(col(Ticket.id)).where(
        col(Ticket.state).in_([state.value for state in OPEN]),
        or_(
            col(Ticket.reservation_id).in_(reservation_ids),
            # NULL is nobody: only who is in LINE is looked for by it.
            col(Ticket.line_user_id) == line_user_id,
        ),
    )
    return session.execute(query.limit(1)).first() is not None


def known_elsewhere(session: Session, line_user_id: int, municipality_id: int) -> bool:
    """Whether this LINE user has reservations or numbers at another municipality of the same account."""
    found: list[Any] = [
        select(col(table.id))
        .join(Desk, col(Desk.id) == col(table.desk_id))
        .where(col(table.line_user_id) == line_user_id, col(Desk.municipality_id) != municipality_id)
        for table in (Reservation, Ticket)
    ]
    return bool(session.execute(select(or_(*(exists(one) for one in found)))).scalar_one())


def forget_in_line(session: Session, user: LineUser) -> None:
    """Overwrite the LINE user id; nothing is sent any more, and no list is waited on."""
    events = update(WebhookEvent).where(col(WebhookEvent.user_id) == user.user_id)
    session.execute(events.values(user_id=None, body=None))
    waiting = update(WaitingListEntry).where(
        col(WaitingListEntry.line_user_id) == user.id,
        col(WaitingListEntry.state).in_([state.value for state in WAITS]),
    )
    session.execute(waiting.values(state=WaitState.CANCELLED.value))
    unsent = update(OutboxMessage).where(
        col(OutboxMessage.line_user_id) == user.id, col(OutboxMessage.state) == "pending"
    )
    session.execute(unsent.values(state="dropped", failure="erased"))
    user.user_id, user.following = f"erased-{user.id}", False
