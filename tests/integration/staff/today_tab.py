"""A tab of `/staff` for tests: its state under one root, worked by somebody signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from reflex.state import State

from madoguchi.services.actors import Actor
from madoguchi.state import caller
from madoguchi.state.today import TodayState


class TodayTab:
    """One tab, which shows the desk anew after everything that it asks for."""

    def __init__(self, patch: pytest.MonkeyPatch, who: Actor) -> None:
        root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.page = root.get_substate(TodayState.get_full_name().split("."))
        self.who = who

        async def actor_of(_token: str) -> Actor:
            return self.who

        patch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
        patch.setattr(caller, "actor_of", actor_of)
        self.does(self.page.opened())

    def does(self, event: Coroutine[Any, Any, Any]) -> None:
        """Run a handler."""
        asyncio.run(event)

    def looks_again(self) -> None:
        """What a push of the desk does."""
        self.does(self.page._refresh(self.who))
