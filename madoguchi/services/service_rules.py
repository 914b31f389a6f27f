"""The rules of one service, read and changed by staff."""

from __future__ import annotations

from dataclasses import asdict, fields

from ..domain.arrival import LatePolicy
from ..domain.booking_rules import ClosesUnit, OpensUnit
from ..domain.roles import Permission
from ..domain.service_rules import ServiceRules, checked
from ..store.slot_plans import lock_service
from ..store.tables import Pool, Service
from . import audit
from .actors import Actor
from .making_slots import make_pool
from .office import Office
from .pools import own_service


def rules_for(office: Office, actor: Actor, service_id: int) -> ServiceRules:
    """The service's rules. Raises `Refusal`: not_allowed, unknown_service."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        return _of(own_service(unit, actor, service_id)[0])


def save_rules(office: Office, actor: Actor, service_id: int, rules: ServiceRules) -> ServiceRules:
    """Set the rules, and make places as far ahead as they now may be booked; the rules as they were before.

    Raises `Refusal`: not_allowed, unknown_service, rule_number(field, least, most), rule_period,
    rule_never_open, rule_night.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked(rules)
    with office.change() as unit:
        service, desk = own_service(unit, actor, service_id)
        lock_service(unit.session, service_id)
        before = _of(service)
        if before == wanted:
            return before
        for name, value in asdict(wanted).items():
            setattr(service, name, getattr(value, "value", value))
        unit.session.add(service)
        unit.session.flush()
        if service.pool_id is not None:
            make_pool(unit, unit.session.get_one(Pool, service.pool_id))
        different = [
            one.name for one in fields(wanted) if getattr(before, one.name) != getattr(wanted, one.name)
        ]
        audit.record(unit, actor.staff_id, "change_rules", f"service:{service_id}", fields=different)
        unit.desk_changed(desk.id or 0)
        return before


def _of(service: Service) -> ServiceRules:
    values = {one.name: getattr(service, one.name) for one in fields(ServiceRules)}
    return ServiceRules(
        **{
            **values,
            "opens_unit": OpensUnit(service.opens_unit),
            "closes_unit": ClosesUnit(service.closes_unit),
            "late_policy": LatePolicy(service.late_policy),
        }
    )
