"""Taking back a clerk's click within ten seconds, with the messages it caused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, OPEN, Action
from ..store import tickets
from ..store.tables import Call, Desk, Ticket, TicketChange
from . import audit, one_number, outbox, positions
from .actors import Actor
from .calling import CALL_MOMENT, called_cause, unchanged
from .news import news_cause
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, lock_desks, locked_at, put_back

_NEWS = {
    Action.MISS: "ticket_missed",
    Action.HAND_OVER: "ticket_handed_over",
    Action.SEND_ON: "ticket_handed_over",
    Action.REOPEN: "ticket_returned",
    Action.RESUME: "ticket_returned",
    Action.CANCEL: "ticket_cancelled",
}
_CALLS = (Action.CALL, Action.RECALL)


def undo(office: Office, actor: Actor, batch: str) -> Outcome:
    """Put the tickets of one click back as they were.

    A push that no sender has touched is withdrawn; a call that was already pushed is taken back by
    another push. A ticket that went to another desk comes back from there. Raises `Refusal`: not_allowed,
    undo_too_late, changed_meanwhile, already_waiting(number), number_taken_there(number, desk).
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        changes, there = _changes(unit, actor, batch)
        for change in changes:
            left, ticket = locked_at(unit, there, change.ticket_id)
            _put_back(unit, there, ticket, change)
            _take_back_message(unit, ticket, change)
            change.undone = True
            unit.session.flush()
            for desk_id in (left.id or 0, ticket.desk_id):
                unit.desk_changed(desk_id)
        for desk in there.values():
            positions.tell_near(office, unit, desk)
        audit.record(unit, actor.staff_id, "undo", f"batch:{batch[:32]}")
        at_counter = next((change.counter_id for change in changes if change.counter_id), None)
        return unchanged(_current(unit, at_counter))


def _changes(unit: Unit, actor: Actor, batch: str) -> tuple[Sequence[TicketChange], Mapping[int, Desk]]:
    """The steps of the click, newest first, and the desks that they touched, locked."""
    query = (
        select(TicketChange)
        .where(col(TicketChange.batch) == batch[:32], col(TicketChange.staff_id) == actor.staff_id)
        .order_by(col(TicketChange.id).desc())
    )
    seen: list[TicketChange] = list(unit.session.execute(query).scalars())
    if not seen or unit.now - seen[0].changed_at > UNDO_FOR:
        raise Refusal("undo_too_late")
    now_at = {tickets.desk_id_of(unit.session, change.ticket_id) for change in seen}
    came_from = {change.before.get("desk_id") for change in seen}
    # Locked before they are believed: the same undo may be under way in another tab.
    there = lock_desks(unit, [desk_id for desk_id in now_at | came_from if desk_id is not None])
    changes: list[TicketChange] = list(
        unit.session.execute(query, execution_options={"populate_existing": True}).scalars()
    )
    if any(change.undone for change in changes):
        raise Refusal("undo_too_late")
    return changes, there


def _put_back(unit: Unit, there: Mapping[int, Desk], ticket: Ticket, change: TicketChange) -> None:
    if ticket.version != change.version_after:
        raise Refusal("changed_meanwhile")
    at = _current(unit, change.before.get("counter_id", ticket.counter_id))
    if change.before["state"] in AT_COUNTER and at is not None and at.id != ticket.id:
        raise Refusal("changed_meanwhile")
    service_id = change.before.get("service_id", ticket.service_id)
    if change.before["state"] in OPEN and (ticket.state not in OPEN or service_id != ticket.service_id):
        one_number.refuse_second(unit, ticket, service_id)
    desk_id = change.before.get("desk_id", ticket.desk_id)
    if desk_id != ticket.desk_id:
        one_number.refuse_taken(unit, ticket, there[desk_id])
    put_back(ticket, change.before)
    unit.session.flush()


def _take_back_message(unit: Unit, ticket: Ticket, change: TicketChange) -> None:
    action = Action(change.action)
    if action in _NEWS:
        outbox.withdraw(unit, news_cause(_NEWS[action], ticket, change.version_after))
    if action not in _CALLS:
        return
    newest = (
        select(col(Call.id)).where(col(Call.ticket_id) == ticket.id).order_by(col(Call.id).desc()).limit(1)
    )
    unit.session.execute(delete(Call).where(col(Call.id) == newest.scalar_subquery()))
    withdrawn = outbox.withdraw(unit, called_cause(ticket, change.version_after))
    if ticket.line_user_id is None or withdrawn or action is not Action.CALL:
        return
    outbox.enqueue(
        unit,
        cause=f"call_undone:{ticket.id}:{change.version_after}",
        kind="ticket_call_undone",
        line_user_id=ticket.line_user_id,
        ticket_id=ticket.id,
        expires_in=CALL_MOMENT,
        facts={"number": positions.number_of(ticket), "token": ticket.token},
    )


def _current(unit: Unit, counter_id: int | None) -> Ticket | None:
    found = [] if counter_id is None else tickets.at_counter(unit.session, counter_id, unit.today)
    return found[0] if found else None
