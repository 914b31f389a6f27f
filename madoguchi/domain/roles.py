"""What each staff role may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A staff member's role."""

    ADMIN = "admin"
    CLERK = "clerk"
    VIEWER = "viewer"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a role may or may not do."""

    SEE_QUEUE = "see_queue"
    CALL = "call"
    RESERVE = "reserve"
    SEE_CONTACT = "see_contact"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(Permission),
    Role.CLERK: frozenset(
        {Permission.SEE_QUEUE, Permission.CALL, Permission.RESERVE, Permission.SEE_CONTACT}
    ),
    Role.VIEWER: frozenset({Permission.SEE_QUEUE}),
    Role.AUDITOR: frozenset({Permission.SEE_AUDIT}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` is granted `permission`."""
    return permission in GRANTS[role]
