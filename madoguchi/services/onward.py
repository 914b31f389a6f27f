"""A citizen goes on to another service, of the same desk or of another. The number stays."""

from __future__ import annotations

from ..domain.errors import Refusal
from ..store.tables import Desk, Service, Ticket
from . import news, one_number, pace, positions
from .office import Office, Unit
from .steps import Step, take_step


def refuse_closed(unit: Unit, desk: Desk) -> None:
    """Raises `Refusal("desk_closed")` where nobody waits any more today."""
    if desk.closed_on == unit.today:
        raise Refusal("desk_closed", opens_at=f"{desk.opens_at:%H:%M}", closes_at=f"{desk.closes_at:%H:%M}")


def go_on(
    office: Office, unit: Unit, ticket: Ticket, desk: Desk, service: Service, step: Step, **changes: object
) -> None:
    """Let the ticket wait for `service` of the locked `desk`, its place by time of arrival, and tell where.

    Raises `Refusal`: already_waiting(number), number_taken_there(number, desk), desk_closed.
    """
    left = ticket.desk_id
    one_number.refuse_second(unit, ticket, service.id or 0)
    if left != desk.id:
        refuse_closed(unit, desk)
        one_number.refuse_taken(unit, ticket, desk)
    take_step(
        unit,
        ticket,
        step,
        desk_id=desk.id,
        service_id=service.id,
        counter_id=None,
        called_at=None,
        serving_at=None,
        calls=0,
        near_told=True,
        soon_told=True,
        **changes,
    )
    ahead = positions.ahead_of(unit, ticket)
    # Who is near already reads so in these news; all others are told in time, at the new place.
    ticket.near_told = ticket.soon_told = near = ahead <= desk.near_threshold
    unit.session.flush()
    facts = {
        "desk": desk.names,
        "place": desk.places,
        "service": service.names,
        "ahead": ahead,
        "near": near,
        "wait": list(pace.wait(office, unit, desk.id or 0, ahead, ticket_id=ticket.id or 0)),
        "token": ticket.token,
        "moved": left != desk.id,
    }
    news.tell(unit, ticket, "ticket_handed_over", facts)
    for desk_id in {left, ticket.desk_id}:
        unit.desk_changed(desk_id)
