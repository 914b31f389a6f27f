"""A board's viewers are woken some at a time, and let a clerk's own screen go first."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from madoguchi.api import crowd
from madoguchi.api.crowd import Crowd, Viewer
from madoguchi.services.precedence import Precedence

LONG = 10.0


@pytest.fixture(autouse=True)
def small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the crowd at once, then three at a time; the rest give way as long as it takes."""
    monkeypatch.setattr(crowd, "AT_ONCE", 2)
    monkeypatch.setattr(crowd, "SLICE", 3)
    monkeypatch.setattr(crowd, "GIVE_WAY_SECONDS", LONG)


class Hall:
    """A crowd of ten, numbered as they came, and who has been woken so far."""

    def __init__(self) -> None:
        self.precedence = Precedence()
        self.crowd = Crowd(self.precedence)
        self.viewers = [Viewer(0) for _ in range(10)]
        for viewer in self.viewers:
            self.crowd.join(viewer)

    @property
    def awake(self) -> list[int]:
        return [number for number, viewer in enumerate(self.viewers) if viewer.wake.is_set()]

    async def all_awake(self) -> None:
        async with asyncio.timeout(LONG):
            await asyncio.gather(*(viewer.wake.wait() for viewer in self.viewers))


def run(story: Callable[[Hall], Awaitable[None]]) -> None:
    """Play a story in a hall."""

    async def play() -> None:
        hall = Hall()
        await story(hall)
        await hall.crowd.close()

    asyncio.run(play())


async def a_moment() -> None:
    """Everybody who can go on has done so."""
    for _ in range(30):
        await asyncio.sleep(0)


def test_the_first_are_told_at_once_and_the_rest_after_what_is_urgent() -> None:
    async def story(hall: Hall) -> None:
        with hall.precedence.urgent():
            hall.crowd.wake()
            await a_moment()
            assert hall.awake == [0, 1]
        await hall.all_awake()

    run(story)


def test_what_stays_urgent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "GIVE_WAY_SECONDS", 0.01)

    async def story(hall: Hall) -> None:
        with hall.precedence.urgent():
            hall.crowd.wake()
            await hall.all_awake()

    run(story)


def test_between_two_slices_others_are_served() -> None:
    async def story(hall: Hall) -> None:
        hall.crowd.wake()
        seen = []
        while len(hall.awake) < 10:
            await asyncio.sleep(0)
            seen.append(len(hall.awake))
        assert seen == [2, 5, 8, 10]

    run(story)


def test_news_in_quick_succession_pass_nobody_over() -> None:
    async def story(hall: Hall) -> None:
        told = set()
        while len(told) < 10:
            hall.crowd.wake()
            await asyncio.sleep(0)
            for number in hall.awake:
                assert number == len(told) or number in told, "someone came before others who still waited"
                told.add(number)
                hall.viewers[number].wake.clear()

    run(story)


def test_who_left_meanwhile_is_not_woken() -> None:
    async def story(hall: Hall) -> None:
        hall.crowd.wake()
        gone = hall.viewers[9]
        hall.crowd.leave(gone)
        await a_moment()
        assert hall.awake == list(range(9))
        assert len(hall.crowd) == 9

    run(story)


def test_a_heartbeat_is_for_all_and_one_sentence() -> None:
    async def story(hall: Hall) -> None:
        hall.crowd.beat(b"alive")
        await hall.all_awake()
        assert {viewer.beat for viewer in hall.viewers} == {b"alive"}

    run(story)


def test_closing_ends_every_stream_also_of_those_who_wait_to_be_woken() -> None:
    async def story(hall: Hall) -> None:
        with hall.precedence.urgent():
            hall.crowd.wake()
            await a_moment()
            await hall.crowd.close()
            assert hall.awake == list(range(10))
            assert all(viewer.closed for viewer in hall.viewers)

    run(story)
