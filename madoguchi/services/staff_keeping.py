"""職員: an administrator invites colleagues, gives roles, and shuts accounts out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.roles import Permission, Role
from ..store.staff import lock_staff
from ..store.tables import SignInRules, Staff, StaffSession
from . import audit, counters, recovery_codes, second_steps, sessions, staff_accounts, tries
from .actors import Actor
from .office import Office, Unit

ONE_TIME_LIVES: Final = timedelta(days=7)
"""How long a one-time password opens an account to have it replaced."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the administrator sees it."""

    id: int
    login: str
    display_name: str
    role: str
    disabled: bool
    one_time_until: datetime | None
    totp: bool
    sessions: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Handed:
    """A one-time password, told this once, to be handed over."""

    login: str
    password: str
    ends_at: datetime


def accounts(office: Office, actor: Actor) -> tuple[Account, ...]:
    """Everybody of the municipality. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.ADMINISTER)
    with office.look() as unit:
        counted = (
            select(col(StaffSession.staff_id), func.count())
            .where(col(StaffSession.expires_at) > unit.now)
            .group_by(col(StaffSession.staff_id))
        )
        open_sessions = {row[0]: row[1] for row in unit.session.execute(counted)}
        query = (
            select(Staff)
            .where(col(Staff.municipality_id) == actor.municipality_id)
            .order_by(col(Staff.disabled), col(Staff.login))
        )
        return tuple(
            Account(
                staff.id,
                staff.login,
                staff.display_name,
                staff.role,
                staff.disabled,
                staff.password_ends_at,
                bool(staff.totp_salt),
                open_sessions.get(staff.id, 0),
                staff.locked_until if staff.locked_until and staff.locked_until > unit.now else None,
            )
            for staff in unit.session.execute(query).scalars()
        )


def totp_roles(office: Office, actor: Actor) -> tuple[str, ...]:
    """Roles that need an authenticator here. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.ADMINISTER)
    with office.look() as unit:
        rules = unit.session.get(SignInRules, actor.municipality_id)
        return tuple(rules.totp_roles) if rules else ()


def set_totp_roles(office: Office, actor: Actor, roles: Sequence[str]) -> None:
    """Have these roles need an authenticator; who has none makes one at the next sign-in.

    Raises `Refusal("not_allowed")`.
    """
    actor.require(Permission.ADMINISTER)
    chosen = [role.value for role in Role if role.value in roles]
    with office.change() as unit:
        unit.session.merge(SignInRules(municipality_id=actor.municipality_id, totp_roles=chosen))
        subject = f"municipality:{actor.municipality_id}"
        audit.record(unit, actor.staff_id, "change_sign_in_rules", subject, totp_roles=chosen)


def invite(office: Office, actor: Actor, login: str, display_name: str, role: str) -> Handed:
    """Make an account with a one-time password.

    Raises `Refusal`: not_allowed, login_unusable, login_taken, role_unknown.
    """
    actor.require(Permission.ADMINISTER)
    name, kind, password = staff_accounts.usable_login(login), _role(role), recovery_codes.drawn()
    digest = staff_accounts.hashed(password)
    with office.change() as unit:
        staff = staff_accounts.add_staff(unit, actor.municipality_id, name, display_name, kind, digest)
        staff.password_ends_at = unit.now + ONE_TIME_LIVES
        audit.record(unit, actor.staff_id, "create_staff", f"staff:{staff.id}", role=kind.value)
        return Handed(name, password, staff.password_ends_at)


def reset_password(office: Office, actor: Actor, staff_id: int) -> Handed:
    """Give the account a one-time password and end all its sessions; its browsers are known no more.

    Raises `Refusal`: not_allowed, unknown_staff.
    """
    password = recovery_codes.drawn()
    digest = staff_accounts.hashed(password)
    with _account(office, actor, staff_id) as (unit, staff):
        _shut_out(unit, staff)
        staff.password_hash, staff.password_ends_at = digest, unit.now + ONE_TIME_LIVES
        staff.failures, staff.locked_until = 0, None
        audit.record(unit, actor.staff_id, "reset_password", f"staff:{staff_id}")
        return Handed(staff.login, password, staff.password_ends_at)


