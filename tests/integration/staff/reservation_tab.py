"""A tab of `/staff/reservations` for tests: its states, and what its browser has in the fields."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from reflex.state import State
from reflex_base.event import Event

from madoguchi.services.actors import Actor
from madoguchi.state import caller
from madoguchi.state.reservation_form import ReservationForm
from madoguchi.state.reservation_letters import BOX, FORM, KANA, PHONE
from madoguchi.state.reservations import ReservationsState


class Tab:
    """All states of the app under one root, worked by `who`."""

    def __init__(self, patch: pytest.MonkeyPatch, who: Actor) -> None:
        self.root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.page: Any = self.root.get_substate(ReservationsState.get_full_name().split("."))
        self.form: Any = self.root.get_substate(ReservationForm.get_full_name().split("."))
        self.fields = {KANA: "", PHONE: ""}
        self.focused = ""
        self.submits = 0

        async def actor_of(_token: str) -> Actor:
            return who

        patch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
        patch.setattr(caller, "actor_of", actor_of)

    def does(self, *events: Coroutine[Any, Any, Any] | AsyncIterator[Any]) -> None:
        """Run handlers one after another, and do what they ask the browser for."""
        sent: list[Any] = []

        async def all_of_them() -> None:
            for event in events:
                if isinstance(event, AsyncIterator):
                    sent.extend([answer async for answer in event])
                else:
                    sent.append(await event)

        asyncio.run(all_of_them())
        for one in Event.from_event_type([one for one in sent if one is not None]):
            self._follow(one.payload["ref"], one.payload["value"])

    def _follow(self, ref: str, value: Any) -> None:
        if ref == f"ref_{BOX}".replace("-", "_"):
            for letter in value:
                if letter["instead_of"] in {None, self.fields[letter["field"]]}:
                    self.fields[letter["field"]] = letter["value"]
        else:
            assert ref == f"ref_{FORM}".replace("-", "_")
            self.focused = value.get("focus", self.focused)
            self.submits += "submit" in value

    def opens(self) -> Tab:
        self.does(self.page.opened())
        return self

    def registers(self, kana: str, phone: str, **more: str) -> None:
        """Fill in both fields and send."""
        self.fields |= {KANA: kana, PHONE: phone}
        self.does(self.form.check_kana(kana), self.form.check_phone(phone))
        self.sends(self.form.register, **more)

    def sends(self, handler: Any, **more: str) -> None:
        """Send the open form."""
        self.does(handler({"kana": self.fields[KANA], "phone": self.fields[PHONE], **more}))

    def kept(self) -> str:
        """Everything the server keeps of this tab, as a state manager stores it and as Python sees it."""
        states, everything = [self.root], ""
        while states:
            one = states.pop()
            states.extend(one.substates.values())
            everything += one._serialize().decode("utf-8", "replace")
            everything += repr({name: value for name, value in vars(one).items() if name != "parent_state"})
            everything += repr(one._backend_vars) + repr(one.dict())
        return everything
