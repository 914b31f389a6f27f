"""Counters whose clerk's browser has died: nobody is to stand before them, nor keep a ticket for ever."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlmodel import col

from ..domain.tickets import Action, TicketState
from ..store import desks, tickets
from ..store.tables import AuditEntry, Counter, Ticket, TicketChange
from . import audit, counters, outbox
from .actors import Actor
from .calling import called_cause, tell_taken_back
from .office import Office, Unit
from .steps import Step, new_batch, take_step

GONE_FOR: Final = timedelta(minutes=5)
"""Without a live browser of its clerk for so long, a counter is free again."""
_RELEASED: Final = "release_counter"
STAMP_EVERY: Final = timedelta(minutes=1)
"""Nobody's being alive is written down more often than this."""


def seen(office: Office, staff_ids: Collection[int]) -> None:
    """These members of staff have a live browser now. Call it again and again, also with nobody.

    Only time in which somebody looked counts as absence: see `release`.
    """
    now = office.clock.now()
    office.browsers.look(now)
    if not staff_ids:
        return
    stale = (
        col(Counter.staff_id).in_(sorted(staff_ids)),
        or_(col(Counter.seen_at).is_(None), col(Counter.seen_at) <= now - STAMP_EVERY),
    )
    with office.look() as unit:
        if unit.session.execute(select(col(Counter.id)).where(*stale).limit(1)).first() is None:
            return
    with office.change() as unit:
        unit.session.execute(update(Counter).where(*stale).values(seen_at=now))


def release(office: Office) -> int:
    """Free the counters whose clerks are gone; how many.

    Who was called there goes back to the old place in the queue, who was being served on hold. Time in
    which this process did not look for browsers does not count: after a restart everybody has `GONE_FOR`
    to come back, and a process that sees no browsers releases nobody.
    """
    watched_since = office.browsers.since(office.clock.now())
    if watched_since is None:
        return 0
    with office.look() as unit:
        taken = select(Counter).where(col(Counter.staff_id).is_not(None)).order_by(col(Counter.id))
        gone = [
            counter.id or 0
            for counter in unit.session.execute(taken).scalars()
            if _gone(counter, watched_since, unit.now)
        ]
    return sum(_release(office, counter_id, watched_since) for counter_id in gone)


def lost(office: Office, actor: Actor) -> str | None:
    """The counter that was freed today because the actor's browser was gone, until they sit down again."""
    with office.look() as unit:
        midnight = datetime.combine(unit.today, time(), unit.zone)
        sat = select(col(AuditEntry.id)).where(
            col(AuditEntry.staff_id) == actor.staff_id, col(AuditEntry.action) == "take_counter"
        )
        newest = sat.order_by(col(AuditEntry.id).desc()).limit(1).scalar_subquery()
        freed: list[AuditEntry] = list(
            unit.session.execute(
                select(AuditEntry)
                .where(
                    col(AuditEntry.action) == _RELEASED,
                    col(AuditEntry.at) >= midnight,
                    col(AuditEntry.id) > func.coalesce(newest, 0),
                )
                .order_by(col(AuditEntry.id).desc())
            ).scalars()
        )
        mine = next((row for row in freed if row.facts.get("staff") == actor.staff_id), None)
        counter = None if mine is None else unit.session.get(Counter, int(mine.subject.split(":")[1]))
        return None if counter is None else counter.label


def _gone(counter: Counter, watched_since: datetime, now: datetime) -> bool:
    if counter.staff_id is None or counter.taken_at is None:
        return False
    last = counter.taken_at if counter.seen_at is None else counter.seen_at + STAMP_EVERY
    return now - max(last, watched_since) >= GONE_FOR


def _release(office: Office, counter_id: int, watched_since: datetime) -> bool:
    with office.change() as unit:
        desk_id = desks.desk_id_of_counter(unit.session, counter_id)
        desk = None if desk_id is None else desks.lock_desk(unit.session, desk_id)
        # Locked and read again: the clerk may have come back at this moment.
        counter = unit.session.get(Counter, counter_id, populate_existing=True, with_for_update=True)
        if desk is None or counter is None or not _gone(counter, watched_since, unit.now):
            return False
        there = counters.current(unit, counter_id)
        ticket = None if there is None else tickets.lock(unit.session, there.id or 0)
        if ticket is not None:
            _put_away(unit, counter, ticket)
        facts = {"staff": counter.staff_id, "ticket": None if ticket is None else ticket.id}
        audit.record(unit, None, _RELEASED, f"counter:{counter_id}", **facts)
        counters.empty(counter)
        unit.desk_changed(desk.id or 0)
        return True


def _put_away(unit: Unit, counter: Counter, ticket: Ticket) -> None:
    was_called = ticket.state == TicketState.CALLED.value
    pushes = _pushes_of_calls(unit, ticket) if was_called else ()
    step = Step(Action.RELEASE, None, counter.id, new_batch())
    take_step(unit, ticket, step, counter_id=None, **({"called_at": None} if was_called else {}))
    taken_back = [outbox.withdraw(unit, cause) for cause in pushes]
    # Who took the ticket to LINE once it was called has read the call there, without any push.
    if was_called and not (taken_back and all(taken_back)):
        tell_taken_back(unit, ticket, f"call_released:{ticket.id}:{ticket.version}")


def _pushes_of_calls(unit: Unit, ticket: Ticket) -> list[str]:
    """The causes of the pushes that the calls to this counter wrote."""
    calls = select(col(TicketChange.version_after)).where(
        col(TicketChange.ticket_id) == ticket.id,
        col(TicketChange.action).in_([Action.CALL.value, Action.RECALL.value]),
        col(TicketChange.undone).is_(False),
        col(TicketChange.changed_at) >= ticket.called_at,
    )
    causes = [called_cause(ticket, version) for version in unit.session.execute(calls).scalars()]
    return [cause for cause in causes if outbox.written(unit, cause)]
