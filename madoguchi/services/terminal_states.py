"""A desk's terminals as its clerks see them while they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..domain.terminal_health import Health, Reason
from ..store import terminals as rows
from . import leases, terminals
from .office import Office, Unit


@dataclass(frozen=True)
class TerminalState:
    """A terminal of the desk and what is the matter with it."""

    name: str
    health: Health
    holds: tuple[str, ...] = ()
    """Of one that is silent: the numbers it gives meanwhile, as ``A901–A920``."""


def terminal_states(office: Office, unit: Unit, desk_id: int) -> Iterator[TerminalState]:
    """The desk's terminals, in the order of pairing."""
    found = [(one, terminals.health(office, unit, one.told)) for one in rows.at_desk(unit.session, desk_id)]
    silent = {one.id for one, health in found if Reason.SILENT in {each.reason for each in health.findings}}
    held = leases.held_today(unit, desk_id) if silent else {}
    for one, health in found:
        yield TerminalState(one.name, health, tuple(held.get(one.id, ())) if one.id in silent else ())
