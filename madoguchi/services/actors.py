"""Who acts on the staff side."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.errors import Refusal
from ..domain.roles import Permission, Role, may


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in member of staff."""

    staff_id: int
    display_name: str
    role: Role
    municipality_id: int

    def require(self, permission: Permission) -> None:
        """Raises `Refusal("not_allowed")` unless the role is granted `permission`."""
        if not may(self.role, permission):
            raise Refusal("not_allowed")
