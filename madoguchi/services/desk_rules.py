"""How a desk calls, read and changed by staff. Tickets in flight keep what they have."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from ..domain.calling_rules import CallingRules, checked
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.order import OrderKind
from ..domain.returning import ReturnRule
from ..domain.roles import Permission
from ..store import desks as rows
from ..store.tables import Desk
from . import audit
from .actors import Actor
from .office import Office, Unit


@dataclass(frozen=True, slots=True)
class CounterServices:
    """A counter and the ids of the services it takes (none: all)."""

    id: int
    label: str
    services: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeskCounters:
    """A desk's services by id and Japanese name, and its counters."""

    services: tuple[tuple[int, str], ...]
    counters: tuple[CounterServices, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """A desk's rules before and after they were saved."""

    before: CallingRules
    after: CallingRules


def rules_for(office: Office, actor: Actor, desk_id: int) -> CallingRules:
    """The desk's rules. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        return _of(_own(actor, unit.session.get(Desk, desk_id)))


def save_rules(
    office: Office, actor: Actor, desk_id: int, rules: CallingRules, expected: CallingRules
) -> Saved:
    """Set the rules; they hold from the next call on.

    `expected` are those that the page was filled with: what a colleague has saved since is not wiped unseen.
    Raises `Refusal`: not_allowed, unknown_desk, rule_number(field, least, most), notice_long(most),
    notice_japanese, changed_meanwhile.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked(rules)
    with office.change() as unit:
        # Whoever calls there at this moment does so by one set of rules.
        desk = _own(actor, rows.lock_desk(unit.session, desk_id))
        before = _of(desk)
        if before == wanted:
            return Saved(before, wanted)
        if before != expected:
            raise Refusal("changed_meanwhile")
        for name, value in asdict(wanted).items():
            setattr(desk, name, getattr(value, "value", value))
        unit.session.flush()
        different = [
            one.name for one in fields(wanted) if getattr(before, one.name) != getattr(wanted, one.name)
        ]
        _record(unit, actor, desk_id, before, wanted, different)
        unit.desk_changed(desk_id)
        return Saved(before, wanted)


def counters_for(office: Office, actor: Actor, desk_id: int) -> DeskCounters:
    """The desk's counters with what each takes. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        _own(actor, unit.session.get(Desk, desk_id))
        services = rows.services(unit.session, desk_id)
        return DeskCounters(
            tuple((one.id or 0, localized(one.names, "ja")) for one in services),
            tuple(
                CounterServices(one.id or 0, one.label, tuple(one.services))
                for one in rows.counters(unit.session, desk_id)
            ),
        )


def _record(
    unit: Unit, actor: Actor, desk_id: int, before: CallingRules, after: CallingRules, names: list[str]
) -> None:
    changes = {name: [_plain(getattr(before, name)), _plain(getattr(after, name))] for name in names}
    audit.record(unit, actor.staff_id, "change_calling", f"desk:{desk_id}", changes=changes)


def _plain(value: object) -> object:
    return getattr(value, "value", value)


def _own(actor: Actor, desk: Desk | None) -> Desk:
    if desk is None or desk.municipality_id != actor.municipality_id:
        raise Refusal("unknown_desk")
    return desk


def _of(desk: Desk) -> CallingRules:
    values = {one.name: getattr(desk, one.name) for one in fields(CallingRules)}
    kinds = {"order_kind": OrderKind(desk.order_kind), "return_rule": ReturnRule(desk.return_rule)}
    return CallingRules(**{**values, **kinds, "notice": dict(desk.notice)})
