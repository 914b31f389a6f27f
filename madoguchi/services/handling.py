"""What a clerk does with a ticket besides calling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import Action, TicketState
from ..store.tables import Desk, Service, Ticket
from . import audit, counters, leaving, news, one_number, positions, visit_route
from .actors import Actor
from .calling import expected_at, outcome
from .office import Office, Unit
from .steps import Outcome, Step, Unreached, locked, new_batch, take_step, tried_again_on_clash


def serve(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """The citizen has come to the counter.

    This and the next three raise `Refusal`: not_allowed, unknown_counter, counter_not_yours,
    changed_meanwhile, not_possible_now.
    """

    def work(at: AtCounter) -> None:
        take_step(at.unit, at.ticket, at.step(Action.SERVE), serving_at=at.unit.now)
        _record(at.unit, actor, Action.SERVE, at.ticket)

    return _at_counter(office, actor, counter_id, ticket_id, work)


def miss(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Called and not there: tells the citizen."""

    def work(at: AtCounter) -> None:
        leaving.miss(at.unit, actor, at.desk, at.ticket, counter_id, at.batch)

    return _at_counter(office, actor, counter_id, ticket_id, work)


def hold(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Park it, keeping its place."""

    def work(at: AtCounter) -> None:
        take_step(at.unit, at.ticket, at.step(Action.HOLD))
        _record(at.unit, actor, Action.HOLD, at.ticket)

    return _at_counter(office, actor, counter_id, ticket_id, work)


@tried_again_on_clash
def finish(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """Done, without calling anybody; where a service follows in the same visit, on to that one."""

    def work(at: AtCounter) -> tuple[Unreached, ...]:
        unreached = leaving.finish(office, at.unit, actor, at.ticket, counter_id, at.batch, at.way)
        positions.tell_near(office, at.unit, at.desk)
        return unreached

    return _at_counter(office, actor, counter_id, ticket_id, work)


@dataclass(frozen=True)
class AtCounter:
    """The ticket at the actor's counter, locked with its desk and those on its `way`."""

    unit: Unit
    desk: Desk
    ticket: Ticket
    batch: str
    way: Sequence[int]
    staff_id: int
    counter_id: int

    def step(self, action: Action) -> Step:
        """The step of this click."""
        return Step(action, self.staff_id, self.counter_id, self.batch)


def _at_counter(
    office: Office,
    actor: Actor,
    counter_id: int,
    ticket_id: int,
    work: Callable[[AtCounter], tuple[Unreached, ...] | None],
) -> Outcome:
    actor.require(Permission.CALL)
    with office.change() as unit:
        way = visit_route.lock_way(unit, counter_id)
        desk, _ = counters.own_counter(unit, actor, counter_id)
        ticket = expected_at(unit, counter_id, ticket_id)
        at = AtCounter(unit, desk, ticket, new_batch(), way, actor.staff_id, counter_id)
        unreached = work(at) or ()
        unit.desk_changed(desk.id or 0)
        return outcome(unit, at.batch, ticket, unreached)


@tried_again_on_clash
def resume(office: Office, actor: Actor, ticket_id: int) -> Outcome:
    """Back into the queue: from hold to the old place, from missed to that of the desk's rule.

    Raises `Refusal`: not_allowed, unknown_ticket, not_possible_now, already_waiting(number).
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = _of_desk(unit, actor, ticket_id)
        was_missed = ticket.state == TicketState.MISSED.value
        one_number.refuse_second(unit, ticket, ticket.service_id)
        batch = new_batch()
        step = Step(Action.RESUME, actor.staff_id, None, batch)
        take_step(
            unit,
            ticket,
            step,
            counter_id=None,
            called_at=None,
            near_told=ticket.near_told,
            calls=0,
            **positions.place_columns(ticket),
        )
        if was_missed:
            positions.return_place(unit, desk, ticket)
        facts = {"ahead": positions.ahead_of(unit, ticket), "token": ticket.token}
        news.tell(unit, ticket, "ticket_returned", facts)
        positions.tell_near(office, unit, desk)
        _record(unit, actor, Action.RESUME, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def cancel_waiting(office: Office, actor: Actor, ticket_id: int) -> Outcome:
    """As `cancel_ticket`, unless a colleague has called it meanwhile. Raises besides: changed_meanwhile."""
    return cancel_ticket(office, actor, ticket_id, called_too=False)


def cancel_ticket(office: Office, actor: Actor, ticket_id: int, *, called_too: bool = True) -> Outcome:
    """Take a ticket out of the queue and tell its holder.

    Raises `Refusal`: not_allowed, unknown_ticket, not_possible_now.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = _of_desk(unit, actor, ticket_id)
        if ticket.state == TicketState.CALLED.value and not called_too:
            raise Refusal("changed_meanwhile")
        service = unit.session.get_one(Service, ticket.service_id)
        batch = new_batch()
        take_step(unit, ticket, Step(Action.CANCEL, actor.staff_id, None, batch))
        news.tell(unit, ticket, "ticket_cancelled", {"desk": desk.names, "service": service.names})
        positions.tell_near(office, unit, desk)
        _record(unit, actor, Action.CANCEL, ticket)
        unit.desk_changed(desk.id or 0)
        return outcome(unit, batch, ticket)


def _of_desk(unit: Unit, actor: Actor, ticket_id: int) -> tuple[Desk, Ticket]:
    desk, ticket = locked(unit, ticket_id)
    if desk.municipality_id != actor.municipality_id or ticket.service_day != unit.today:
        raise Refusal("unknown_ticket")
    return desk, ticket


def _record(unit: Unit, actor: Actor, action: Action, ticket: Ticket) -> None:
    audit.record(unit, actor.staff_id, action.value, f"ticket:{ticket.id}", counter=ticket.counter_id)
