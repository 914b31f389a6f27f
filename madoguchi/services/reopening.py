"""What has ended begins again: a finished visit at my counter, a cancelled number at its old place."""

from __future__ import annotations

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import Action, TicketState
from ..store import desks
from ..store.tables import Desk, Ticket
from . import audit, counters, news, one_number, onward, positions
from .actors import Actor
from .calling import outcome, unchanged
from .office import Office, Unit
from .steps import Outcome, Step, locked, new_batch, take_step, tried_again_on_clash


@tried_again_on_clash
def reopen(office: Office, actor: Actor, counter_id: int, ticket_id: int) -> Outcome:
    """A finished ticket of today comes back to my free counter, a cancelled one back into the queue.

    A second tap changes nothing. For a cancelled one the counter does not matter. Raises `Refusal`:
    not_allowed, unknown_ticket, unknown_counter, counter_not_yours, finish_first(number, counter),
    already_waiting(number), number_taken_there(number, desk), desk_closed, not_possible_now,
    changed_meanwhile.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        here = desks.desk_id_of_counter(unit.session, counter_id)
        desk, ticket = locked(unit, ticket_id, *([] if here is None else [here]))
        if desk.municipality_id != actor.municipality_id or ticket.service_day != unit.today:
            raise Refusal("unknown_ticket")
        there = counters.current(unit, counter_id)
        if there is not None and there.id == ticket_id:
            return unchanged(there)
        batch = new_batch()
        if ticket.state == TicketState.CANCELLED.value:
            _back_into_the_queue(office, unit, actor, desk, ticket, batch)
        else:
            _back_to_the_counter(unit, actor, counter_id, ticket, batch)
        audit.record(unit, actor.staff_id, Action.REOPEN.value, f"ticket:{ticket_id}", counter=counter_id)
        unit.desk_changed(ticket.desk_id)
        return outcome(unit, batch, ticket)


def _back_to_the_counter(unit: Unit, actor: Actor, counter_id: int, ticket: Ticket, batch: str) -> None:
    desk, counter = counters.own_counter(unit, actor, counter_id)
    if ticket.desk_id != desk.id:
        raise Refusal("unknown_ticket")
    there = counters.current(unit, counter_id)
    if there is not None:
        raise Refusal("finish_first", number=positions.number_of(there), counter=counter.label)
    one_number.refuse_second(unit, ticket, ticket.service_id)
    one_number.refuse_taken(unit, ticket, desk)
    step = Step(Action.REOPEN, actor.staff_id, counter_id, batch)
    serving_at = ticket.serving_at or unit.now
    take_step(unit, ticket, step, counter_id=counter_id, serving_at=serving_at, finished_at=None)


def _back_into_the_queue(
    office: Office, unit: Unit, actor: Actor, desk: Desk, ticket: Ticket, batch: str
) -> None:
    onward.refuse_closed(unit, desk)
    one_number.refuse_second(unit, ticket, ticket.service_id)
    one_number.refuse_taken(unit, ticket, desk)
    step = Step(Action.REOPEN, actor.staff_id, None, batch)
    told = {"near_told": ticket.near_told, "soon_told": ticket.soon_told}
    take_step(unit, ticket, step, counter_id=None, called_at=None, calls=0, **told)
    news.tell(
        unit,
        ticket,
        "ticket_returned",
        {"ahead": positions.ahead_of(unit, ticket), "token": ticket.token},
    )
    positions.tell_near(office, unit, desk)
