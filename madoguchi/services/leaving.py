"""How a ticket leaves the counter that it was called to."""

from __future__ import annotations

from collections.abc import Sequence

from ..domain.tickets import Action, TicketState
from ..store import parts
from ..store.tables import Desk, Ticket
from . import audit, news, onward, positions, visit_route
from .actors import Actor
from .office import Office, Unit
from .steps import Step, Unreached, take_step


def make_room(
    office: Office,
    unit: Unit,
    actor: Actor,
    desk: Desk,
    ticket: Ticket,
    counter_id: int,
    batch: str,
    way: Sequence[int],
) -> tuple[Unreached, ...]:
    """The clerk turns to somebody else: whoever was called often enough and never came is absent.

    All others are finished, as by `finish`.
    """
    never_came = ticket.state == TicketState.CALLED.value and 0 < desk.absent_after_calls <= ticket.calls
    if never_came:
        miss(unit, actor, desk, ticket, counter_id, batch)
        return ()
    return finish(office, unit, actor, ticket, counter_id, batch, way)


def finish(
    office: Office,
    unit: Unit,
    actor: Actor,
    ticket: Ticket,
    counter_id: int,
    batch: str,
    way: Sequence[int],
) -> tuple[Unreached, ...]:
    """Done here: on to the next service of the visit, whose desk `way` has locked, or the visit ends.

    A desk that has closed or has that number never keeps a clerk from finishing: the visit goes on behind
    it, and the services that could not be reached are told. Raises `Refusal`: changed_meanwhile.
    """
    stop, unreached = visit_route.next_stop(unit, ticket, way)
    if stop is None:
        step = Step(Action.FINISH, actor.staff_id, counter_id, batch)
        take_step(unit, ticket, step, finished_at=unit.now)
        audit.record(unit, actor.staff_id, "finish", f"ticket:{ticket.id}", counter=counter_id)
        return unreached
    service, rest = stop
    step = Step(Action.SEND_ON, actor.staff_id, counter_id, batch)
    there, left = unit.session.get_one(Desk, service.desk_id), ticket.desk_id
    parts.keep(unit.session, ticket, unit.now)
    onward.go_on(office, unit, ticket, there, service, step, route=rest)
    if there.id != left:
        positions.tell_near(office, unit, there)
    audit.record(
        unit, actor.staff_id, "send_on", f"ticket:{ticket.id}", counter=counter_id, service=service.id
    )
    return unreached


def miss(unit: Unit, actor: Actor, desk: Desk, ticket: Ticket, counter_id: int, batch: str) -> None:
    """Called and not there: tells the citizen."""
    take_step(unit, ticket, Step(Action.MISS, actor.staff_id, counter_id, batch))
    news.tell_missed(unit, desk, ticket)
    audit.record(unit, actor.staff_id, "miss", f"ticket:{ticket.id}", counter=counter_id)
