"""How a ticket leaves the counter that it was called to."""

from __future__ import annotations

from collections.abc import Sequence

from ..domain.tickets import Action, TicketState
from ..store.tables import Desk, Ticket
from . import audit, news, onward, positions, visit_route
from .actors import Actor
from .office import Office, Unit
from .steps import Step, take_step


def make_room(
    office: Office,
    unit: Unit,
    actor: Actor,
    desk: Desk,
    ticket: Ticket,
    counter_id: int,
    batch: str,
    way: Sequence[int],
) -> None:
    """The clerk turns to somebody else: whoever was called often enough and never came is absent.

    All others are finished. Raises `Refusal` as `finish`.
    """
    never_came = ticket.state == TicketState.CALLED.value and 0 < desk.absent_after_calls <= ticket.calls
    if never_came:
        miss(unit, actor, desk, ticket, counter_id, batch)
    else:
        finish(office, unit, actor, ticket, counter_id, batch, way)


def finish(
    office: Office,
    unit: Unit,
    actor: Actor,
    ticket: Ticket,
    counter_id: int,
    batch: str,
    way: Sequence[int],
) -> None:
    """Done here: on to the next service of the visit, whose desk `way` has locked, or the visit ends.

    Raises `Refusal`: changed_meanwhile, number_taken_there(number, desk), desk_closed.
    """
    stop = visit_route.next_stop(unit, ticket, way)
    if stop is None:
        step = Step(Action.FINISH, actor.staff_id, counter_id, batch)
        take_step(unit, ticket, step, finished_at=unit.now)
        audit.record(unit, actor.staff_id, "finish", f"ticket:{ticket.id}", counter=counter_id)
        return
    service, rest = stop
    step = Step(Action.SEND_ON, actor.staff_id, counter_id, batch)
    there, left = unit.session.get_one(Desk, service.desk_id), ticket.desk_id
    onward.go_on(office, unit, ticket, there, service, step, route=rest)
    if there.id != left:
        positions.tell_near(office, unit, there)
    audit.record(
        unit, actor.staff_id, "send_on", f"ticket:{ticket.id}", counter=counter_id, service=service.id
    )


def miss(unit: Unit, actor: Actor, desk: Desk, ticket: Ticket, counter_id: int, batch: str) -> None:
    """Called and not there: tells the citizen."""
    take_step(unit, ticket, Step(Action.MISS, actor.staff_id, counter_id, batch))
    news.tell(unit, ticket, "ticket_missed", {"desk": desk.names, "token": ticket.token})
    audit.record(unit, actor.staff_id, "miss", f"ticket:{ticket.id}", counter=counter_id)
