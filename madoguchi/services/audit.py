"""The append-only log of staff actions, each row chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import col

from ..store.direct import execute
from ..store.tables import AuditEntry
from .office import Office, Unit

GENESIS = "0" * 64
_LOCK_ID = 0x6D61646F  # a number that nothing else locks, the same in every process
_LAST: Any = select(col(AuditEntry.id), col(AuditEntry.hash)).order_by(col(AuditEntry.id).desc()).limit(1)


def record(unit: Unit, staff_id: int | None, action: str, subject: str, **facts: object) -> None:
    """Append one row. `subject` and `facts` hold ids and codes, never a contact's values."""
    _alone(unit)
    last = execute(unit.session, _LAST).one_or_none()
    number, previous = (1, GENESIS) if last is None else (last[0] + 1, last[1])
    unit.session.add(
        AuditEntry(
            id=number,
            at=unit.now,
            staff_id=staff_id,
            action=action,
            subject=subject,
            facts=dict(facts),
            previous_hash=previous,
            hash=_hash(number, unit.now, staff_id, action, subject, dict(facts), previous),
        )
    )
    unit.session.flush()


def broken_at(office: Office) -> int | None:
    """The id of the first row that does not fit its chain, None when all fit."""
    with office.look() as unit:
        previous, expected = GENESIS, 1
        rows: list[AuditEntry] = list(
            unit.session.execute(select(AuditEntry).order_by(col(AuditEntry.id))).scalars()
        )
        for row in rows:
            right = _hash(row.id, row.at, row.staff_id, row.action, row.subject, row.facts, previous)
            if row.id != expected or row.previous_hash != previous or row.hash != right:
                return row.id
            previous, expected = row.hash, row.id + 1
    return None


def _alone(unit: Unit) -> None:
    # Two rows must not take the same predecessor; on SQLite the writer is alone anyway.
    if unit.session.get_bind().dialect.name == "postgresql":
        unit.session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})


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
