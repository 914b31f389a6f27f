"""Counting wrong passwords and codes: per account for browsers nobody knows, and for each known one apart.

Who guesses from outside locks the account for other unknown browsers only. A browser that its owner has
signed in with before carries a cookie of its own and is counted by itself (OWASP: device cookies).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import col

from ..domain.errors import Refusal
from ..store.tables import Staff, StaffDevice
from .attempts import minutes_until, wait_after
from .office import Unit

REMEMBERED: Final = timedelta(days=180)
"""How long a browser that is not used stays known."""
_LONGEST_TOKEN: Final = 200


def device_hash(token: str) -> str:
    """What is stored instead of a browser's cookie; empty for none."""
    usable = 0 < len(token) <= _LONGEST_TOKEN
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest() if usable else ""


def known_device(unit: Unit, staff_id: int, token: str) -> StaffDevice | None:
    """The browser, if this member of staff has signed in with it before."""
    digest = device_hash(token)
    found = unit.session.get(StaffDevice, (digest, staff_id)) if digest else None
    return found if found is not None and found.seen_at > unit.now - REMEMBERED else None


def refuse_if_locked(until: datetime | None, now: datetime) -> None:
    """Raises `Refusal("sign_in_locked")` while it is not yet `until`."""
    if until is not None and until > now:
        raise Refusal("sign_in_locked", minutes=minutes_until(until, now))


def failed(unit: Unit, staff: Staff, device: StaffDevice | None) -> int:
    """Count one more wrong password or code; how many there are in a row."""
    counted = staff if device is None else device
    counted.failures += 1
    counted.locked_until = unit.now + wait_after(counted.failures)
    return counted.failures


def succeeded(unit: Unit, staff: Staff, device: StaffDevice | None, token: str) -> None:
    """Count anew, and know the browser from now on. What others did elsewhere stays counted."""
    if device is not None:
        device.failures, device.locked_until, device.seen_at = 0, None, unit.now
        return
    staff.failures, staff.locked_until = 0, None
    digest = device_hash(token)
    if digest and staff.id is not None:
        forget_old(unit, staff.id)
        unit.session.merge(StaffDevice(token_hash=digest, staff_id=staff.id, seen_at=unit.now))


def forget_old(unit: Unit, staff_id: int) -> None:
    """Forget the browsers that were not used for a long time."""
    old = unit.now - REMEMBERED
    unit.session.execute(
        delete(StaffDevice).where(col(StaffDevice.staff_id) == staff_id, col(StaffDevice.seen_at) <= old)
    )


def forget_all(unit: Unit, staff_id: int) -> None:
    """Forget every browser: whoever has one of them may not be the owner."""
    unit.session.execute(delete(StaffDevice).where(col(StaffDevice.staff_id) == staff_id))
