"""A tab of `/staff/settings` for tests: its states under one root, worked by somebody signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from reflex.state import State

from madoguchi.services.actors import Actor
from madoguchi.state import caller
from madoguchi.state.settings_calling import SettingsCalling
from madoguchi.state.settings_voice import SettingsVoice


class SettingsTab:
    """One tab."""

    def __init__(self, patch: pytest.MonkeyPatch, who: Actor) -> None:
        self.root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.calling, self.voice = (
            self.root.get_substate(kind.get_full_name().split("."))
            for kind in (SettingsCalling, SettingsVoice)
        )
        self.who: Actor | None = who

        async def actor_of(_token: str) -> Actor | None:
            return self.who

        patch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
        patch.setattr(caller, "actor_of", actor_of)
        self.does(self.calling.opened())

    def does(self, event: Coroutine[Any, Any, Any]) -> None:
        """Run a handler."""
        asyncio.run(event)

    def form(self, **changed: str) -> dict[str, str]:
        """What the browser sends of the form of rules; ``""`` takes a tick away."""
        filled = {**self.calling.values, **changed}
        return {
            name: value
            for name, value in filled.items()
            if value or name in changed or name.startswith("notice_")
        }

    def counter_form(self, counter_id: int, *service_ids: int) -> dict[str, str]:
        """What the browser sends of a counter's form."""
        return {"counter": f"{counter_id}", **{f"takes-{one}": "on" for one in service_ids}}

    def takes(self, counter_id: int) -> list[str]:
        """What the page says the counter takes."""
        found: list[str] = next(one.takes for one in self.calling.counters if one.id == counter_id)
        return found
