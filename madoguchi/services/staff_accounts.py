"""Accounts of staff: made, and signed in to with a password (Argon2id)."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import col, select

from ..domain.errors import Refusal
from ..domain.roles import Role
from ..store.staff import lock_staff
from ..store.tables import Municipality, Staff
from . import audit, sessions
from .attempts import Addresses, Strangers, minutes_until, wait_after
from .office import Office

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 256
"""More would only cost the server time."""
_LONGEST_LOGIN: Final = 64
_HASHER: Final = PasswordHasher()


@dataclass(frozen=True, slots=True)
class _Account:
    """What a sign-in reads before it checks the password."""

    staff_id: int
    password_hash: str


@dataclass(frozen=True)
class Watch:
    """What one process remembers of wrong sign-ins beside the accounts' own rows."""

    strangers: Strangers = field(default_factory=Strangers)
    addresses: Addresses = field(default_factory=Addresses)


_WATCH: Final = Watch()


def create_staff(
    office: Office, *, municipality_code: str, login: str, display_name: str, role: Role, password: str
) -> int:
    """Make an account; its id.

    Raises `Refusal`: unknown_municipality, login_unusable, login_taken, password_short(least).
    """
    name = _normal(login)
    if not name or len(name) > _LONGEST_LOGIN or any(char.isspace() for char in name):
        raise Refusal("login_unusable")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal("password_short", least=SHORTEST_PASSWORD)
    password_hash = _HASHER.hash(password)
    with office.change() as unit:
        city = unit.session.exec(
            select(Municipality).where(col(Municipality.code) == municipality_code)
        ).one_or_none()
        if city is None or city.id is None:
            raise Refusal("unknown_municipality")
        if unit.session.exec(select(Staff).where(col(Staff.login) == name)).first() is not None:
            raise Refusal("login_taken")
        staff = Staff(
            municipality_id=city.id,
            login=name,
            display_name=display_name.strip()[:64] or name,
            role=Role(role).value,
            password_hash=password_hash,
        )
        unit.session.add(staff)
        unit.session.flush()
        assert staff.id is not None
        audit.record(unit, None, "create_staff", f"staff:{staff.id}", role=staff.role)
        return staff.id


def sign_in(office: Office, login: str, password: str, address: str, *, watch: Watch = _WATCH) -> str:
    """A new session's token when the password is right.

    An unknown or disabled name answers like a wrong password: the same words, after the same work,
    locked by the same rule. Raises `Refusal`: sign_in_wrong, sign_in_locked(minutes),
    sign_in_throttled(minutes).
    """
    now = office.clock.now()
    blocked = watch.addresses.blocked_until(address, now)
    if blocked is not None:
        raise Refusal("sign_in_throttled", minutes=minutes_until(blocked, now))
    name = _normal(login)
    account = _account(office, name)
    if account is None:
        _refuse_if_locked(watch.strangers.locked_until(name), now)
    # Outside of any transaction: this takes tens of milliseconds on purpose.
    right = is_right(_nobodys_hash() if account is None else account.password_hash, password)
    token = None if account is None else _settle(office, account.staff_id, password if right else None)
    if token is None:
        watch.addresses.failed(address, now)
        if account is None:
            watch.strangers.failed(name, now)
        raise Refusal("sign_in_wrong")
    return token


def _account(office: Office, name: str) -> _Account | None:
    """The account to check against, None for a stranger; raises `Refusal("sign_in_locked")`."""
    with office.look() as unit:
        staff = unit.session.exec(select(Staff).where(col(Staff.login) == name)).one_or_none()
        if staff is None or staff.disabled or staff.id is None:
            return None
        _refuse_if_locked(staff.locked_until, unit.now)
        return _Account(staff.id, staff.password_hash)


def _refuse_if_locked(until: datetime | None, now: datetime) -> None:
    if until is not None and until > now:
        raise Refusal("sign_in_locked", minutes=minutes_until(until, now))


def _settle(office: Office, staff_id: int, right_password: str | None) -> str | None:
    """Write down how the try went: a session's token, or None and one failure more.

    Locked is asked again inside the transaction: of many tries at once no more than the free ones count.
    """
    with office.change() as unit:
        staff = lock_staff(unit.session, staff_id)
        if staff is None or staff.disabled:
            return None
        _refuse_if_locked(staff.locked_until, unit.now)
        if right_password is None:
            staff.failures += 1
            staff.locked_until = unit.now + wait_after(staff.failures)
            audit.record(unit, None, "sign_in_failed", f"staff:{staff_id}", failures=staff.failures)
            return None
        staff.failures, staff.locked_until = 0, None
        if _HASHER.check_needs_rehash(staff.password_hash):
            staff.password_hash = _HASHER.hash(right_password)
        audit.record(unit, staff_id, "sign_in", f"staff:{staff_id}")
        return sessions.open_session(unit, staff_id)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed; takes tens of milliseconds on purpose."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _normal(login: str) -> str:
    return unicodedata.normalize("NFKC", login[: 4 * _LONGEST_LOGIN]).strip().casefold()
