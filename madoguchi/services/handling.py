"""What a clerk does with a ticket besides calling it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import Action, Channel, TicketState
from ..store import tickets
from ..store.tables import Desk, Service, Ticket
from . import audit, counters, outbox, positions
from .actors import Actor
from .calling import expected_at, outcome
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, Step, locked, new_batch, take_step

NEWS_MOMENT: Final = timedelta(hours=2)
"""How long news about a ticket are worth sending."""
RETURNS_BEHIND: Final = 3
"""A missed ticket that comes back waits behind this many."""


def serve(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """The citizen has come to the counter."""
    return _at_counter(office, actor, counter_id, ticket_id, Action.SERVE)


def miss(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Called and not there: tells the citizen."""
    return _at_counter(office, actor, counter_id, ticket_id, Action.MISS)


def hold(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Park it, keeping its place."""
    return _at_counter(office, actor, counter_id, ticket_id, Action.HOLD)


def finish(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Done, without calling anybody."""
    return _at_counter(office, actor, counter_id, ticket_id, Action.FINISH)


def _at_counter(office: Office, actor: Actor, counter_id: int, ticket_id: int, action: Action) -> Outcome:
    # Raises Refusal: not_allowed, unknown_counter, counter_not_yours, changed_meanwhile, not_possible_now.
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, _ = counters.own_counter(unit, actor, counter_id)
        ticket = expected_at(unit, counter_id, ticket_id)
        batch = new_batch()
        moments: dict[str, object] = {}
        if action is Action.SERVE:
            moments = {"serving_at": unit.now}
        elif action is Action.FINISH:
            moments = {"finished_at": unit.now}
        take_step(unit, ticket, Step(action, actor.staff_id, counter_id, batch), **moments)
        if action is Action.MISS:
            _tell(unit, ticket, "ticket_missed", {"desk": desk.names, "token": ticket.token})
        _record(unit, actor, action, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def hand_over(office: Office, actor: Actor, counter_id: int, ticket_id: int, service_id: int) -> Outcome:
    """Send the citizen on to another service of the desk; number and place by time of arrival are kept.

    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, changed_meanwhile, unknown_service,
    already_waiting(number).
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, _ = counters.own_counter(unit, actor, counter_id)
        ticket = expected_at(unit, counter_id, ticket_id)
        service = unit.session.get(Service, service_id)
        if service is None or service.desk_id != desk.id:
            raise Refusal("unknown_service")
        refuse_second(unit, ticket, service_id)
        batch = new_batch()
        step = Step(Action.HAND_OVER, actor.staff_id, counter_id, batch)
        take_step(unit, ticket, step, service_id=service_id, counter_id=None, called_at=None, near_told=True)
        ahead = positions.ahead_of(unit, ticket)
        _tell(unit, ticket, "ticket_handed_over", {"service": service.names, "ahead": ahead})
        _record(unit, actor, Action.HAND_OVER, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def resume(office: Office, actor: Actor, ticket_id: int) -> Outcome:
    """Back into the queue: from hold to the old place, from missed behind the next three.

    Raises `Refusal`: not_allowed, unknown_ticket, not_possible_now.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = _of_desk(unit, actor, ticket_id)
        was_missed = ticket.state == TicketState.MISSED.value
        refuse_second(unit, ticket, ticket.service_id)
        batch = new_batch()
        step = Step(Action.RESUME, actor.staff_id, None, batch)
        take_step(
            unit,
            ticket,
            step,
            counter_id=None,
            called_at=None,
            near_told=ticket.near_told,
            **positions.place_columns(positions.entry_of(ticket)),
        )
        if was_missed:
            positions.move_back(unit, desk, ticket, RETURNS_BEHIND)
        facts = {"ahead": positions.ahead_of(unit, ticket), "token": ticket.token}
        _tell(unit, ticket, "ticket_returned", facts)
        positions.tell_near(office, unit, desk)
        _record(unit, actor, Action.RESUME, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def cancel_ticket(office: Office, actor: Actor, ticket_id: int) -> Outcome:
    """Take a ticket out of the queue and tell its holder.

    Raises `Refusal`: not_allowed, unknown_ticket, not_possible_now.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = _of_desk(unit, actor, ticket_id)
        service = unit.session.get_one(Service, ticket.service_id)
        batch = new_batch()
        take_step(unit, ticket, Step(Action.CANCEL, actor.staff_id, None, batch))
        _tell(unit, ticket, "ticket_cancelled", {"desk": desk.names, "service": service.names})
        positions.tell_near(office, unit, desk)
        _record(unit, actor, Action.CANCEL, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def news_cause(kind: str, ticket: Ticket, version: int) -> str:
    """Names the message about the change that brought the ticket to `version`."""
    return f"{kind}:{ticket.id}:{version}"


def refuse_second(unit: Unit, ticket: Ticket, service_id: int) -> None:
    """Raises `Refusal("already_waiting")` when its holder has another open number of the service in LINE."""
    if ticket.line_user_id is None or ticket.channel != Channel.LINE.value:
        return
    other = tickets.open_in_line(unit.session, ticket.line_user_id, service_id, unit.today)
    if other is not None and other.ticket.id != ticket.id:
        raise Refusal("already_waiting", number=positions.number_of(other.ticket))


def _of_desk(unit: Unit, actor: Actor, ticket_id: int) -> tuple[Desk, Ticket]:
    desk, ticket = locked(unit, ticket_id)
    if desk.municipality_id != actor.municipality_id or ticket.service_day != unit.today:
        raise Refusal("unknown_ticket")
    return desk, ticket


def _tell(unit: Unit, ticket: Ticket, kind: str, facts: dict[str, object]) -> None:
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


def _record(unit: Unit, actor: Actor, action: Action, ticket: Ticket) -> None:
    audit.record(unit, actor.staff_id, action.value, f"ticket:{ticket.id}", counter=ticket.counter_id)
