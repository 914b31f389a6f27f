"""Terminals (端末): pairing by a one-time code, knowing them by their token, hearing how they are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, select

from ..domain.codes import digits, drawn
from ..domain.errors import Refusal
from ..domain.terminal_health import Health, Told, health_of
from ..store.tables import Desk, PairingCode, Terminal
from ..store.terminals import told_by
from . import audit
from .office import Office, Unit

CODE_LIVES: Final = timedelta(minutes=30)
LONGEST_NAME: Final = 64
_CODE_LENGTH: Final = 8
_MOST_SECONDS: Final = 2**31 - 1
"""A clock that was never set is decades off; the column holds no more."""
_REMEMBER_FOR: Final = timedelta(seconds=5)
"""How long a revoked token may still pass; a look-up for each ticket would cost more than the ticket."""


@dataclass(frozen=True, slots=True)
class TerminalView:
    """A paired terminal and where it stands."""

    id: int
    name: str
    desk_id: int
    desk_code: str
    desk_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """A terminal as the operator's list shows it."""

    id: int
    desk_code: str
    name: str
    seen_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A pairing code and when it ends; it is shown this once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Paired:
    """A fresh pairing; `token` is shown this once."""

    token: str
    terminal: TerminalView


def make_pairing_code(office: Office, desk_code: str, name: str) -> str:
    """A code like ``4821-7730``, good for one terminal within `CODE_LIVES`. Raises `Refusal`."""
    with office.change() as unit:
        desk = unit.session.exec(select(Desk).where(col(Desk.code) == desk_code)).one_or_none()
        if desk is None or desk.id is None:
            raise Refusal("unknown_desk")
        return write_pairing_code(unit, None, desk.id, name[:LONGEST_NAME]).code


def write_pairing_code(unit: Unit, staff_id: int | None, desk_id: int, name: str) -> FreshCode:
    """The same in a transaction that is under way. Only a hash of the code is kept."""
    code = drawn(secrets.choice, "0123456789", _CODE_LENGTH)
    expires_at = unit.now + CODE_LIVES
    unit.session.add(PairingCode(code_hash=_hash(code), desk_id=desk_id, name=name, expires_at=expires_at))
    audit.record(unit, staff_id, "make_pairing_code", f"desk:{desk_id}")
    return FreshCode(f"{code[:4]}-{code[4:]}", expires_at)


def pairing_code_waits(unit: Unit, desk_id: int, code: str) -> bool:
    """Whether the desk's code could still be used."""
    found = unit.session.get(PairingCode, _hash(digits(code)))
    if found is None or found.desk_id != desk_id:
        return False
    return found.used_at is None and found.expires_at > unit.now


def pair(office: Office, typed_code: str) -> Paired:
    """Spend a code on a new terminal. Raises `Refusal`: pairing_wrong, pairing_used, pairing_expired."""
    token = secrets.token_urlsafe(32)
    with office.change() as unit:
        code = _valid_code(unit, typed_code)
        code.used_at = unit.now
        terminal = Terminal(
            desk_id=code.desk_id,
            name=code.name,
            token_hash=_hash(token),
            paired_at=unit.now,
            seen_at=unit.now,
        )
        unit.session.add(terminal)
        unit.session.flush()
        audit.record(unit, None, "pair_terminal", f"terminal:{terminal.id}")
        unit.desk_changed(code.desk_id)
        view = _view(terminal, unit.session.get_one(Desk, code.desk_id))
    return Paired(token, view)


def terminal_of(office: Office, token: str) -> TerminalView | None:
    """The terminal that holds `token`; None for an unknown or revoked one."""
    return _recalled(office, token, lambda token_hash: _found(office, token_hash))


def remembered(office: Office, token: str) -> TerminalView | None:
    """The same without asking the database: None also when it was not asked lately. Never waits."""
    return _recalled(office, token, _not_asked)


def report(
    office: Office, terminal_id: int, *, printer: str, version: str, unsent: int, clock_ahead: float = 0
) -> None:
    """Note how a terminal says it is, and how many seconds its clock is ahead.

    The desk's pages are shown anew when something else is the matter with it now.
    """
    with office.change() as unit:
        terminal = unit.session.get_one(Terminal, terminal_id)
        before = health(office, unit, told_by(terminal))
        terminal.seen_at = unit.now
        terminal.printer = printer[:16]
        terminal.version = version[:32]
        terminal.unsent = max(0, unsent)
        terminal.clock_ahead = max(-_MOST_SECONDS, min(_MOST_SECONDS, round(clock_ahead)))
        if health(office, unit, told_by(terminal)) != before:
            unit.desk_changed(terminal.desk_id)


def health(office: Office, unit: Unit, told: Told) -> Health:
    """What is the matter with a terminal now. Whoever serves the staff's pages looks for their browsers
    without a gap, and could hear terminals since then; elsewhere that is not known."""
    return health_of(told, unit.now, office.browsers.since(unit.now))


def all_terminals(office: Office) -> list[TerminalLine]:
    """Every terminal there ever was, in the order of pairing."""
    with office.look() as unit:
        query = (
            select(Terminal, col(Desk.code))
            .join(Desk, col(Terminal.desk_id) == col(Desk.id))
            .order_by(col(Terminal.id))
        )
        return [
            TerminalLine(row.id or 0, code, row.name, row.seen_at, row.revoked_at is not None)
            for row, code in unit.session.execute(query)
        ]


def revoke(office: Office, terminal_id: int) -> None:
    """Make a terminal's token worthless, within `_REMEMBER_FOR`. Raises `Refusal("unknown_terminal")`."""
    with office.change() as unit:
        terminal = unit.session.get(Terminal, terminal_id)
        if terminal is None:
            raise Refusal("unknown_terminal")
        shut_out(unit, None, terminal)


def shut_out(unit: Unit, staff_id: int | None, terminal: Terminal) -> None:
    """The same in a transaction that is under way; one that was shut out stays so since then."""
    terminal.revoked_at = terminal.revoked_at or unit.now
    audit.record(unit, staff_id, "revoke_terminal", f"terminal:{terminal.id}")
    unit.desk_changed(terminal.desk_id)


def _valid_code(unit: Unit, typed: str) -> PairingCode:
    query = select(PairingCode).where(col(PairingCode.code_hash) == _hash(digits(typed))).with_for_update()
    code = unit.session.exec(query).one_or_none()
    if code is None:
        raise Refusal("pairing_wrong")
    if code.used_at is not None:
        raise Refusal("pairing_used")
    if code.expires_at <= unit.now:
        raise Refusal("pairing_expired")
    return code


def _recalled(office: Office, token: str, find: Callable[[str], TerminalView]) -> TerminalView | None:
    token_hash = _hash(token)
    try:
        return office.memo.recall(
            ("terminal", token_hash), office.clock.now(), _REMEMBER_FOR, lambda: find(token_hash)
        )
    except LookupError:
        return None


def _not_asked(_token_hash: str) -> TerminalView:
    raise LookupError


def _found(office: Office, token_hash: str) -> TerminalView:
    with office.look() as unit:
        query = select(Terminal, Desk).where(
            col(Terminal.token_hash) == token_hash,
            col(Terminal.revoked_at).is_(None),
            col(Desk.id) == col(Terminal.desk_id),
        )
        row = unit.session.exec(query).one_or_none()
    if row is None:
        # Raised, not answered: guessed tokens must not fill the memo.
        raise LookupError
    return _view(*row)


def _view(terminal: Terminal, desk: Desk) -> TerminalView:
    return TerminalView(terminal.id or 0, terminal.name, terminal.desk_id, desk.code, desk.names)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
