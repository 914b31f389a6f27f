"""Thousands look at a board: the clerks' own screens do not wait until the last of them is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from office_kit import City
from test_pushing_dashboards import Wall, issue, pushing, run, tab_of

from madoguchi.api import crowd, hub
from madoguchi.services.actors import Actor
from madoguchi.services.dashboard import Dashboard
from madoguchi.services.office import Office
from madoguchi.state import notifier
from madoguchi.state.notifier import CalendarNotifier, Notifier, Tab

LONG = 10.0
CROWD = 6


@pytest.fixture(autouse=True)
def small_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of a crowd of six are told at once."""
    monkeypatch.setattr(crowd, "AT_ONCE", 2)
    monkeypatch.setattr(crowd, "GIVE_WAY_SECONDS", LONG)


class OrderedWall(Wall):
    """A screen that writes down when it was shown something, among the viewers."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    async def show(self, tab: Tab, actor: Actor, board: Dashboard) -> None:
        self._told.append("screen")
        await super().show(tab, actor, board)


@contextmanager
def looking(channel: hub.Channel, told: list[str]) -> Iterator[list[asyncio.Task[None]]]:
    """A crowd at the board; each writes down that it is told."""

    async def look(viewer: crowd.Viewer) -> None:
        await viewer.wake.wait()
        told.append("board")

    assert channel.frame is not None
    with ExitStack() as all_of_them:
        viewers = [
            all_of_them.enter_context(hub.hub().watching(channel, channel.frame.number)) for _ in range(CROWD)
        ]
        yield [asyncio.create_task(look(viewer)) for viewer in viewers]


def told_of_a_change(office: Office, city: City, kind: type[Notifier], desk_id: int) -> list[str]:
    """One more waits, while a crowd looks at the board and a clerk at `desk_id`; who was told, in order."""
    told: list[str] = []

    async def story() -> None:
        async with pushing(office, OrderedWall(told), kind) as one, hub.running(office):
            one.register(tab_of(office, city, "clerk", desk_id=desk_id))
            channel = await hub.hub().channel("childcare")
            await channel.current()
            with looking(channel, told) as crowd_at_board:
                issue(office, city, "form")
                async with asyncio.timeout(LONG / 2):
                    await asyncio.gather(*crowd_at_board)

    run(story)
    return told


def test_a_few_boards_then_the_clerks_screen_then_the_other_boards(open_office: Office, mori: City) -> None:
    told = told_of_a_change(open_office, mori, Notifier, mori.desk_id)
    assert told.index("screen") <= 2
    assert told.count("board") == CROWD


def test_boards_wait_for_no_screen_that_shows_another_desk(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "GATHER_SECONDS", LONG)
    told = told_of_a_change(open_office, mori, Notifier, mori.other_desk_id)
    assert told == ["board"] * CROWD


def test_boards_wait_for_no_page_that_nobody_watches_by_the_second(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "CALENDAR_SECONDS", LONG)
    told = told_of_a_change(open_office, mori, CalendarNotifier, mori.desk_id)
    assert told == ["board"] * CROWD
