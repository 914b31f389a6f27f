"""Several services in one visit with one number: which follow, and which is next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import Action
from ..store import desks, tickets
from ..store.tables import Desk, Service, Ticket
from . import audit, one_number, positions
from .actors import Actor
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, Step, Unreached, lock_desks, locked, new_batch, take_step

MOST_FOLLOWING: Final = 5


def follow_with(
    office: Office,
    actor: Actor,
    ticket_id: int,
    service_ids: Sequence[int],
    expected: Sequence[int] | None = None,
) -> Outcome:
    """Say which services follow in the same visit, in order, of any desk of the municipality; none: no more.

    `expected` are those that the page showed when the choosing began: what a colleague has chosen since
    is not wiped unseen. None: whatever was chosen before. Raises `Refusal`: not_allowed, unknown_ticket,
    unknown_service, route_too_long(limit), not_possible_now, changed_meanwhile.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, ticket = locked(unit, ticket_id)
        if desk.municipality_id != actor.municipality_id or ticket.service_day != unit.today:
            raise Refusal("unknown_ticket")
        route = checked(unit, actor, ticket.service_id, service_ids)
        number = positions.number_of(ticket)
        if route == ticket.route:
            return Outcome(None, ticket.id, number, None)
        if expected is not None and list(expected) != ticket.route:
            raise Refusal("changed_meanwhile")
        batch = new_batch()
        take_step(unit, ticket, Step(Action.FOLLOW, actor.staff_id, None, batch), route=route)
        audit.record(unit, actor.staff_id, Action.FOLLOW.value, f"ticket:{ticket_id}", services=route)
        unit.desk_changed(ticket.desk_id)
        return Outcome(batch, ticket.id, number, unit.now + UNDO_FOR)


def checked(unit: Unit, actor: Actor, first: int, service_ids: Sequence[int]) -> list[int]:
    """The services that follow `first`, each once.

    Raises `Refusal`: unknown_service, route_too_long(limit).
    """
    route = [service_id for service_id in dict.fromkeys(service_ids) if service_id != first]
    if len(route) > MOST_FOLLOWING:
        raise Refusal("route_too_long", limit=MOST_FOLLOWING)
    if route and desks.municipalities_of(unit.session, route) != dict.fromkeys(route, actor.municipality_id):
        raise Refusal("unknown_service")
    return route


def lock_way(unit: Unit, counter_id: int) -> list[int]:
    """Lock all desks to which whoever is at the counter goes on from there; the services that follow.

    Called before the counter's own desk is locked, because desks are locked in the order of their ids.
    What was read here is only believed when it still holds with the locks (`next_stop`).
    """
    route = tickets.route_at_counter(unit.session, counter_id, unit.today)
    here = desks.desk_id_of_counter(unit.session, counter_id)
    if route and here is not None:
        lock_desks(unit, {here, *desks.desks_of_services(unit.session, route).values()})
    return route


class Stop(NamedTuple):
    """Where a visit goes on, and the services that follow behind."""

    service: Service
    rest: list[int]


def next_stop(unit: Unit, ticket: Ticket, way: Sequence[int]) -> tuple[Stop | None, tuple[Unreached, ...]]:
    """Where the visit goes on, None when it ends here; and the services passed that cannot be reached now.

    A service that its holder already waits for with another number is left out.
    Raises `Refusal("changed_meanwhile")` when the route is no longer the `way` whose desks were locked.
    """
    if list(ticket.route) != list(way):
        raise Refusal("changed_meanwhile")
    stops = [unit.session.get(Service, service_id) for service_id in way]
    there = {one.desk_id for one in stops if one is not None} - {ticket.desk_id}
    one_number.hold(unit, [(ticket, desk_id) for desk_id in there])
    unreached: list[Unreached] = []
    for place, service in enumerate(stops):
        if service is None or one_number.second(unit, ticket, service.id or 0) is not None:
            continue
        desk = unit.session.get_one(Desk, service.desk_id)
        why = _not_now(unit, ticket, desk)
        if why is None:
            return Stop(service, list(way[place + 1 :])), tuple(unreached)
        unreached.append(Unreached(positions.number_of(ticket), desk.names, service.names, why))
    return None, tuple(unreached)


def _not_now(unit: Unit, ticket: Ticket, desk: Desk) -> str | None:
    """Why nobody can go on to the desk with that ticket: as the refusal of a hand-over is called."""
    if desk.id == ticket.desk_id:
        return None
    if desk.closed_on == unit.today:
        return "desk_closed"
    return "number_taken_there" if one_number.taken(unit, ticket, desk.id or 0) else None
