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
from ..domain.sign_in import Stage, first_stage
from ..store.staff import lock_staff
from ..store.tables import Municipality, SignInRules, Staff
from . import audit, sessions
from .attempts import Addresses, Strangers, minutes_until
from .office import Office, Unit
from .tries import failed, known_device, refuse_if_locked, succeeded

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
"""More would only cost the server time."""
_LONGEST_LOGIN: Final = 64
_FEWEST_SIGNS: Final = 5
"""Different ones in a password."""
_HASHER: Final = PasswordHasher()


@dataclass(frozen=True, slots=True)
class _Account:
    """What a sign-in reads before it checks the password."""

    staff_id: int
    password_hash: str
    known: bool
    """Its owner has signed in with this browser before."""
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Browser:
    """What is known of the browser that signs in; every part may be empty."""

    device: str = ""
    """Its own cookie."""
    name: str = ""
    """``Firefox / Windows``."""


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

    Raises `Refusal`: unknown_municipality, login_unusable, login_taken, password_short(least),
    password_simple.
    """
    name = usable_login(login)
    check_password(password, name)
    password_hash = hashed(password)
    with office.change() as unit:
        city = unit.session.exec(
            select(Municipality).where(col(Municipality.code) == municipality_code)
        ).one_or_none()
        if city is None or city.id is None:
            raise Refusal("unknown_municipality")
        staff = add_staff(unit, city.id, name, display_name, role, password_hash)
        audit.record(unit, None, "create_staff", f"staff:{staff.id}", role=staff.role)
        return staff.id or 0


def add_staff(
    unit: Unit, municipality_id: int, login: str, display_name: str, role: Role, password_hash: str
) -> Staff:
    """The new account's row. Raises `Refusal("login_taken")`."""
    if unit.session.exec(select(Staff).where(col(Staff.login) == login)).first() is not None:
        raise Refusal("login_taken")
    staff = Staff(
        municipality_id=municipality_id,
        login=login,
        display_name=display_name.strip()[:64] or login,
        role=Role(role).value,
        password_hash=password_hash,
    )
    unit.session.add(staff)
    unit.session.flush()
    return staff


def usable_login(login: str) -> str:
    """The login name as it is stored. Raises `Refusal("login_unusable")`."""
    name = normal(login)
    if not name or len(name) > _LONGEST_LOGIN or any(char.isspace() for char in name):
        raise Refusal("login_unusable")
    return name


def check_password(password: str, login: str) -> None:
    """Raises `Refusal`: password_short(least), password_simple."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal("password_short", least=SHORTEST_PASSWORD)
    folded = password.casefold()
    if len(set(folded)) < _FEWEST_SIGNS or (len(login) > 3 and login in folded):
        raise Refusal("password_simple")


def hashed(password: str) -> str:
    """The password as it is stored; takes tens of milliseconds on purpose."""
    return _HASHER.hash(password)


def sign_in(
    office: Office,
    login: str,
    password: str,
    address: str,
    browser: Browser = Browser(),
    *,
    watch: Watch = _WATCH,
) -> str:
    """A new session's token when the password is right; `sessions.standing` tells what it still asks for.

    An unknown or disabled name answers like a wrong password: the same words, after the same work,
    locked by the same rule. Raises `Refusal`: sign_in_wrong, sign_in_locked(minutes),
    sign_in_throttled(minutes), password_over.
    """
    now = office.clock.now()
    name = normal(login)
    account = _account(office, name, browser.device)
    blocked = watch.addresses.blocked_until(address, now)
    if blocked is not None and (account is None or not account.known):
        raise Refusal("sign_in_throttled", minutes=minutes_until(blocked, now))
    refuse_if_locked(watch.strangers.locked_until(name) if account is None else account.locked_until, now)
    # Outside of any transaction: this takes tens of milliseconds on purpose.
    right = is_right(_nobodys_hash() if account is None else account.password_hash, password)
    token = _settle(office, account, password if right else None, address, browser)
    if token is None:
        watch.addresses.failed(address, now)
        if account is None:
            watch.strangers.failed(name, now)
        raise Refusal("sign_in_wrong")
    return token


def _account(office: Office, name: str, device: str) -> _Account | None:
    """The account to check against, None for a stranger."""
    with office.look() as unit:
        staff = unit.session.exec(select(Staff).where(col(Staff.login) == name)).one_or_none()
        if staff is None or staff.disabled or staff.id is None:
            return None
        known = known_device(unit, staff.id, device)
        counted = staff if known is None else known
        return _Account(staff.id, staff.password_hash, known is not None, counted.locked_until)


def _settle(
    office: Office, account: _Account | None, right_password: str | None, address: str, browser: Browser
) -> str | None:
    """Write down how the try went: a session's token, or None and one failure more.

    Locked is asked inside the transaction: of many tries at once no more than the free ones count. A
    stranger's try is written down as well, without the name: people type passwords there.
    """
    with office.change() as unit:
        staff = None if account is None else lock_staff(unit.session, account.staff_id)
        if staff is None or staff.disabled or staff.id is None:
            audit.record(unit, None, "sign_in_failed", "staff:unknown")
            return None
        device = known_device(unit, staff.id, browser.device)
        refuse_if_locked((staff if device is None else device).locked_until, unit.now)
        if right_password is None:
            failures = failed(unit, staff, device)
            audit.record(unit, None, "sign_in_failed", f"staff:{staff.id}", failures=failures)
            return None
        if staff.password_ends_at is not None and staff.password_ends_at <= unit.now:
            raise Refusal("password_over")
        if _HASHER.check_needs_rehash(staff.password_hash):
            staff.password_hash = _HASHER.hash(right_password)
        stage = first_stage(
            enrolled=bool(staff.totp_salt),
            one_time=staff.password_ends_at is not None,
            required=needs_totp(unit, staff),
        )
        return pass_on(unit, staff, stage, address, browser)


def pass_on(unit: Unit, staff: Staff, stage: Stage, address: str, browser: Browser) -> str:
    """The token of a new session that stands at `stage`; an open one is a sign-in, and counts as such."""
    assert staff.id is not None
    if stage is Stage.OPEN:
        succeeded(unit, staff, known_device(unit, staff.id, browser.device), browser.device)
        audit.record(unit, staff.id, "sign_in", f"staff:{staff.id}")
    return sessions.open_session(unit, staff.id, stage, address=address, browser=browser.name)


def needs_totp(unit: Unit, staff: Staff) -> bool:
    """Whether the municipality wants an authenticator for the role."""
    rules = unit.session.get(SignInRules, staff.municipality_id)
    return rules is not None and staff.role in rules.totp_roles


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


def normal(login: str) -> str:
    """A login name as people type it, made into how it is stored."""
    text = unicodedata.normalize("NFKC", login[: 4 * _LONGEST_LOGIN]).strip().casefold()
    return text.replace("\0", "").encode("utf-8", "replace").decode()
