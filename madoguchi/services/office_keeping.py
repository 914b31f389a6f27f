"""What a desk is called, where it is and when it is open, read and changed by staff.

Tickets in flight keep what they have: hours only say when numbers are given.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from ..domain.errors import Refusal
from ..domain.office_settings import DeskSettings, checked_desk
from ..domain.roles import Permission
from ..store import desks as rows
from ..store.tables import Desk
from . import audit
from .actors import Actor
from .office import Office, Unit
from .reservation_desk import own_desk


@dataclass(frozen=True, slots=True)
class DeskSaved:
    """A desk's settings before and after they were saved."""

    before: DeskSettings
    after: DeskSettings


def desk_for(office: Office, actor: Actor, desk_id: int) -> DeskSettings:
    """The desk's settings. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        return settings_of(own_desk(unit, actor, desk_id))


def save_desk(
    office: Office, actor: Actor, desk_id: int, wanted: DeskSettings, expected: DeskSettings
) -> DeskSaved:
    """Set them; they hold at once.

    `expected` are those that the page was filled with: what a colleague has saved since is not wiped unseen.
    Raises `Refusal`: not_allowed, unknown_desk, changed_meanwhile, and what `checked_desk` refuses.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked_desk(wanted)
    with office.change() as unit:
        desk = locked_desk(unit, actor, desk_id)
        before = settings_of(desk)
        if before == wanted:
            return DeskSaved(before, wanted)
        if before != expected:
            raise Refusal("changed_meanwhile")
        for name, value in asdict(wanted).items():
            setattr(desk, name, list(value) if name == "weekdays" else value)
        unit.session.flush()
        changed = [
            one.name for one in fields(wanted) if getattr(before, one.name) != getattr(wanted, one.name)
        ]
        audit.record(unit, actor.staff_id, "change_desk", f"desk:{desk_id}", fields=changed)
        unit.desk_changed(desk_id)
        return DeskSaved(before, wanted)


def locked_desk(unit: Unit, actor: Actor, desk_id: int) -> Desk:
    """A desk of the actor's municipality, locked. Raises `Refusal("unknown_desk")`."""
    desk = rows.lock_desk(unit.session, desk_id)
    if desk is None or desk.municipality_id != actor.municipality_id:
        raise Refusal("unknown_desk")
    return desk


def settings_of(desk: Desk) -> DeskSettings:
    """The desk's columns that are set here."""
    values = {one.name: getattr(desk, one.name) for one in fields(DeskSettings)}
    return DeskSettings(
        **{
            **values,
            "names": dict(desk.names),
            "places": dict(desk.places),
            "weekdays": tuple(sorted(desk.weekdays)),
        }
    )
