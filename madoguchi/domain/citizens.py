"""Who books: somebody in LINE, or a guest who holds a confirmation code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from .codes import typed_claim_code

CONFIRMATION_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Citizen:
    """Exactly one of both is set."""

    line_user_id: int | None = None
    """Row id of the LINE user."""
    guest: str | None = None
    """SHA-256 of the confirmation code, as the reservation keeps it."""

    @classmethod
    def in_line(cls, line_user_id: int) -> Self:
        """A LINE user."""
        return cls(line_user_id=line_user_id)

    @classmethod
    def with_code(cls, code: str) -> Self:
        """The guest who holds this confirmation code; width, case, spaces and hyphens are forgiven."""
        return cls(guest=hashlib.sha256(typed_claim_code(code).encode()).hexdigest())
