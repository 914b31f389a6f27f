"""Taking back a clerk's click within ten seconds, with the messages it caused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, and_, delete, or_, select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, OPEN, Action
from ..store import parts, tickets
from ..store.tables import Call, Counter, Desk, DeskChange, Ticket, TicketChange
from . import audit, desk_changes, one_number, outbox, positions
from .actors import Actor
from .calling import called_cause, tell_taken_back, unchanged
from .news import news_cause, tell_missed
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, lock_desks, locked_at, put_back, tried_again_on_clash

_NEWS = {
    Action.MISS: "ticket_missed",
    Action.HAND_OVER: "ticket_handed_over",
    Action.SEND_ON: "ticket_handed_over",
    Action.REOPEN: "ticket_returned",
    Action.RESUME: "ticket_returned",
    Action.CANCEL: "ticket_cancelled",
}
_CALLS = (Action.CALL, Action.RECALL)
_GIVES_NUMBER_UP = (Action.FINISH, Action.CANCEL, Action.HAND_OVER, Action.SEND_ON)
"""After these another may have come to the desk with the same number."""


@tried_again_on_clash
def undo(office: Office, actor: Actor, batch: str) -> Outcome:
    """Put the tickets of one click back as they were, and the desk that it stopped or closed.

    A push that no sender has touched is withdrawn; a call that was already pushed is taken back by
    another push. A ticket that went to another desk comes back from there. Raises `Refusal`: not_allowed,
    undo_too_late, changed_meanwhile, already_waiting(number), number_taken_there(number, desk).
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        there = _lock(unit, actor, batch)
        whole_desk = desk_changes.put_back(unit, actor, batch) is not None
        changes = _changes(unit, actor, batch, whole_desk)
        _hold_numbers(unit, changes)
        for change in changes:
            try:
                left, ticket = locked_at(unit, there, change.ticket_id)
                if ticket.version != change.version_after:
                    raise Refusal("changed_meanwhile")
                _refuse_other_clerk(unit, ticket, change, None if whole_desk else actor.staff_id)
                _put_back(unit, there, ticket, change)
            except Refusal:
                if not whole_desk:
                    raise
                # Of a whole desk, those are left as they are with whom somebody has gone on meanwhile.
                _tell_who_stays_absent(unit, there, change)
                continue
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


def _lock(unit: Unit, actor: Actor, batch: str) -> Mapping[int, Desk]:
    """The desks that the click touched, and those where its tickets are by now, locked."""
    session = unit.session
    seen: list[TicketChange] = list(session.execute(_steps_of(actor, batch)).scalars())
    desk_ids = {tickets.desk_id_of(session, change.ticket_id) for change in seen}
    desk_ids |= {change.before.get("desk_id") for change in seen}
    own = select(col(DeskChange.desk_id)).where(
        col(DeskChange.batch) == batch[:32], col(DeskChange.staff_id) == actor.staff_id
    )
    desk_ids |= set(session.execute(own).scalars())
    return lock_desks(unit, [desk_id for desk_id in desk_ids if desk_id is not None])


def _steps_of(actor: Actor, batch: str) -> Select[TicketChange]:
    """The click's steps of tickets, newest first."""
    # What the system did to a ticket at a counter is for its clerk to take back.
    own_counters = select(col(Counter.id)).where(col(Counter.staff_id) == actor.staff_id)
    without_clerk = and_(col(TicketChange.staff_id).is_(None), col(TicketChange.counter_id).in_(own_counters))
    return (
        select(TicketChange)
        .where(
            col(TicketChange.batch) == batch[:32],
            or_(col(TicketChange.staff_id) == actor.staff_id, without_clerk),
        )
        .order_by(col(TicketChange.id).desc())
    )


def _changes(unit: Unit, actor: Actor, batch: str, whole_desk: bool) -> Sequence[TicketChange]:
    """The click's steps as they stand with the desks locked. Raises `Refusal("undo_too_late")`."""
    # Locked before they are believed: the same undo may be under way in another tab.
    steps = unit.session.execute(
        _steps_of(actor, batch), execution_options={"populate_existing": True}
    ).scalars()
    changes: list[TicketChange] = list(steps)
    if whole_desk:
        return changes
    if not changes or unit.now - changes[0].changed_at > UNDO_FOR or any(one.undone for one in changes):
        raise Refusal("undo_too_late")
    return changes


def _hold_numbers(unit: Unit, changes: Sequence[TicketChange]) -> None:
    """Before any of them comes back, no other is given its number where it comes to."""
    wanted = []
    for change in changes:
        ticket = unit.session.get(Ticket, change.ticket_id)
        if ticket is not None and Action(change.action) in _GIVES_NUMBER_UP:
            wanted.append((ticket, change.before.get("desk_id", ticket.desk_id)))
    one_number.hold(unit, wanted)


def _refuse_other_clerk(unit: Unit, ticket: Ticket, change: TicketChange, staff_id: int | None) -> None:
    """The counter where the ticket stands, or would stand again, must be that clerk's; None: anybody's.

    Raises `Refusal("changed_meanwhile")`.
    """
    if change.action == Action.FOLLOW.value:
        return
    seats = {ticket.counter_id} if ticket.state in AT_COUNTER else set()
    if change.before["state"] in AT_COUNTER:
        seats.add(change.before.get("counter_id", ticket.counter_id))
    for counter_id in seats:
        # Read with its desk locked: somebody may just have stood up.
        counter = unit.session.get_one(Counter, counter_id, populate_existing=True)
        if counter.staff_id is None or staff_id not in (None, counter.staff_id):
            raise Refusal("changed_meanwhile")


def _put_back(unit: Unit, there: Mapping[int, Desk], ticket: Ticket, change: TicketChange) -> None:
    at = _current(unit, change.before.get("counter_id", ticket.counter_id))
    if change.before["state"] in AT_COUNTER and at is not None and at.id != ticket.id:
        raise Refusal("changed_meanwhile")
    service_id = change.before.get("service_id", ticket.service_id)
    if change.before["state"] in OPEN and (ticket.state not in OPEN or service_id != ticket.service_id):
        one_number.refuse_second(unit, ticket, service_id)
    desk_id = change.before.get("desk_id", ticket.desk_id)
    if Action(change.action) in _GIVES_NUMBER_UP:
        one_number.refuse_taken(unit, ticket, there[desk_id])
    put_back(ticket, change.before)
    if change.action == Action.SEND_ON.value:
        parts.take_back_last(unit.session, ticket.id or 0)
    unit.session.flush()


def _tell_who_stays_absent(unit: Unit, there: Mapping[int, Desk], change: TicketChange) -> None:
    """The counter has gone on to somebody else. That the desk has closed is not said any more, so this is."""
    ticket = tickets.lock(unit.session, change.ticket_id)
    if ticket is None or change.action != Action.MISS.value or ticket.version != change.version_after:
        return
    tell_missed(unit, there[ticket.desk_id], ticket)


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
    if action is Action.CALL and not withdrawn:
        tell_taken_back(unit, ticket, f"call_undone:{ticket.id}:{change.version_after}")


def _current(unit: Unit, counter_id: int | None) -> Ticket | None:
    found = [] if counter_id is None else tickets.at_counter(unit.session, counter_id, unit.today)
    return found[0] if found else None
