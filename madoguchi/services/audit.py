"""The append-only log of staff actions, each row chained to the one before by its hash.

The chain shows a row that was changed, taken out or put in. Its end is sealed: the newest row's number
and hash stand in a row of their own, signed with a key that the database does not hold. So whoever can
write to the database alone can neither cut the end off nor build the chain anew without being found.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, text, update
from sqlmodel import col

from ..store.direct import execute
from ..store.tables import AuditEntry, AuditSeal
from .office import Office, Unit

GENESIS: Final = "0" * 64
SEALED: Final = "seal_begun"
"""The seal was made anew by whoever runs the server: the first time, or after a new key."""
BROKEN: Final = "seal_broken"
"""The seal did not fit when the next row was written: somebody was at the database."""
_SEAL_ID: Final = 1
_LOCK_ID: Final = 0x6D61646F  # a number that nothing else locks, the same in every process
_AT_ONCE: Final = 1_000
_HEAD: Any = select(
    col(AuditSeal.last_id),
    col(AuditSeal.last_hash),
    col(AuditSeal.mac),
    select(func.max(col(AuditEntry.id))).scalar_subquery(),
)
_NEWEST: Any = select(col(AuditEntry.id), col(AuditEntry.hash)).order_by(col(AuditEntry.id).desc()).limit(1)
_MOVE: Any = (
    update(AuditSeal)
    .where(col(AuditSeal.id) == _SEAL_ID)
    .values(last_id=bindparam("number"), last_hash=bindparam("digest"), mac=bindparam("signed"))
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What looking through the whole log has found."""

    rows: int
    head: str
    """The newest row's hash: written down elsewhere, it proves later that nothing before it was changed."""
    broken: int | None = None
    """The number of the first row that does not fit."""
    why: str = ""
    """``changed``, ``missing``, ``seal_broken`` (where the row says so itself), ``cut_off`` or ``seal``."""


def record(unit: Unit, staff_id: int | None, action: str, subject: str, **facts: object) -> None:
    """Append one row. `subject` and `facts` hold ids and codes, never a contact's values."""
    _alone(unit)
    number, previous = _end(unit)
    _append(unit, number + 1, previous, staff_id, action, subject, dict(facts))


def seal(office: Office) -> None:
    """Sign the log's end with the key in force, and write down that it was done."""
    with office.change() as unit:
        _alone(unit)
        newest = execute(unit.session, _NEWEST).one_or_none()
        number, previous = (0, GENESIS) if newest is None else tuple(newest)
        _append(unit, number + 1, previous, None, SEALED, "audit", {})


def begin(office: Office) -> None:
    """Seal a log that was begun before there were seals; does nothing to any other."""
    with office.look() as unit:
        unsealed = unit.session.get(AuditSeal, _SEAL_ID) is None
        written = execute(unit.session, _NEWEST).one_or_none() is not None
    if unsealed and written:
        seal(office)


def broken_at(office: Office) -> int | None:
    """The id of the first row that does not fit its chain, None when all fit."""
    return verify(office).broken


def verify(office: Office) -> Verdict:
    """Look through the whole log, row by row, and at its seal."""
    with office.look() as unit:
        previous, count = GENESIS, 0
        table = AuditEntry.__table__  # type: ignore[attr-defined]
        query = select(table).order_by(table.c.id).execution_options(yield_per=_AT_ONCE)
        for row in unit.session.connection().execute(query):
            count += 1
            if why := _wrong(row, count, previous):
                return Verdict(count - 1, previous, count, why)
            previous = row.hash
        kept = unit.session.get(AuditSeal, _SEAL_ID)
    if kept is None:
        return Verdict(count, previous, count, "seal") if count else Verdict(0, previous)
    if not _fits(unit, kept.last_id, kept.last_hash, kept.mac):
        return Verdict(count, previous, count, "seal")
    if (kept.last_id, kept.last_hash) != (count, previous):
        return Verdict(count, previous, min(count, kept.last_id) + 1, "cut_off")
    return Verdict(count, previous)


def _wrong(row: Any, number: int, previous: str) -> str:
    """Why this row cannot be the log's `number`-th, behind one with the hash `previous`; empty: it can."""
    if row.id != number:
        return "missing"
    right = _hash(row.id, row.at, row.staff_id, row.action, row.subject, row.facts, previous)
    if row.previous_hash != previous or row.hash != right:
        return "changed"
    return BROKEN if row.action == BROKEN else ""


def _end(unit: Unit) -> tuple[int, str]:
    """Number and hash of the newest row, as the seal tells them. A row that was cut off leaves its gap.

    What does not fit stops nobody at a counter: it becomes a row, and the log goes on.
    """
    found = execute(unit.session, _HEAD).one_or_none()
    if found is None:
        newest = execute(unit.session, _NEWEST).one_or_none()
        if newest is None:
            return 0, GENESIS
        number, previous = newest
    else:
        number, previous, mac, highest = found
        if _fits(unit, number, previous, mac) and (highest or 0) <= number:
            return number, previous
        if (highest or 0) >= number:
            number, previous = execute(unit.session, _NEWEST).one()
    return _append(unit, number + 1, previous, None, BROKEN, "audit", {})


def _append(
    unit: Unit,
    number: int,
    previous: str,
    staff_id: int | None,
    action: str,
    subject: str,
    facts: dict[str, object],
) -> tuple[int, str]:
    digest = _hash(number, unit.now, staff_id, action, subject, facts, previous)
    unit.session.add(
        AuditEntry(
            id=number,
            at=unit.now,
            staff_id=staff_id,
            action=action,
            subject=subject,
            facts=facts,
            previous_hash=previous,
            hash=digest,
        )
    )
    signed = _mac(unit, number, digest)
    if execute(unit.session, _MOVE, number=number, digest=digest, signed=signed).rowcount == 0:  # type: ignore[attr-defined]
        unit.session.add(AuditSeal(id=_SEAL_ID, last_id=number, last_hash=digest, mac=signed))
        unit.session.flush()
    return number, digest


def _alone(unit: Unit) -> None:
    # Two rows must not take the same predecessor; on SQLite the writer is alone anyway.
    if unit.session.get_bind().dialect.name == "postgresql":
        unit.session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})


def _fits(unit: Unit, number: int, digest: str, mac: str) -> bool:
    return hmac.compare_digest(_mac(unit, number, digest), mac)


def _mac(unit: Unit, number: int, digest: str) -> str:
    key = unit.settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"audit-seal:{number}:{digest}".encode(), hashlib.sha256).hexdigest()


def _hash(
    number: int,
    at: datetime,
    staff_id: int | None,
    action: str,
    subject: str,
    facts: dict[str, object],
    previous: str,
) -> str:
    content = json.dumps(
        [number, at.astimezone(UTC).isoformat(), staff_id, action, subject, facts, previous],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(content.encode()).hexdigest()
