"""Who is signed in, for the header of every staff page."""

from __future__ import annotations

import reflex as rx

from ..domain.roles import Permission, may
from ..services.actors import Actor
from ..staff_menu import ROLE_NAMES, STAFF_NAV
from . import caller
from .access import signed_in


class SignedIn(rx.State):
    """The signed-in member of staff as the page shows them."""

    name: str = ""
    role: str = ""
    may_call: bool = False
    may_see_queue: bool = False
    may_see_contact: bool = False
    menu: list[str] = []
    """The permissions that open further entries of the menu."""
    known: bool = False
    gone: bool = False
    """The session is over: the page leads to the sign-in."""
    _staff_id: int = 0

    @rx.event
    @signed_in
    async def arrive(self) -> None:
        """Show who is signed in."""
        actor = await caller.acting()
        if actor is not None:
            self._show(actor)

    def _show(self, actor: Actor) -> None:
        self._staff_id = actor.staff_id
        self.name, self.role = actor.display_name, ROLE_NAMES[actor.role.value]
        self.may_call = may(actor.role, Permission.CALL)
        self.may_see_queue = may(actor.role, Permission.SEE_QUEUE)
        self.may_see_contact = may(actor.role, Permission.SEE_CONTACT)
        self.menu = [
            item.permission.value
            for item in STAFF_NAV
            if item.permission is not None and may(actor.role, item.permission)
        ]
        self.known, self.gone = True, False
