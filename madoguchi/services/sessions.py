"""Sign-ins of staff: opened, recognised by their token, locked, ended. Only the token's SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, update
from sqlmodel import col, select

from ..domain.roles import Role
from ..domain.sign_in import CODE_LIVES, Stage, left_alone
from ..store.tables import Staff, StaffSession
from . import audit, counters
from .actors import Actor
from .office import Office, Unit

TOUCH: Final = timedelta(minutes=1)
"""What somebody does is noted this often: a write for each click would cost more than the click."""
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 200
_HANDLE: Final = 16


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that is not over, however far it has come."""

    staff_id: int
    login: str
    display_name: str
    stage: Stage
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of somebody's sessions, as its owner sees it."""

    handle: str
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str
    locked: bool
    mine: bool
    """The one that asks."""


def token_hash(token: str) -> str:
    """What is stored instead of the token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_session(
    unit: Unit, staff_id: int, stage: Stage = Stage.OPEN, *, address: str = "", browser: str = ""
) -> str:
    """A new session of a member of staff whose password was right; its token, told this once."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    unit.session.execute(
        delete(StaffSession).where(
            col(StaffSession.staff_id) == staff_id, col(StaffSession.expires_at) <= unit.now
        )
    )
    lives = timedelta(hours=unit.settings.staff_hours) if stage is Stage.OPEN else CODE_LIVES
    unit.session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff_id,
            created_at=unit.now,
            expires_at=unit.now + lives,
            stage=stage.value,
            seen_at=unit.now,
            address=address[:64],
            browser=browser[:64],
        )
    )
    return token


def actor_of(office: Office, token: str) -> Actor | None:
    """Whose open session this is; None when it is unknown, over, ended, locked or left alone, its sign-in
    not whole, or its owner disabled."""
    with office.look() as unit:
        found = found_in(unit, token)
    if found is None or stage_of(unit, found[0]) is not Stage.OPEN:
        return None
    staff = found[1]
    assert staff.id is not None
    return Actor(staff.id, staff.display_name, Role(staff.role), staff.municipality_id)


def standing(office: Office, token: str) -> Standing | None:
    """How far this session has come; None when there is none."""
    with office.look() as unit:
        found = found_in(unit, token)
    if found is None:
        return None
    session, staff = found
    assert staff.id is not None
    stage = stage_of(unit, session)
    return Standing(staff.id, staff.login, staff.display_name, stage, session.address, session.browser)


def touch(office: Office, token: str) -> None:
    """Note that the session's owner has just done something; a locked one stays locked."""
    with office.look() as unit:
        found = found_in(unit, token)
    if found is None or stage_of(unit, found[0]) is not Stage.OPEN or unit.now - found[0].seen_at < TOUCH:
        return
    with office.change() as unit:
        query: Any = (
            update(StaffSession)
            .where(
                col(StaffSession.token_hash) == token_hash(token), col(StaffSession.stage) == Stage.OPEN.value
            )
            .values(seen_at=unit.now)
        )
        unit.session.execute(query)


def lock(office: Office, token: str) -> None:
    """Have the password asked for before anything else is done with this session."""
    with office.change() as unit:
        found = found_in(unit, token)
        if found is not None and found[0].stage == Stage.OPEN.value:
            found[0].stage = Stage.LOCKED.value
            audit.record(unit, found[0].staff_id, "lock", f"staff:{found[0].staff_id}")


def sign_out(office: Office, token: str) -> None:
    """End the session and, when it was the last, leave the counter; one that is over changes nothing."""
    with office.change() as unit:
        found = unit.session.get(StaffSession, token_hash(token))
        if found is None:
            return
        whole = found.stage in {Stage.OPEN.value, Stage.LOCKED.value}
        unit.session.delete(found)
        unit.session.flush()
        others = select(StaffSession).where(
            col(StaffSession.staff_id) == found.staff_id, col(StaffSession.expires_at) > unit.now
        )
        if unit.session.exec(others).first() is None:
            counters.stand_up(unit, found.staff_id)
        if whole:
            audit.record(unit, found.staff_id, "sign_out", f"staff:{found.staff_id}")


def of_staff(office: Office, actor: Actor, token: str) -> tuple[OwnSession, ...]:
    """The actor's own sessions, the newest first."""
    with office.look() as unit:
        query = (
            select(StaffSession)
            .where(
                col(StaffSession.staff_id) == actor.staff_id,
                col(StaffSession.expires_at) > unit.now,
                col(StaffSession.stage).in_((Stage.OPEN.value, Stage.LOCKED.value)),
            )
            .order_by(col(StaffSession.created_at).desc())
        )
        rows = unit.session.exec(query).all()
    mine = token_hash(token)
    return tuple(
        OwnSession(
            row.token_hash[:_HANDLE],
            row.created_at,
            row.seen_at,
            row.address,
            row.browser,
            stage_of(unit, row) is Stage.LOCKED,
            row.token_hash == mine,
        )
        for row in rows
    )


def end_own(office: Office, actor: Actor, token: str, handle: str) -> None:
    """End one of the actor's other sessions, or all of them with an empty `handle`."""
    with office.change() as unit:
        rows = unit.session.exec(
            select(StaffSession).where(
                col(StaffSession.staff_id) == actor.staff_id,
                col(StaffSession.token_hash) != token_hash(token),
            )
        ).all()
        ended = [row for row in rows if not handle or row.token_hash[:_HANDLE] == handle]
        end(unit, ended)
        if ended:
            subject = f"staff:{actor.staff_id}"
            audit.record(unit, actor.staff_id, "end_sessions", subject, sessions=len(ended))


def end(unit: Unit, ended: Iterable[StaffSession]) -> None:
    """End sessions, whosever they are."""
    for row in ended:
        unit.session.delete(row)


def end_all(unit: Unit, staff_id: int, *, but: str = "") -> int:
    """End every session of somebody except that of the token `but`; how many there were.

    Locks desks where none is left, so it comes before whatever else is locked.
    """
    if not but:
        counters.stand_up(unit, staff_id)
    rows = unit.session.exec(
        select(StaffSession).where(
            col(StaffSession.staff_id) == staff_id, col(StaffSession.token_hash) != token_hash(but)
        )
    ).all()
    end(unit, rows)
    return len(rows)


def found_in(unit: Unit, token: str) -> tuple[StaffSession, Staff] | None:
    """The session that is not over, and its owner, who is not disabled."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    query = (
        select(StaffSession, Staff)
        .join(Staff, col(StaffSession.staff_id) == col(Staff.id))
        .where(
            col(StaffSession.token_hash) == token_hash(token),
            col(StaffSession.expires_at) > unit.now,
            col(Staff.disabled).is_(False),
        )
    )
    return unit.session.exec(query).one_or_none()


def owner(unit: Unit, token: str) -> int | None:
    """Whose session it is, whatever has become of it."""
    query = select(col(StaffSession.staff_id)).where(col(StaffSession.token_hash) == token_hash(token))
    return unit.session.exec(query).one_or_none()


def stage_of(unit: Unit, session: StaffSession) -> Stage:
    """Where it stands now: whoever leaves an open one alone finds it locked."""
    stage = Stage(session.stage)
    idle = left_alone(session.seen_at, unit.now, unit.settings.staff_idle_minutes)
    return Stage.LOCKED if stage is Stage.OPEN and idle else stage
