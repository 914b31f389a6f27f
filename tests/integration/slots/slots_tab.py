"""A tab of `/staff/slots` for tests: all its states under one root, worked by somebody signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from reflex.state import State

from madoguchi.services.actors import Actor
from madoguchi.state import caller
from madoguchi.state.slots import SlotsState
from madoguchi.state.slots_asking import SlotsAsking
from madoguchi.state.slots_preview import SlotsPreview
from madoguchi.state.slots_rules import SlotRules
from madoguchi.state.slots_trial import SlotsTrial


class Tab:
    """One tab; `who` may change while it is open, as when a role was taken away."""

    def __init__(self, patch: pytest.MonkeyPatch, who: Actor) -> None:
        self.root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.slots, self.preview, self.rules, self.trial, self.asking = (
            self.root.get_substate(kind.get_full_name().split("."))
            for kind in (SlotsState, SlotsPreview, SlotRules, SlotsTrial, SlotsAsking)
        )
        self.who: Actor | None = who

        async def actor_of(_token: str) -> Actor | None:
            return self.who

        patch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
        patch.setattr(caller, "actor_of", actor_of)

    def does(self, *events: Coroutine[Any, Any, Any]) -> None:
        """Run handlers one after another."""

        async def all_of_them() -> None:
            for event in events:
                await event

        asyncio.run(all_of_them())

    def opens(self) -> Tab:
        """What the page's loading does."""
        self.does(self.slots.opened(), self.preview.look(), self.rules.opened(), self.asking.opened())
        return self

    def cell(self, row: str, weekday: int) -> str:
        """What stands in a field of the grid."""
        found: str = next(one for one in self.slots.rows if one.label == row).cells[weekday].text
        return found

    def row(self, label: str) -> int:
        """The place of a row in the grid."""
        return [one.label for one in self.slots.rows].index(label)

    def kept(self) -> str:
        """Everything the server keeps of this tab."""
        states, everything = [self.root], ""
        while states:
            one = states.pop()
            states.extend(one.substates.values())
            everything += repr(one._backend_vars) + repr(one.dict())
        return everything
