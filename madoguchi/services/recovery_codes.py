"""Codes on paper that stand in, once each, for an authenticator that was lost."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from sqlalchemy import delete, func, select
from sqlmodel import col

from ..store.tables import RecoveryCode
from . import audit
from .office import Unit

COUNT: Final = 10
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that looks like something else."""
_GROUPS: Final = 4
_LETTERS: Final = 4


def drawn() -> str:
    """Sixteen letters in groups of four: near eighty bits, so a fast hash is enough."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def make(unit: Unit, staff_id: int) -> tuple[str, ...]:
    """New codes instead of all former ones, told this once."""
    unit.session.execute(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id))
    codes = tuple(drawn() for _ in range(COUNT))
    unit.session.add_all(RecoveryCode(code_hash=_hash(staff_id, code), staff_id=staff_id) for code in codes)
    audit.record(unit, staff_id, "make_recovery_codes", f"staff:{staff_id}")
    return codes


def use(unit: Unit, staff_id: int, typed: str) -> bool:
    """Whether this is a code that was not used yet; now it is."""
    found = unit.session.get(RecoveryCode, _hash(staff_id, typed))
    if found is None or found.staff_id != staff_id:
        return False
    unit.session.delete(found)
    audit.record(unit, staff_id, "use_recovery_code", f"staff:{staff_id}")
    return True


def left(unit: Unit, staff_id: int) -> int:
    """How many are left."""
    query = select(func.count()).select_from(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id)
    return int(unit.session.execute(query).scalar_one())


def _hash(staff_id: int, code: str) -> str:
    plain = "".join(letter for letter in code.casefold()[:64] if letter in _ALPHABET)
    return hashlib.sha256(f"{staff_id}:{plain}".encode()).hexdigest()
