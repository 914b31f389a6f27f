"""A desk's paired terminals as they said they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ..domain.terminal_health import Told
from .direct import execute
from .tables import Terminal


class TerminalRow(NamedTuple):
    """A terminal and what it told last."""

    id: int
    name: str
    paired_at: datetime
    seen_at: datetime | None
    printer: str
    unsent: int
    version: str
    clock_ahead: int

    @property
    def told(self) -> Told:
        """What its health is judged by."""
        return Told(self.seen_at, self.printer, self.unsent, self.version, self.clock_ahead)


_AT_DESK: Final[Any] = (
    select(*(getattr(Terminal, name) for name in TerminalRow._fields))
    .where(col(Terminal.desk_id) == bindparam("desk"), col(Terminal.revoked_at).is_(None))
    .order_by(col(Terminal.id))
)


def at_desk(session: Session, desk_id: int) -> list[TerminalRow]:
    """Those that were not shut out, in the order of pairing."""
    return [TerminalRow(*row) for row in execute(session, _AT_DESK, desk=desk_id)]


def told_by(terminal: Terminal) -> Told:
    """The same of one terminal at hand."""
    return Told(terminal.seen_at, terminal.printer, terminal.unsent, terminal.version, terminal.clock_ahead)
