"""Who may call an event handler, said on the handler itself.

Put ``@needs(...)`` or ``@anyone`` below ``@rx.event``. A handler without a mark is refused by the
guard, whatever state it belongs to; so is a whole state whose module is not named here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..domain.roles import Permission

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC_MODULES: Final = frozenset({"madoguchi.state.book"})
"""States that citizens use. Their handlers carry ``@anyone`` and prove the citizen themselves."""
STAFF_MODULES: Final = frozenset(
    {
        "madoguchi.state.contact",
        "madoguchi.state.messages",
        "madoguchi.state.own_data",
        "madoguchi.state.reservation_form",
        "madoguchi.state.reservations",
        "madoguchi.state.settings_calling",
        "madoguchi.state.settings_counters",
        "madoguchi.state.settings_leases",
        "madoguchi.state.settings_office",
        "madoguchi.state.settings_paper",
        "madoguchi.state.settings_services",
        "madoguchi.state.settings_terminals",
        "madoguchi.state.settings_voice",
        "madoguchi.state.signed_in",
        "madoguchi.state.slots",
        "madoguchi.state.slots_asking",
        "madoguchi.state.slots_preview",
        "madoguchi.state.slots_rules",
        "madoguchi.state.slots_trial",
        "madoguchi.state.stats",
        "madoguchi.state.today",
    }
)
"""States of the staff side."""

_MARK: Final = "__madoguchi_access__"


@dataclass(frozen=True, slots=True)
class Access:
    """What a handler asks of its caller: nothing, a sign-in, or a sign-in with a permission."""

    staff: bool
    permission: Permission | None = None


ANYONE: Final = Access(staff=False)
SIGNED_IN: Final = Access(staff=True)


def anyone(handler: F) -> F:
    """Let everybody call this handler (of a public state only)."""
    setattr(handler, _MARK, ANYONE)
    return handler


def signed_in(handler: F) -> F:
    """Let every signed-in member of staff call this handler, whatever the role."""
    setattr(handler, _MARK, SIGNED_IN)
    return handler


def needs(permission: Permission) -> Callable[[F], F]:
    """Let those members of staff call this handler whose role is granted `permission`."""

    def mark(handler: F) -> F:
        setattr(handler, _MARK, Access(staff=True, permission=permission))
        return handler

    return mark


def access_of(function: Callable[..., Any]) -> Access | None:
    """The handler's mark; None when it has none and so may not be called at all."""
    found = getattr(function, _MARK, None)
    return found if isinstance(found, Access) else None
