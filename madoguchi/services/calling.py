"""Calling: the next, a chosen one, again."""

from __future__ import annotations

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, Action, TicketState
from ..store import tickets
from ..store.outbox import CALL, CALL_MOMENT
from ..store.tables import Call, Counter, Desk, Ticket
from . import audit, counters, leaving, one_number, outbox, positions, visit_route
from .actors import Actor
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, Step, Unreached, new_batch, take_step, tried_again_on_clash


@tried_again_on_clash
def call_next(office: Office, actor: Actor, counter_id: int, expected: int | None) -> Outcome:
    """Finish who is at the counter, or send them on in their visit, and call who is next.

    Who was called as often as the desk waits for and never came is not finished but absent.

    `expected` is the ticket id that the page shows at the counter (None: nobody). When another one is
    there by now, as after a double tap, nothing changes and that one is told.
    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, nobody_waits, changed_meanwhile,
    counter_paused(counter) with nobody there.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        way = visit_route.lock_way(unit, counter_id)
        desk, counter = counters.own_counter(unit, actor, counter_id)
        current = counters.current(unit, counter_id)
        if (None if current is None else current.id) != expected:
            return unchanged(current)
        following = positions.next_for(unit, counter)
        if current is None:
            counters.refuse_paused(counter)
        if following is None and current is None:
            raise Refusal("nobody_waits")
        batch = new_batch()
        unreached: tuple[Unreached, ...] = ()
        if current is not None:
            unreached = leaving.make_room(office, unit, actor, desk, current, counter_id, batch, way)
        ticket = None if following is None else tickets.lock(unit.session, following.ticket_id)
        if ticket is not None:
            _call(unit, actor, desk, counter, ticket, batch)
        positions.tell_near(office, unit, desk)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket, unreached)


@tried_again_on_clash
def call_chosen(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Call this ticket, which waits, is on hold or missed, as `call_next` calls the next.

    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, counter_paused(counter),
    unknown_ticket, called_elsewhere(counter), not_possible_now, changed_meanwhile, already_waiting(number)
    when an absent one has taken another number of the service.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        way = visit_route.lock_way(unit, counter_id)
        desk, counter = counters.own_counter(unit, actor, counter_id)
        ticket = _at_desk(unit, desk, ticket_id)
        current = counters.current(unit, counter_id)
        if current is not None and current.id == ticket_id:
            return unchanged(current)
        counters.refuse_paused(counter)
        if ticket.state in {state.value for state in AT_COUNTER}:
            elsewhere = unit.session.get(Counter, ticket.counter_id)
            raise Refusal("called_elsewhere", counter=elsewhere.label if elsewhere else "")
        batch = new_batch()
        unreached: tuple[Unreached, ...] = ()
        if current is not None:
            unreached = leaving.make_room(office, unit, actor, desk, current, counter_id, batch, way)
        if ticket.state == TicketState.MISSED.value:
            one_number.refuse_second(unit, ticket, ticket.service_id)
        _call(unit, actor, desk, counter, ticket, batch)
        positions.tell_near(office, unit, desk)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket, unreached)


def recall(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Announce the ticket at the counter once more.

    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, changed_meanwhile.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, counter = counters.own_counter(unit, actor, counter_id)
        ticket = expected_at(unit, counter_id, ticket_id)
        batch = new_batch()
        step = Step(Action.RECALL, actor.staff_id, counter_id, batch)
        take_step(unit, ticket, step, calls=ticket.calls + 1)
        _announce(unit, desk, counter, ticket)
        audit.record(unit, actor.staff_id, "recall", f"ticket:{ticket_id}", counter=counter_id)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def expected_at(unit: Unit, counter_id: int, ticket_id: int) -> Ticket:
    """The ticket at the counter. Raises `Refusal("changed_meanwhile")` if the page showed another one."""
    ticket = counters.current(unit, counter_id)
    if ticket is None or ticket.id != ticket_id:
        raise Refusal("changed_meanwhile")
    return ticket


def outcome(unit: Unit, batch: str, ticket: Ticket | None, unreached: tuple[Unreached, ...] = ()) -> Outcome:
    """What the click did, undoable from now."""
    number = None if ticket is None else positions.number_of(ticket)
    return Outcome(batch, None if ticket is None else ticket.id, number, unit.now + UNDO_FOR, unreached)


def unchanged(ticket: Ticket | None) -> Outcome:
    """Nothing changed; this is who is at the counter."""
    if ticket is None:
        return Outcome(None, None, None, None)
    return Outcome(None, ticket.id, positions.number_of(ticket), None)


def _at_desk(unit: Unit, desk: Desk, ticket_id: int) -> Ticket:
    ticket = tickets.lock(unit.session, ticket_id)
    if ticket is None or ticket.desk_id != desk.id or ticket.service_day != unit.today:
        raise Refusal("unknown_ticket")
    return ticket


def _call(unit: Unit, actor: Actor, desk: Desk, counter: Counter, ticket: Ticket, batch: str) -> None:
    turn = positions.turn_of(unit, ticket)
    step = Step(Action.CALL, actor.staff_id, counter.id, batch)
    take_step(
        unit,
        ticket,
        step,
        counter_id=counter.id,
        called_at=unit.now,
        serving_at=None,
        first_called_at=ticket.first_called_at or unit.now,
        # Counted anew each time that it comes from the queue: so often was it called in vain this time.
        calls=1,
        not_before=None,
    )
    _announce(unit, desk, counter, ticket, turn)
    audit.record(unit, actor.staff_id, "call", f"ticket:{ticket.id}", counter=counter.id)


def _announce(unit: Unit, desk: Desk, counter: Counter, ticket: Ticket, called_as: str = "") -> None:
    before = None if ticket.line_user_id is None else tickets.counter_told(unit.session, ticket.id or 0)
    unit.session.add(
        Call(
            ticket_id=ticket.id or 0,
            counter_id=counter.id or 0,
            called_at=unit.now,
            called_as=called_as,
        )
    )
    unit.session.flush()
    if ticket.line_user_id is None:
        return
    outbox.hurry(unit, ticket.line_user_id)
    outbox.enqueue(
        unit,
        # The version grows even by an undo, so a call after an undone one is a cause of its own.
        cause=called_cause(ticket, ticket.version),
        kind=CALL,
        line_user_id=ticket.line_user_id,
        ticket_id=ticket.id,
        expires_in=CALL_MOMENT,
        facts={
            "number": positions.number_of(ticket),
            "counter": counter.label,
            "desk": desk.names,
            "place": desk.places,
            "calls": ticket.calls,
            "token": ticket.token,
            # Where its holder was told to come before, if that was somewhere else.
            **({} if before in (None, counter.label) else {"before": before}),
        },
    )


def tell_taken_back(unit: Unit, ticket: Ticket, cause: str) -> None:
    """Write to the ticket's holder that the call was taken back."""
    if ticket.line_user_id is None:
        return
    outbox.enqueue(
        unit,
        cause=cause,
        kind="ticket_call_undone",
        line_user_id=ticket.line_user_id,
        ticket_id=ticket.id,
        expires_in=CALL_MOMENT,
        facts={"number": positions.number_of(ticket), "token": ticket.token},
    )


def called_cause(ticket: Ticket, version: int) -> str:
    """Names the push of the call that brought the ticket to `version`."""
    return f"called:{ticket.id}:{version}"
