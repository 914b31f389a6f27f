"""The printed sheet of a desk's day: numbers, times, services; names only for who asks, and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..domain.languages import OWN_NAMES, localized
from ..domain.roles import Permission, may
from ..store import reservation_desk as rows
from . import audit
from .actors import Actor
from .office import Office
from .reservation_desk import SHOWN, DeskReservation, own_desk, shown


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the sheet; `name` is empty unless names were asked for."""

    reservation: DeskReservation
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The day of a desk on paper."""

    desk_id: int
    desk: str
    day: date
    rows: tuple[SheetRow, ...]
    people: int
    named: bool
    may_name: bool
    printed_at: datetime


def day_sheet(office: Office, actor: Actor, desk_id: int, wanted: date, *, names: bool = False) -> Sheet:
    """The desk's reservations of the day, by time. With `names` the look at them is audited, once.

    Raises `Refusal`: not_allowed, unknown_desk.
    """
    actor.require(Permission.SEE_QUEUE)
    if names:
        actor.require(Permission.SEE_CONTACT)
    with office.change() if names else office.look() as unit:
        desk = own_desk(unit, actor, desk_id)
        found = rows.reservations(unit.session, desk_id, wanted, wanted, SHOWN)
        known = rows.names_on(unit.session, desk_id, wanted) if names else {}
        if names:
            audit.record(
                unit,
                actor.staff_id,
                "print_names",
                f"desk:{desk_id}",
                day=wanted.isoformat(),
                count=len(found),
            )
        lines = tuple(
            SheetRow(shown(unit, row), OWN_NAMES.get(row.language, row.language), known.get(row.id, ""))
            for row in found
        )
        return Sheet(
            desk_id=desk_id,
            desk=localized(desk.names, "ja"),
            day=wanted,
            rows=lines,
            people=sum(row.party for row in found),
            named=names,
            may_name=may(actor.role, Permission.SEE_CONTACT),
            printed_at=unit.now,
        )
