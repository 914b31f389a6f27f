"""枠のまとまり: which pools of places there are, and which services draw on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.roles import Permission
from ..store import desks
from ..store import slot_plans as rows
from ..store.tables import Desk, Pool, Service
from . import audit
from .actors import Actor
from .making_slots import make_pool
from .office import Office, Unit
from .slots import pool_of

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool, with the id and Japanese name of each service that draws on it."""

    id: int
    name: str
    desk_id: int
    desk: str
    services: tuple[tuple[int, str], ...]


def pools_of(office: Office, actor: Actor) -> list[PoolView]:
    """The pools of the actor's municipality, by desk. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        found = rows.pools(unit.session, actor.municipality_id)
        return [_view(unit, pool, desk) for pool, desk in found]


@dataclass(frozen=True, slots=True)
class DeskPools:
    """A desk's bookable services and pools, by id and Japanese name, and which service draws on which."""

    services: tuple[tuple[int, str], ...]
    pools: tuple[tuple[int, str], ...]
    drawn: Mapping[int, int]


def desk_of_pool(office: Office, actor: Actor, pool_id: int) -> DeskPools:
    """All services and pools of the pool's desk. Raises `Refusal`: not_allowed, unknown_pool."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        _pool, desk = own(unit, actor, pool_id)
        services = [one for one in desks.services(unit.session, desk.id or 0) if one.bookable]
        found = [pool for pool, at in rows.pools(unit.session, actor.municipality_id) if at.id == desk.id]
        return DeskPools(
            tuple((one.id or 0, localized(one.names, "ja")) for one in services),
            tuple((one.id or 0, one.name) for one in found),
            {one.id or 0: one.pool_id or 0 for one in services},
        )


def own(unit: Unit, actor: Actor, pool_id: int) -> tuple[Pool, Desk]:
    """The pool and its desk. Raises `Refusal("unknown_pool")` unless they are the actor's municipality's."""
    found = rows.own_pool(unit.session, pool_id, actor.municipality_id)
    if found is None:
        raise Refusal("unknown_pool")
    return found


def own_service(unit: Unit, actor: Actor, service_id: int) -> tuple[Service, Desk]:
    """The service and its desk. Raises `Refusal("unknown_service")` unless they are the municipality's."""
    service = unit.session.get(Service, service_id)
    desk = None if service is None else unit.session.get(Desk, service.desk_id)
    if service is None or desk is None or desk.municipality_id != actor.municipality_id:
        raise Refusal("unknown_service")
    return service, desk


def choose_pool(office: Office, actor: Actor, service_id: int, pool_id: int | None) -> int:
    """Let the service draw on another pool of its desk, or with None on a new one of its own; that pool's id.

    Only while no booking of the service lies ahead: those would stay in places that the service has no
    longer. Raises `Refusal`: not_allowed, unknown_service, unknown_pool, pool_has_bookings(count).
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        service, desk = own_service(unit, actor, service_id)
        if pool_id is not None and own(unit, actor, pool_id)[1].id != desk.id:
            raise Refusal("unknown_pool")
        rows.lock_service(unit.session, service_id)
        if service.pool_id is not None and service.pool_id == pool_id:
            return service.pool_id
        # Both at once and in order: another service may come the other way at this moment.
        both = {one for one in (service.pool_id, pool_id) if one is not None}
        rows.lock_pools(unit.session, both)
        # Whoever is taking a place there now is waited for, and counted.
        rows.lock_slots_ahead(unit.session, both, unit.now)
        if ahead := rows.standing_ahead(unit.session, service_id, unit.now):
            raise Refusal("pool_has_bookings", count=ahead)
        former, service.pool_id = service.pool_id, pool_id
        chosen = pool_of(unit, service)
        unit.session.add(service)
        unit.session.flush()
        # Its rules may reach further ahead than those of the services that were there.
        make_pool(unit, unit.session.get_one(Pool, chosen))
        audit.record(unit, actor.staff_id, "choose_pool", f"service:{service_id}", former=former, pool=chosen)
        unit.desk_changed(desk.id or 0)
        return chosen


def rename_pool(office: Office, actor: Actor, pool_id: int, name: str) -> None:
    """Call the pool something else. Raises `Refusal`: not_allowed, unknown_pool, pool_name(most)."""
    actor.require(Permission.ADMINISTER)
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Refusal("pool_name", most=LONGEST_NAME)
    with office.change() as unit:
        pool, _desk = own(unit, actor, pool_id)
        pool.name = wanted
        unit.session.add(pool)
        audit.record(unit, actor.staff_id, "rename_pool", f"pool:{pool_id}")


def _view(unit: Unit, pool: Pool, desk: Desk) -> PoolView:
    services = rows.services_of(unit.session, pool.id or 0)
    return PoolView(
        id=pool.id or 0,
        name=pool.name,
        desk_id=desk.id or 0,
        desk=localized(desk.names, "ja"),
        services=tuple((one.id or 0, localized(one.names, "ja")) for one in services),
    )
