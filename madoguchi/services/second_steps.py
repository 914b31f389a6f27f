"""What a sign-in may ask for after the password: a code, another password, an authenticator; and the way
back into a session that was locked."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col

from ..domain import totp
from ..domain.errors import Refusal
from ..domain.sign_in import Stage, stage_after_code
from ..store.staff import lock_staff
from ..store.tables import RecoveryCode, Staff, StaffSession
from . import audit, recovery_codes, sessions, staff_accounts, tries
from .attempts import FREE_TRIES
from .office import Office, Unit
from .staff_accounts import Browser


def enter_code(office: Office, token: str, typed: str, address: str, browser: Browser) -> str:
    """The next session's token when the code is the authenticator's, or a recovery code.

    Raises `Refusal`: sign_in_over, sign_in_locked(minutes), code_wrong.
    """
    with office.change() as unit:
        staff, session = _at(unit, token, Stage.CODE)
        device = tries.known_device(unit, session.staff_id, browser.device)
        tries.refuse_if_locked((staff if device is None else device).locked_until, unit.now)
        if is_code(unit, staff, typed):
            stage = stage_after_code(
                enrolled=True,
                one_time=staff.password_ends_at is not None,
                required=staff_accounts.needs_totp(unit, staff),
            )
            unit.session.delete(session)
            return staff_accounts.pass_on(unit, staff, stage, address, browser)
        failures = tries.failed(unit, staff, device)
        if failures >= FREE_TRIES:
            unit.session.delete(session)
        audit.record(unit, None, "sign_in_failed", f"staff:{staff.id}", failures=failures, by="code")
    raise Refusal("code_wrong")


def choose_password(office: Office, token: str, password: str, address: str, browser: Browser) -> str:
    """The next session's token once a one-time password was replaced by the owner's own.

    Raises `Refusal`: sign_in_over, password_short(least), password_simple, password_same.
    """
    with office.look() as unit:
        login, former = _standing_hash(unit, token, Stage.PASSWORD)
    staff_accounts.check_password(password, login)
    if staff_accounts.is_right(former, password):
        raise Refusal("password_same")
    digest = staff_accounts.hashed(password)
    with office.change() as unit:
        staff, session = _at(unit, token, Stage.PASSWORD)
        staff.password_hash, staff.password_ends_at = digest, None
        audit.record(unit, staff.id, "change_password", f"staff:{staff.id}")
        stage = stage_after_code(
            enrolled=bool(staff.totp_salt), one_time=False, required=staff_accounts.needs_totp(unit, staff)
        )
        unit.session.delete(session)
        return staff_accounts.pass_on(unit, staff, stage, address, browser)


def enrol(
    office: Office, token: str, salt: str, typed: str, address: str, browser: Browser
) -> tuple[str, tuple[str, ...]]:
    """The open session's token and the recovery codes, once the new authenticator has shown a code.

    Raises `Refusal`: sign_in_over, code_wrong.
    """
    with office.change() as unit:
        staff, session = _at(unit, token, Stage.ENROL)
        codes = take_authenticator(unit, staff, salt, typed)
        unit.session.delete(session)
        return staff_accounts.pass_on(unit, staff, Stage.OPEN, address, browser), codes


def unlock(office: Office, token: str, password: str, address: str, browser: Browser) -> str:
    """A new token of a session that was locked or left alone, when its owner's password is right.

    Raises `Refusal`: sign_in_over, sign_in_locked(minutes), sign_in_wrong.
    """

    def locked(unit: Unit) -> tuple[Staff, StaffSession]:
        staff, session = _at(unit, token, None)
        device = tries.known_device(unit, session.staff_id, browser.device)
        tries.refuse_if_locked((staff if device is None else device).locked_until, unit.now)
        return staff, session

    with office.look() as unit:
        digest = locked(unit)[0].password_hash
    right = staff_accounts.is_right(digest, password)
    with office.change() as unit:
        staff, session = locked(unit)
        device = tries.known_device(unit, session.staff_id, browser.device)
        if right:
            tries.succeeded(unit, staff, device, browser.device)
            audit.record(unit, staff.id, "unlock", f"staff:{staff.id}")
            return _renewed(unit, session, address)
        failures = tries.failed(unit, staff, device)
        audit.record(unit, None, "sign_in_failed", f"staff:{staff.id}", failures=failures, by="unlock")
    raise Refusal("sign_in_wrong")


def is_code(unit: Unit, staff: Staff, typed: str) -> bool:
    """Whether this opens the second door now; either kind of code opens it once."""
    plain = "".join(typed.split())
    secret = totp.secret_of(unit.settings.secret_key.get_secret_value(), staff.id or 0, staff.totp_salt)
    step = totp.matching_step(secret, plain, unit.now, staff.totp_step)
    if step is not None:
        staff.totp_step = step
        return True
    return recovery_codes.use(unit, staff.id or 0, typed)


def take_authenticator(unit: Unit, staff: Staff, salt: str, typed: str) -> tuple[str, ...]:
    """Make the authenticator that holds the secret of `salt` the account's; its recovery codes.

    Raises `Refusal("code_wrong")` unless it has just shown `typed`.
    """
    if not salt or len(salt) > 32 or not salt.isascii():
        raise Refusal("code_wrong")
    secret = totp.secret_of(unit.settings.secret_key.get_secret_value(), staff.id or 0, salt)
    step = totp.matching_step(secret, "".join(typed.split()), unit.now, 0)
    if step is None:
        raise Refusal("code_wrong")
    staff.totp_salt, staff.totp_step = salt, step
    audit.record(unit, staff.id, "enrol_totp", f"staff:{staff.id}")
    return recovery_codes.make(unit, staff.id or 0)


def drop_authenticator(unit: Unit, staff: Staff) -> None:
    """Take the account's authenticator and its recovery codes away."""
    staff.totp_salt, staff.totp_step = "", 0
    unit.session.execute(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff.id))


def _renewed(unit: Unit, session: StaffSession, address: str) -> str:
    """The same session, open, under a new token; it ends when it would have."""
    ends, created = session.expires_at, session.created_at
    unit.session.delete(session)
    token = sessions.open_session(unit, session.staff_id, address=address, browser=session.browser)
    fresh = unit.session.get_one(StaffSession, sessions.token_hash(token))
    fresh.expires_at, fresh.created_at = ends, created
    return token


def _at(unit: Unit, token: str, stage: Stage | None) -> tuple[Staff, StaffSession]:
    """The session and its owner, locked; None stands for one that is or counts as locked.

    Raises `Refusal("sign_in_over")` when it stands anywhere else.
    """
    # Locked before anything of it is read: of two tries with one code only the first may pass.
    staff_id = sessions.owner(unit, token)
    if staff_id is not None and lock_staff(unit.session, staff_id) is not None:
        found = sessions.found_in(unit, token)
        if found is not None and sessions.stage_of(unit, found[0]) is (stage or Stage.LOCKED):
            return found[1], found[0]
    raise Refusal("sign_in_over")


def _standing_hash(unit: Unit, token: str, stage: Stage) -> tuple[str, str]:
    found = sessions.found_in(unit, token)
    if found is None or sessions.stage_of(unit, found[0]) is not stage:
        raise Refusal("sign_in_over")
    return found[1].login, found[1].password_hash
