"""What every member of staff does with the own account: another password, an authenticator, codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ..domain import totp
from ..domain.errors import Refusal
from ..store.staff import lock_staff
from ..store.tables import Municipality, Staff
from . import audit, recovery_codes, second_steps, sessions, staff_accounts, tries
from .actors import Actor
from .office import Office, Unit


@dataclass(frozen=True, slots=True)
class Own:
    """How the account is kept safe."""

    login: str
    totp: bool
    totp_needed: bool
    codes_left: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A new authenticator, which counts once it has shown a code."""

    salt: str
    spelled: str
    address: str
    """What its QR code holds."""


def own(office: Office, actor: Actor) -> Own:
    """How the actor's account is kept safe."""
    with office.look() as unit:
        staff = unit.session.get_one(Staff, actor.staff_id)
        needed = staff_accounts.needs_totp(unit, staff)
        return Own(staff.login, bool(staff.totp_salt), needed, recovery_codes.left(unit, actor.staff_id))


def change_password(office: Office, actor: Actor, token: str, former: str, password: str) -> None:
    """Replace the own password; every other session ends, and other browsers are known no more.

    Raises `Refusal`: sign_in_locked(minutes), password_wrong, password_short(least), password_simple,
    password_same.
    """
    login = _prove(office, actor, former)
    staff_accounts.check_password(password, login)
    if password == former:
        raise Refusal("password_same")
    digest = staff_accounts.hashed(password)
    with office.change() as unit:
        staff = _locked(unit, actor)
        staff.password_hash, staff.password_ends_at = digest, None
        ended = sessions.end_all(unit, actor.staff_id, but=token)
        tries.forget_all(unit, actor.staff_id)
        audit.record(unit, actor.staff_id, "change_password", f"staff:{actor.staff_id}", sessions=ended)


def offer(office: Office, staff_id: int, salt: str = "") -> Offered:
    """An authenticator to be set up: a new one, or the one of `salt` once more."""
    made = salt if 0 < len(salt) <= 32 and salt.isascii() else secrets.token_hex(16)
    secret = totp.secret_of(office.settings.secret_key.get_secret_value(), staff_id, made)
    with office.look() as unit:
        staff = unit.session.get_one(Staff, staff_id)
        city = unit.session.get_one(Municipality, staff.municipality_id).names.get("ja", "")
        login = staff.login
    return Offered(made, totp.spelled(secret), totp.address(secret, f"窓口予約 {city}".strip(), login))


def enrol(office: Office, actor: Actor, password: str, salt: str, typed: str) -> tuple[str, ...]:
    """Take the offered authenticator; the recovery codes.

    Raises `Refusal`: sign_in_locked(minutes), password_wrong, code_wrong.
    """
    _prove(office, actor, password)
    with office.change() as unit:
        return second_steps.take_authenticator(unit, _locked(unit, actor), salt, typed)


def new_codes(office: Office, actor: Actor, password: str) -> tuple[str, ...]:
    """New recovery codes instead of the former. Raises `Refusal`: sign_in_locked(minutes), password_wrong."""
    _prove(office, actor, password)
    with office.change() as unit:
        staff = _locked(unit, actor)
        if not staff.totp_salt:
            raise Refusal("not_allowed")
        return recovery_codes.make(unit, actor.staff_id)


def drop_totp(office: Office, actor: Actor, password: str) -> None:
    """Do without the authenticator.

    Raises `Refusal`: sign_in_locked(minutes), password_wrong, totp_needed.
    """
    _prove(office, actor, password)
    with office.change() as unit:
        staff = _locked(unit, actor)
        if staff_accounts.needs_totp(unit, staff):
            raise Refusal("totp_needed")
        second_steps.drop_authenticator(unit, staff)
        audit.record(unit, actor.staff_id, "drop_totp", f"staff:{actor.staff_id}")


def _prove(office: Office, actor: Actor, password: str) -> str:
    """The login name of the actor, who knows the password: a page left open is not enough."""
    with office.look() as unit:
        staff = unit.session.get_one(Staff, actor.staff_id)
        tries.refuse_if_locked(staff.locked_until, unit.now)
    if staff_accounts.is_right(staff.password_hash, password):
        return staff.login
    with office.change() as unit:
        failures = tries.failed(unit, _locked(unit, actor), None)
        audit.record(unit, None, "sign_in_failed", f"staff:{actor.staff_id}", failures=failures, by="account")
    raise Refusal("password_wrong")


def _locked(unit: Unit, actor: Actor) -> Staff:
    staff = lock_staff(unit.session, actor.staff_id)
    if staff is None or staff.disabled:
        raise Refusal("not_allowed")
    return staff
