"""Reading the log of staff's actions: who did what, who looked at which contact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlmodel import col

from ..domain.roles import Permission
from ..store.tables import AuditEntry, Counter, Desk, Municipality, Pool, Reservation, Service, Staff, Ticket
from ..store.tables import Terminal as TerminalRow
from . import audit
from .actors import Actor
from .office import Office, Unit

PAGE: Final = 100
EXPORT: Final = 100_000
"""Rows of one file: more than a year of a busy office, and what a spreadsheet opens."""
LOOKS: Final = ("see_contact", "search_contact", "print_names", "show_own_data")
"""Every way in which a contact is looked at."""
SYSTEM: Final = -1
"""Asks for what nobody did who was signed in."""
_AT_ONCE: Final = 500
_SUBJECT: Final = re.compile(r"([a-z_]+):(\d{1,9})")
_DESKS: Final[dict[str, Any]] = {
    "ticket": Ticket,
    "reservation": Reservation,
    "counter": Counter,
    "service": Service,
    "terminal": TerminalRow,
    "pool": Pool,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; what is left out does not narrow the choice. `until` is not in it any more."""

    since: datetime | None = None
    until: datetime | None = None
    staff_id: int | None = None
    actions: tuple[str, ...] = ()
    subject: str = ""
    """``reservation:17``, or ``reservation`` for every one."""
    before: int | None = None
    """Rows with smaller numbers only: the next page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown. `who` is empty for what nobody did who was signed in."""

    id: int
    at: datetime
    who: str
    login: str
    action: str
    subject: str
    facts: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, the newest first; `more` that there are older ones."""

    lines: tuple[Line, ...]
    more: bool


def find(office: Office, actor: Actor, wanted: Wanted) -> Found:
    """One page of the own municipality's rows. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.SEE_AUDIT)
    with office.look() as unit:
        lines = []
        for line in _lines(unit, actor, wanted):
            lines.append(line)
            if len(lines) > PAGE:
                break
    return Found(tuple(lines[:PAGE]), len(lines) > PAGE)


def export(office: Office, actor: Actor, wanted: Wanted) -> tuple[Line, ...]:
    """All rows up to `EXPORT`, the oldest first; that they were taken out is a row itself.

    Raises `Refusal("not_allowed")`.
    """
    actor.require(Permission.SEE_AUDIT)
    with office.look() as unit:
        lines = []
        for line in _lines(unit, actor, wanted):
            lines.append(line)
            if len(lines) == EXPORT:
                break
    with office.change() as unit:
        audit.record(unit, actor.staff_id, "export_audit", "audit", rows=len(lines))
    return tuple(reversed(lines))


def verify(office: Office, actor: Actor) -> audit.Verdict:
    """Look through the whole log; that it was done is a row itself. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.SEE_AUDIT)
    verdict = audit.verify(office)
    with office.change() as unit:
        audit.record(unit, actor.staff_id, "verify_audit", "audit", rows=verdict.rows, broken=verdict.broken)
    return verdict


def people(office: Office, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Everybody of the municipality who may be in the log: id and name. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.SEE_AUDIT)
    with office.look() as unit:
        query = (
            select(col(Staff.id), col(Staff.display_name), col(Staff.login))
            .where(col(Staff.municipality_id) == actor.municipality_id)
            .order_by(col(Staff.login))
        )
        return tuple((one[0], f"{one[1]}（{one[2]}）") for one in unit.session.execute(query))


def _lines(unit: Unit, actor: Actor, wanted: Wanted) -> Iterator[Line]:
    before, alone = wanted.before, _only_one_city(unit)
    while True:
        rows = unit.session.execute(_query(actor, wanted, before)).all()
        others = set() if alone else _of_others(unit, actor, [row.subject for row in rows if not row.login])
        for row in rows:
            if row.login or row.subject not in others:
                yield Line(*row)
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].id


def _query(actor: Actor, wanted: Wanted, before: int | None) -> Select[Any]:
    query: Any = (
        select(
            col(AuditEntry.id),
            col(AuditEntry.at),
            col(Staff.display_name),
            col(Staff.login),
            col(AuditEntry.action),
            col(AuditEntry.subject),
            col(AuditEntry.facts),
            col(AuditEntry.hash),
        )
        .outerjoin(Staff, col(AuditEntry.staff_id) == col(Staff.id))
        .where(col(AuditEntry.staff_id).is_(None) | (col(Staff.municipality_id) == actor.municipality_id))
        .order_by(col(AuditEntry.id).desc())
        .limit(_AT_ONCE)
    )
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if wanted.since is not None:
        query = query.where(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(AuditEntry.at) < wanted.until)
    if wanted.staff_id is not None:
        staff_id = None if wanted.staff_id == SYSTEM else wanted.staff_id
        query = query.where(col(AuditEntry.staff_id) == staff_id)
    if wanted.actions:
        query = query.where(col(AuditEntry.action).in_(wanted.actions))
    if wanted.subject:
        subject = col(AuditEntry.subject)
        whole = ":" in wanted.subject
        query = query.where(
            subject == wanted.subject if whole else subject.startswith(f"{wanted.subject}:", autoescape=True)
        )
    return query  # type: ignore[no-any-return]


def _only_one_city(unit: Unit) -> bool:
    return len(unit.session.execute(select(col(Municipality.id)).limit(2)).all()) < 2


def _of_others(unit: Unit, actor: Actor, subjects: Sequence[str]) -> set[str]:
    """Those subjects of unsigned rows that belong to another municipality."""
    kinds: dict[str, set[int]] = {}
    for subject in subjects:
        if found := _SUBJECT.fullmatch(subject):
            kinds.setdefault(found[1], set()).add(int(found[2]))
    return {
        f"{kind}:{number}"
        for kind, numbers in kinds.items()
        for number in numbers - _own(unit, actor, kind, numbers)
    }


def _own(unit: Unit, actor: Actor, kind: str, numbers: set[int]) -> set[int]:
    mine = actor.municipality_id
    query: Any
    if kind == "staff":
        query = select(col(Staff.id)).where(col(Staff.municipality_id) == mine, col(Staff.id).in_(numbers))
    elif kind == "desk":
        query = select(col(Desk.id)).where(col(Desk.municipality_id) == mine, col(Desk.id).in_(numbers))
    elif kind in _DESKS:
        table = _DESKS[kind]
        query = (
            select(col(table.id))
            .join(Desk, col(table.desk_id) == col(Desk.id))
            .where(col(Desk.municipality_id) == mine, col(table.id).in_(numbers))
        )
    else:
        return set()
    return set(unit.session.execute(query).scalars())
