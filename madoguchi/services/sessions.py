"""Sign-ins of staff: opened, recognised by their token, ended. Only the token's SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from ..domain.roles import Role
from ..store.tables import Staff, StaffSession
from . import audit, counters
from .actors import Actor
from .office import Office, Unit

LIVES: Final = timedelta(hours=12)
"""One working day; then the password is asked for again."""
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 200


def token_hash(token: str) -> str:
    """What is stored instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(unit: Unit, staff_id: int) -> str:
    """A new session of a member of staff whose password was right; its token, told this once."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    unit.session.execute(
        delete(StaffSession).where(
            col(StaffSession.staff_id) == staff_id, col(StaffSession.expires_at) <= unit.now
        )
    )
    unit.session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff_id,
            created_at=unit.now,
            expires_at=unit.now + LIVES,
            seen_at=unit.now,
        )
    )
    return token


def actor_of(office: Office, token: str) -> Actor | None:
    """Whose session this is; None when it is unknown, over, ended, or its owner disabled."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    with office.look() as unit:
        query = (
            select(Staff)
            .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
            .where(
                col(StaffSession.token_hash) == token_hash(token),
                col(StaffSession.expires_at) > unit.now,
                col(Staff.disabled).is_(False),
            )
        )
        staff = unit.session.exec(query).one_or_none()
    if staff is None or staff.id is None:
        return None
    return Actor(staff.id, staff.display_name, Role(staff.role), staff.municipality_id)


def sign_out(office: Office, token: str) -> None:
    """End the session and, when it was the last, leave the counter; one that is over changes nothing."""
    with office.change() as unit:
        found = unit.session.get(StaffSession, token_hash(token))
        if found is None:
            return
        unit.session.delete(found)
        unit.session.flush()
        others = select(StaffSession).where(
            col(StaffSession.staff_id) == found.staff_id, col(StaffSession.expires_at) > unit.now
        )
        if unit.session.exec(others).first() is None:
            counters.stand_up(unit, found.staff_id)
        audit.record(unit, found.staff_id, "sign_out", f"staff:{found.staff_id}")
