"""Keeping a desk's terminals (端末) from the staff side: pairing codes, names, health, shutting out.

The command line does the same for who runs the server: `services.terminals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import Refusal
from ..domain.questions import one_line
from ..domain.roles import Permission
from ..domain.terminal_health import Health, Told
from ..store import terminals as rows
from ..store.tables import Terminal
from . import audit, terminals
from .actors import Actor
from .office import Office, Unit
from .reservation_desk import own_desk
from .terminals import LONGEST_NAME, FreshCode


@dataclass(frozen=True, slots=True)
class KeptTerminal:
    """A paired terminal, what it told last, and what is the matter with it."""

    id: int
    name: str
    paired_at: datetime
    told: Told
    health: Health


def terminals_of(office: Office, actor: Actor, desk_id: int) -> tuple[KeptTerminal, ...]:
    """The desk's terminals that were not shut out. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return tuple(
            KeptTerminal(row.id, row.name, row.paired_at, row.told, terminals.health(office, unit, row.told))
            for row in rows.at_desk(unit.session, desk_id)
        )


def make_code(office: Office, actor: Actor, desk_id: int, name: str) -> FreshCode:
    """A code for one new terminal of the desk, good for `terminals.CODE_LIVES`.

    Raises `Refusal`: not_allowed, unknown_desk, terminal_name(most).
    """
    actor.require(Permission.ADMINISTER)
    checked = _checked(name)
    with office.change() as unit:
        own_desk(unit, actor, desk_id)
        return terminals.write_pairing_code(unit, actor.staff_id, desk_id, checked)


def code_waits(office: Office, actor: Actor, desk_id: int, code: str) -> bool:
    """Whether a code for the desk can still be used. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.ADMINISTER)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return terminals.pairing_code_waits(unit, desk_id, code)


def rename(office: Office, actor: Actor, terminal_id: int, name: str) -> str:
    """Call a terminal otherwise; the name as it is kept.

    Raises `Refusal`: not_allowed, unknown_terminal, terminal_name(most).
    """
    actor.require(Permission.ADMINISTER)
    checked = _checked(name)
    with office.change() as unit:
        terminal = _own(unit, actor, terminal_id)
        if terminal.name != checked:
            names = [terminal.name, checked]
            audit.record(unit, actor.staff_id, "rename_terminal", f"terminal:{terminal_id}", names=names)
            terminal.name = checked
            unit.desk_changed(terminal.desk_id)
    return checked


def revoke(office: Office, actor: Actor, terminal_id: int) -> str:
    """Shut a terminal out for good; its name. It can only be paired anew.

    Raises `Refusal`: not_allowed, unknown_terminal.
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        terminal = _own(unit, actor, terminal_id)
        terminals.shut_out(unit, actor.staff_id, terminal)
        return terminal.name


def _own(unit: Unit, actor: Actor, terminal_id: int) -> Terminal:
    """A terminal of the actor's municipality that was not shut out."""
    terminal = unit.session.get(Terminal, terminal_id, with_for_update=True)
    if terminal is None or terminal.revoked_at is not None:
        raise Refusal("unknown_terminal")
    try:
        own_desk(unit, actor, terminal.desk_id)
    except Refusal:
        raise Refusal("unknown_terminal") from None
    return terminal


def _checked(name: str) -> str:
    found = one_line(name)
    if not 0 < len(found) <= LONGEST_NAME or not found.isprintable():
        raise Refusal("terminal_name", most=LONGEST_NAME)
    return found
