"""The one gate before every event of every page: denied unless it is named and allowed.

Anyone can send any event over the socket, decorated or not, also for pages they never opened.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import reflex as rx
from reflex.istate.shared import SharedStateBaseInternal
from reflex.state import (
    BaseState,
    FrontendEventExceptionState,
    OnLoadInternalState,
    State,
    StateUpdate,
    UpdateVarsInternalState,
)
from reflex_base.event import Event
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from ..domain.roles import may
from ..services import running
from . import caller
from .access import PUBLIC_MODULES, STAFF_MODULES, Access, access_of
from .presence import PRESENCE, Browser

_log = logging.getLogger(__name__)

HYDRATION: Final = frozenset({"hydrate", "hydrate_and_load"})
INTERNALS: Final[Mapping[type[BaseState], frozenset[str]]] = {
    State: HYDRATION | {"set_is_hydrated"},
    OnLoadInternalState: frozenset({"on_load_internal", "set_is_hydrated"}),
    UpdateVarsInternalState: frozenset({"update_vars_internal"}),
    FrontendEventExceptionState: frozenset({"handle_frontend_exception"}),
    SharedStateBaseInternal: frozenset(),
}
"""Reflex's own events that pages cannot do without. They set nothing but the hydration flag and
values the browser keeps anyway, of which we have none."""

BY_ITSELF: Final = frozenset({"arrive", "opened", "look", "follow"})
"""What pages send without anybody's doing, as when they are connected again: it keeps no session awake."""


class Guard(rx.Middleware):
    """Refuses what is not allowed; a refused event does nothing."""

    async def preprocess(
        self,
        app: rx.App,  # noqa: ARG002  Reflex passes it by name
        state: BaseState,
        event: Event,
    ) -> StateUpdate | None:
        """None lets the event pass; an empty update stops it."""
        try:
            return await self._judge(state, event)
        except Exception:
            _log.exception("refused %s: the guard itself failed", _name(event))
            return _refused()

    async def _judge(self, state: BaseState, event: Event) -> StateUpdate | None:
        found = RegistrationContext.get().event_handlers.get(event.name)
        if found is None:
            return _deny(event, "no such handler")
        kind = found.states[0]
        handler = event.name.rpartition(".")[2]
        if handler in INTERNALS.get(kind, ()):
            if handler in HYDRATION:
                await _forget_others(state._get_root_state())
            return None
        wants = wanted(found)
        if wants is None:
            return _deny(event, "not on the list")
        return await _staff(state, event, wants) if wants.staff else None


def guard() -> rx.Middleware:
    """The guard, to stand before every other middleware."""
    return Guard()


def wanted(found: RegisteredEventHandler) -> Access | None:
    """What the handler asks of its caller; None when nobody may call it."""
    module = found.states[0].__module__
    function = getattr(found.handler, "fn", None)
    wants = access_of(function) if function is not None else None
    if wants is None or module not in (STAFF_MODULES if wants.staff else PUBLIC_MODULES):
        return None
    return wants


async def _staff(state: BaseState, event: Event, wants: Access) -> StateUpdate | None:
    who = caller.caller()
    if not caller.from_staff_network(who, running.office().settings):
        return _deny(event, "address not permitted")
    actor = await caller.actor_of(who.token)
    if actor is None:
        _deny(event, "not signed in")
        return await _signed_out(state._get_root_state())
    if wants.permission is not None and not may(actor.role, wants.permission):
        return _deny(event, f"staff {actor.staff_id} lacks {wants.permission.value}")
    if event.name.rpartition(".")[2] not in BY_ITSELF:
        await caller.touched(who.token)
    PRESENCE.note(Browser(who.tab, who.socket, who.token, actor.staff_id))
    return None


async def _signed_out(root: BaseState) -> StateUpdate:
    await clear_staff(root)
    delta = await root._get_resolved_delta()
    root._clean()  # type: ignore[no-untyped-call]
    return StateUpdate(delta=delta, events=[])


async def clear_staff(root: BaseState) -> None:
    """Take what is shown off the page, and let it lead to the sign-in."""
    from .signed_in import SignedIn  # noqa: PLC0415  states are registered by the pages that use them

    await _clear(root)
    (await root.get_state(SignedIn)).gone = True


async def _forget_others(root: BaseState) -> None:
    """Before the whole state is sent: nobody gets what another one's sign-in has put there."""
    from .signed_in import SignedIn  # noqa: PLC0415

    who = caller.caller()
    permitted = caller.from_staff_network(who, running.office().settings)
    actor = await caller.actor_of(who.token) if permitted else None
    identity = await root.get_state(SignedIn)
    if actor is not None and identity._staff_id in {0, actor.staff_id}:
        return
    await _clear(root)


async def _clear(root: BaseState) -> None:
    for kind in RegistrationContext.get().base_states.values():
        if kind.__module__ in STAFF_MODULES:
            (await root.get_state(kind)).reset()  # type: ignore[no-untyped-call]


def _deny(event: Event, reason: str) -> StateUpdate:
    _log.warning("refused %s: %s", _name(event), reason)
    return _refused()


def _refused() -> StateUpdate:
    return StateUpdate(delta={}, events=[])


def _name(event: Event) -> str:
    """Fit for one line of a log, whatever was sent."""
    return repr(event.name[:120])