def rescue(office: Office, login: str) -> Handed:
    """The way back in for whoever runs the server: a one-time password, no authenticator, not disabled.

    Raises `Refusal("unknown_staff")`.
    """
    password = recovery_codes.drawn()
    digest = staff_accounts.hashed(password)
    with office.change() as unit:
        query = select(col(Staff.id)).where(col(Staff.login) == staff_accounts.normal(login))
        staff_id = unit.session.execute(query).scalar_one_or_none()
        if staff_id is None:
            raise Refusal("unknown_staff")
        counters.lock_desks_of(unit, staff_id)
        staff = lock_staff(unit.session, staff_id)
        assert staff is not None
        _shut_out(unit, staff)
        second_steps.drop_authenticator(unit, staff)
        staff.disabled, staff.failures, staff.locked_until = False, 0, None
        staff.password_hash, staff.password_ends_at = digest, unit.now + ONE_TIME_LIVES
        audit.record(unit, None, "reset_password", f"staff:{staff_id}", by="command line")
        return Handed(staff.login, password, staff.password_ends_at)


def change_role(office: Office, actor: Actor, staff_id: int, role: str) -> None:
    """Give the role. Raises `Refusal`: not_allowed, unknown_staff, role_unknown, last_admin."""
    kind = _role(role)
    with _account(office, actor, staff_id, admins=kind is not Role.ADMIN) as (unit, staff):
        if staff.role != kind.value:
            audit.record(
                unit, actor.staff_id, "change_role", f"staff:{staff_id}", former=staff.role, role=kind.value
            )
            staff.role = kind.value


def set_disabled(office: Office, actor: Actor, staff_id: int, disabled: bool) -> None:
    """Shut the account out at once, or let it in again.

    Raises `Refusal`: not_allowed, unknown_staff, last_admin.
    """
    with _account(office, actor, staff_id, admins=disabled) as (unit, staff):
        if staff.disabled == disabled:
            return
        staff.disabled = disabled
        if disabled:
            _shut_out(unit, staff)
        action = "disable_staff" if disabled else "enable_staff"
        audit.record(unit, actor.staff_id, action, f"staff:{staff_id}")


def end_sessions(office: Office, actor: Actor, staff_id: int) -> int:
    """End all sessions of the account; how many. Raises `Refusal`: not_allowed, unknown_staff."""
    with _account(office, actor, staff_id) as (unit, _staff):
        ended = sessions.end_all(unit, staff_id)
        audit.record(unit, actor.staff_id, "end_sessions", f"staff:{staff_id}", sessions=ended)
        return ended


def drop_totp(office: Office, actor: Actor, staff_id: int) -> None:
    """Take a lost authenticator away. Raises `Refusal`: not_allowed, unknown_staff."""
    with _account(office, actor, staff_id) as (unit, staff):
        second_steps.drop_authenticator(unit, staff)
        sessions.end_all(unit, staff_id)
        audit.record(unit, actor.staff_id, "drop_totp", f"staff:{staff_id}")


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Refusal("role_unknown") from None


@contextmanager
def _account(
    office: Office, actor: Actor, staff_id: int, *, admins: bool = False
) -> Iterator[tuple[Unit, Staff]]:
    """A transaction with the account locked. With `admins`, one of them must be left without it."""
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        city = select(col(Staff.municipality_id)).where(col(Staff.id) == staff_id)
        if unit.session.execute(city).scalar_one_or_none() != actor.municipality_id:
            raise Refusal("unknown_staff")
        # Their desks first, as everywhere: whoever is shut out leaves the counter.
        counters.lock_desks_of(unit, staff_id)
        if admins:
            _leave_an_admin(unit, actor.municipality_id, staff_id)
        staff = lock_staff(unit.session, staff_id)
        assert staff is not None
        yield unit, staff


def _leave_an_admin(unit: Unit, municipality_id: int, staff_id: int) -> None:
    """Raises `Refusal("last_admin")`. All are locked, in order: two who shut each other out come in turn."""
    query: Any = (
        select(col(Staff.id))
        .where(
            col(Staff.municipality_id) == municipality_id,
            col(Staff.role) == Role.ADMIN.value,
            col(Staff.disabled).is_(False),
        )
        .order_by(col(Staff.id))
        .with_for_update(key_share=True)
    )
    admins = set(unit.session.execute(query).scalars())
    if admins == {staff_id}:
        raise Refusal("last_admin")


def _shut_out(unit: Unit, staff: Staff) -> None:
    assert staff.id is not None
    sessions.end_all(unit, staff.id)
    tries.forget_all(unit, staff.id)
