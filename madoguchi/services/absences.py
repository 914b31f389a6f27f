"""Absent without a click: called so often, and nobody has come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from ..domain.tickets import Action
from ..store import desks, queue, tickets
from ..store.tables import Desk
from . import audit, news
from .office import Office, Unit
from .steps import Step, new_batch, take_step


def mark_absent(office: Office) -> int:
    """Mark everybody absent who was called as often, and as long ago, as their desk says; how many.

    It is what 不在 does, without a clerk: whoever sits at the counter can take it back for ten seconds.
    """
    with office.look() as unit:
        rules = select(Desk).where(col(Desk.absent_after_calls) > 0).order_by(col(Desk.id))
        due = [desk.id or 0 for desk in unit.session.execute(rules).scalars() if _due(unit, desk)]
    return sum(_mark_at(office, desk_id) for desk_id in due)


def _due(unit: Unit, desk: Desk) -> list[int]:
    before = unit.now - timedelta(minutes=desk.absent_after_minutes)
    return queue.unanswered(unit.session, desk.id or 0, unit.today, desk.absent_after_calls, before)


def _mark_at(office: Office, desk_id: int) -> int:
    with office.change() as unit:
        desk = desks.lock_desk(unit.session, desk_id)
        if desk is None:
            return 0
        # Asked again with the desk locked: a clerk may just have clicked.
        due = [] if desk.absent_after_calls == 0 else _due(unit, desk)
        for ticket_id in due:
            ticket = tickets.lock(unit.session, ticket_id)
            assert ticket is not None
            take_step(unit, ticket, Step(Action.MISS, None, ticket.counter_id, new_batch()))
            news.tell_missed(unit, desk, ticket)
            audit.record(unit, None, "miss", f"ticket:{ticket_id}", counter=ticket.counter_id)
        if due:
            unit.desk_changed(desk_id)
        return len(due)
