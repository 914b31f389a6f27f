"""A tab of `/book` for tests: its state, and what its browser has in the contact fields."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from reflex.istate.data import RouterData
from reflex.state import State
from reflex_base.event import Event

from madoguchi.services import links
from madoguchi.state.book import BookState
from madoguchi.state.book_letters import KANA, PHONE
from tests.integration.booking.booking_city import TUESDAY, City

GOOD = {"kana": "すずき はなこ", "phone": "080 9876 5432"}


def run(*events: Coroutine[Any, Any, Any] | AsyncIterator[Any]) -> list[dict[str, Any]]:
    """Run the handlers one after another; all letters they send to the fields."""
    sent: list[Any] = []

    async def all_of_them() -> None:
        for event in events:
            if isinstance(event, AsyncIterator):
                sent.extend([answer async for answer in event])
            else:
                sent.append(await event)

    asyncio.run(all_of_them())
    found = Event.from_event_type([one for one in sent if one is not None and not isinstance(one, tuple)])
    return [letter for one in found for letter in one.payload["value"]]


def new_page() -> Any:
    """The state of a tab just opened."""
    return BookState()  # type: ignore[call-arg]


def key(city: City, user: int) -> str:
    """The signed part of the user's link."""
    return links.booking_link(city.office, user, city.desk).partition("?k=")[2]


def opened_page(city: City, user: int) -> Any:
    """The page, its link read."""
    page = new_page()
    run(page._open(key(city, user), "ja"))
    assert page.phase == "open"
    return page


def page_at_contact(city: City, user: int, slot: int) -> Any:
    """The page with a place held."""
    page = opened_page(city, user)
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()), page.choose_place(slot))
    assert page.step == 3
    return page


class Tab:
    """A whole tab: all states of the app under one root, and the browser's fields."""

    def __init__(self, link: str) -> None:
        self.root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        query = {"asPath": f"/book?k={link}", "query": {"k": link}}
        headers = {"origin": "http://here", "accept-language": "ja"}
        self.root.router = RouterData.from_router_data({"pathname": "/book", "headers": headers} | query)
        self.page: Any = self.root.get_substate(BookState.get_full_name().split("."))
        self.fields = {KANA: "", PHONE: ""}
        self.requests: set[str] = set()

    def does(self, *events: Coroutine[Any, Any, Any] | AsyncIterator[Any]) -> None:
        """Run handlers and take their letters as `letterbox.jsx` does."""
        for letter in run(*events):
            field, instead_of = letter["field"], letter["instead_of"]
            if instead_of is None or self.fields[field] == instead_of:
                self.fields[field] = letter["value"]
                (self.requests.add if letter["request"] else self.requests.discard)(field)

    def types(self, kana: str, phone: str) -> None:
        """Fill in both fields, leaving each."""
        self.fields[KANA] = kana
        self.does(self.page.check_kana(kana))
        self.fields[PHONE] = phone
        self.does(self.page.check_phone(phone))

    def sends(self) -> None:
        """Press the button."""
        self.does(self.page.submit({"kana": self.fields[KANA], "phone": self.fields[PHONE]}))

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
