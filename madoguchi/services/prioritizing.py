"""優先: somebody goes before others, for a reason from the list."""

from __future__ import annotations

from ..domain.errors import Refusal
from ..domain.priorities import PRIORITY, PriorityReason
from ..domain.roles import Permission
from ..domain.tickets import Action, TicketState, after
from . import audit, positions
from .actors import Actor
from .office import Office
from .steps import UNDO_FOR, Outcome, Step, locked, new_batch, take_step


def prioritize(office: Office, actor: Actor, ticket_id: int, reason: PriorityReason | None) -> Outcome:
    """Let somebody who waits or is on hold go before others; None takes it away.

    The last click stands, also from a page that did not show a colleague's click yet: it says all there is
    to say about the priority, everybody sees it, and what stood before is kept in the ticket's history.
    Raises `Refusal`: not_allowed, unknown_ticket, not_possible_now, changed_meanwhile.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = locked(unit, ticket_id)
        if desk.municipality_id != actor.municipality_id or ticket.service_day != unit.today:
            raise Refusal("unknown_ticket")
        number, why = positions.number_of(ticket), "" if reason is None else reason.value
        after(TicketState(ticket.state), Action.PRIORITIZE)
        if why == ticket.priority_reason:
            return Outcome(None, ticket.id, number, None)
        batch = new_batch()
        step = Step(Action.PRIORITIZE, actor.staff_id, None, batch)
        take_step(unit, ticket, step, priority=PRIORITY if why else 0, priority_reason=why)
        positions.tell_near(office, unit, desk)
        audit.record(unit, actor.staff_id, Action.PRIORITIZE.value, f"ticket:{ticket_id}", reason=why)
        unit.desk_changed(ticket.desk_id)
        return Outcome(batch, ticket.id, number, unit.now + UNDO_FOR)
