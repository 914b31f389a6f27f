"""引き継ぎ: to another service of the desk, or of another desk of the municipality; the number stays."""

from __future__ import annotations

from typing import NamedTuple

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.roles import Permission
from ..domain.tickets import Action
from ..store import desks
from ..store.tables import Service
from . import audit, counters, onward, positions
from .actors import Actor
from .calling import expected_at, outcome
from .office import Office
from .steps import Outcome, Step, lock_desks, new_batch, tried_again_on_clash


class TargetDesk(NamedTuple):
    """A desk to hand over to."""

    id: int
    code: str
    name: str


class TargetService(NamedTuple):
    """One of its services."""

    id: int
    code: str
    letter: str
    name: str


class Target(NamedTuple):
    """A desk and what it does, in the order citizens see it."""

    desk: TargetDesk
    services: tuple[TargetService, ...]


def targets(office: Office, actor: Actor, desk_id: int) -> list[Target]:
    """Where this desk can hand over to: its own services first, then the desks not closed today.

    Raises `Refusal`: not_allowed, unknown_desk.
    """
    actor.require(Permission.CALL)
    with office.look() as unit:
        rows = [desk for desk, _ in desks.desks(unit.session, actor.municipality_id)]
        if desk_id not in {desk.id for desk in rows}:
            raise Refusal("unknown_desk")
        there = [desk for desk in rows if desk.id == desk_id or desk.closed_on != unit.today]
        return [
            Target(
                TargetDesk(desk.id or 0, desk.code, localized(desk.names, "ja")),
                tuple(_service(service) for service in desks.services(unit.session, desk.id or 0)),
            )
            for desk in sorted(there, key=lambda desk: (desk.id != desk_id, desk.id))
        ]


@tried_again_on_clash
def hand_over(office: Office, actor: Actor, counter_id: int, ticket_id: int, service_id: int) -> Outcome:
    """Send the citizen on to another service; number and place by time of arrival are kept.

    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, changed_meanwhile, unknown_service,
    already_waiting(number), number_taken_there(number, desk), desk_closed.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        service = unit.session.get(Service, service_id)
        here = desks.desk_id_of_counter(unit.session, counter_id)
        if service is None:
            raise Refusal("unknown_service")
        there = lock_desks(unit, {service.desk_id, here or service.desk_id}).get(service.desk_id)
        desk, _ = counters.own_counter(unit, actor, counter_id)
        ticket = expected_at(unit, counter_id, ticket_id)
        if there is None or there.municipality_id != actor.municipality_id:
            raise Refusal("unknown_service")
        batch = new_batch()
        step = Step(Action.HAND_OVER, actor.staff_id, counter_id, batch)
        onward.go_on(office, unit, ticket, there, service, step)
        for changed in {desk.id: desk, there.id: there}.values():
            positions.tell_near(office, unit, changed)
        audit.record(
            unit, actor.staff_id, "hand_over", f"ticket:{ticket_id}", counter=counter_id, service=service_id
        )
        return outcome(unit, batch, ticket)


def _service(service: Service) -> TargetService:
    return TargetService(service.id or 0, service.code, service.letter, localized(service.names, "ja"))
