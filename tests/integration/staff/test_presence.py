"""Whose browser is alive: any tab of the staff side that is connected and signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest
from office_kit import City, clock_of
from staff_kit import PASSWORD

from madoguchi.services import abandoned, counters, sessions
from madoguchi.services.office import Office
from madoguchi.services.staff_accounts import sign_in
from madoguchi.state import caller, presence
from madoguchi.state.presence import Browser, Presence
from madoguchi.store.tables import Counter


class Wires:
    """Tabs that are connected: all but these."""

    def __init__(self, *cut: str) -> None:
        self.cut = set(cut)

    def connected(self, tab: Browser) -> bool:
        return tab.tab not in self.cut


def browser_of(office: Office, tab: str, login: str = "hanako") -> Browser:
    """A tab of somebody who has just signed in."""
    token = sign_in(office, login, PASSWORD, "10.1.2.3")
    actor = sessions.actor_of(office, token)
    assert actor is not None
    return Browser(tab, f"socket-{tab}", token, actor.staff_id)


def alive(one: Presence, wires: Wires) -> set[int]:
    return asyncio.run(one.staff(wires))


def test_every_clerk_with_a_connected_tab_is_there(open_office: Office, mori: City) -> None:
    one, tabs = Presence(), [browser_of(open_office, "a"), browser_of(open_office, "b", "ichiro")]
    assert alive(one, Wires()) == set()
    for tab in tabs:
        one.note(tab)
    assert alive(one, Wires()) == {tab.staff_id for tab in tabs}
    assert alive(one, Wires("b")) == {tabs[0].staff_id}


def test_one_of_two_tabs_is_enough(open_office: Office, mori: City) -> None:
    one, tabs = Presence(), [browser_of(open_office, "a"), browser_of(open_office, "b")]
    for tab in tabs:
        one.note(tab)
    assert alive(one, Wires("a")) == {tabs[1].staff_id}


def test_a_tab_that_went_is_forgotten_until_it_asks_again(open_office: Office, mori: City) -> None:
    one, tab = Presence(), browser_of(open_office, "a")
    one.note(tab)
    assert alive(one, Wires("a")) == set()
    assert alive(one, Wires()) == set()
    one.note(tab)
    assert alive(one, Wires()) == {tab.staff_id}


def test_who_has_signed_out_is_not_there_however_open_the_tab(open_office: Office, mori: City) -> None:
    one, tab = Presence(), browser_of(open_office, "a")
    one.note(tab)
    sessions.sign_out(open_office, tab.session)
    caller.forget()
    assert alive(one, Wires()) == set()


def test_a_tab_counts_for_whoever_is_signed_in_there_now(open_office: Office, mori: City) -> None:
    one, first, second = Presence(), browser_of(open_office, "a"), browser_of(open_office, "a", "ichiro")
    one.note(first)
    one.note(second)
    assert alive(one, Wires()) == {second.staff_id}


def test_an_event_without_a_tab_is_nobody(open_office: Office, mori: City) -> None:
    one, tab = Presence(), browser_of(open_office, "")
    one.note(tab)
    assert alive(one, Wires()) == set()


def test_the_office_is_told_again_and_again_also_after_a_failure(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, tab = Presence(), browser_of(open_office, "a")
    one.note(tab)
    with open_office.change() as unit:
        unit.session.get_one(Counter, mori.counter_ids[0]).staff_id = tab.staff_id
    looks: list[set[int]] = []
    real = abandoned.seen

    def counting(office: Office, staff_ids: Collection[int]) -> None:
        looks.append(set(staff_ids))
        if len(looks) == 1:
            raise RuntimeError("the database is away")
        real(office, staff_ids)

    monkeypatch.setattr(abandoned, "seen", counting)
    monkeypatch.setattr(presence, "LOOK_SECONDS", 0.0)

    async def story() -> None:
        task = asyncio.create_task(one.run(open_office, Wires()))
        async with asyncio.timeout(20):
            while len(looks) < 4:
                await asyncio.sleep(0)
        task.cancel()

    asyncio.run(story())
    assert looks[:3] == [{tab.staff_id}] * 3
    with open_office.look() as unit:
        assert unit.session.get_one(Counter, mori.counter_ids[0]).seen_at == open_office.clock.now()


def test_a_clerk_whose_only_tab_goes_loses_the_counter_after_five_minutes(
    open_office: Office, mori: City
) -> None:
    one, tab = Presence(), browser_of(open_office, "a")
    one.note(tab)
    actor = sessions.actor_of(open_office, tab.session)
    assert actor is not None
    counters.take_counter(open_office, actor, mori.counter_ids[0])
    wires, released = Wires(), []
    for half_minutes in range(1, 24):
        clock_of(open_office).advance(seconds=30)
        abandoned.seen(open_office, alive(one, wires))
        if abandoned.release(open_office):
            released.append(half_minutes / 2)
        if half_minutes == 4:
            wires.cut.add("a")
    # Last seen after two minutes, written down half a minute before.
    assert released == [7.5]
