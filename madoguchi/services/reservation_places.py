"""Where staff can put a caller: services, days and times that they can book now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.questions import Question, questions_from_json
from ..domain.roles import Permission
from ..store import booking as booking_rows
from ..store import desks as desk_rows
from ..store import reservation_desk as rows
from .actors import Actor
from .booking_rules import rules_of
from .office import Office
from .pools import own_service
from .reservation_desk import local, own_desk


@dataclass(frozen=True, slots=True)
class DeskService:
    """業務 that has places, with what it asks of those who book."""

    id: int
    code: str
    name: str
    pool_id: int
    max_party: int
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which staff can book now."""

    day: date
    free: int
    capacity: int


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A time on which staff can book now; `free` may be 0."""

    slot_id: int
    time: str
    free: int


@dataclass(frozen=True, slots=True)
class Place:
    """Day and pool of a place."""

    day: date
    pool_id: int


def services_of(office: Office, actor: Actor, desk_id: int) -> list[DeskService]:
    """The desk's services that have places. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return [
            DeskService(
                one.id or 0,
                one.code,
                localized(one.names, "ja"),
                one.pool_id,
                max(1, one.max_party),
                questions_from_json(one.questions),
            )
            for one in desk_rows.services(unit.session, desk_id)
            if one.pool_id is not None
        ]


def free_days(office: Office, actor: Actor, service_id: int) -> list[FreeDay]:
    """The days on which staff can book the service now, full ones too. Raises `Refusal`: not_allowed,
    unknown_service."""
    actor.require(Permission.RESERVE)
    with office.look() as unit:
        service, desk = own_service(unit, actor, service_id)
        last = rules_of(unit, service, desk).last_day(unit.now)
        totals = booking_rows.day_totals(unit.session, service.pool_id or 0, unit.now, last)
        return [FreeDay(*total) for total in totals]


def free_places(office: Office, actor: Actor, service_id: int, wanted: date) -> list[FreePlace]:
    """The times of a day on which staff can book the service now, full ones too. Raises as `free_days`."""
    actor.require(Permission.RESERVE)
    with office.look() as unit:
        service, desk = own_service(unit, actor, service_id)
        rules = rules_of(unit, service, desk)
        found = booking_rows.slots_on(unit.session, service.pool_id or 0, wanted, unit.now)
        return [
            FreePlace(slot_id, local(unit, starts), max(0, capacity - taken))
            for slot_id, starts, capacity, taken in found
            if rules.allows_staff(wanted, starts, unit.now)
        ]


def place_of(office: Office, actor: Actor, slot_id: int) -> Place:
    """Where a place is. Raises `Refusal`: not_allowed, unknown_place."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        found = rows.slot_of(unit.session, actor.municipality_id, slot_id)
        if found is None:
            raise Refusal("unknown_place")
        return Place(*found)
