"""Numbers that slipped in while staff closed the desk for today: giving one does not wait for the desk."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from ..domain.tickets import Action
from ..store import desks, queue, tickets
from ..store.tables import Desk
from . import audit, closing_soon, desk_changes
from .office import Office, Unit
from .steps import UNDO_FOR, Step, new_batch, take_step


def send_home(office: Office) -> int:
    """Cancel and tell everybody who waits at a desk closed today and whom no clerk has seen since; how many.

    Whom staff themselves gave a number or put back into the queue after closing, they still call. As long as
    the closing can be taken back, nothing happens. Twice does no more than once.
    """
    with office.look() as unit:
        closed = select(col(Desk.id)).where(col(Desk.closed_on) == unit.today).order_by(col(Desk.id))
        left = [desk_id for desk_id in unit.session.execute(closed).scalars() if _slipped_in(unit, desk_id)]
    return sum(_send_home_from(office, desk_id) for desk_id in left)


def _slipped_in(unit: Unit, desk_id: int) -> list[int]:
    closed_at = desk_changes.last_changed_at(unit, desk_id)
    if closed_at is None or unit.now - closed_at <= UNDO_FOR:
        return []
    return queue.unseen_since(unit.session, desk_id, unit.today, closed_at)


def _send_home_from(office: Office, desk_id: int) -> int:
    with office.change() as unit:
        desk = desks.lock_desk(unit.session, desk_id)
        if desk is None or desk.closed_on != unit.today:
            return 0
        # Asked again with the desk locked: a clerk may just have seen to one of them.
        found = [tickets.lock(unit.session, ticket_id) for ticket_id in _slipped_in(unit, desk_id)]
        sent_home = [ticket for ticket in found if ticket is not None]
        for ticket in sent_home:
            take_step(unit, ticket, Step(Action.CANCEL, batch=new_batch()))
            audit.record(unit, None, "cancel", f"ticket:{ticket.id}")
        closing_soon.tell(unit, sent_home, "desk_closed_today", closing_soon.until_when(unit, desk))
        if sent_home:
            unit.desk_changed(desk_id)
        return len(sent_home)
