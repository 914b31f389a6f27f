"""What is urgent goes first; who gives way waits for it, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable

from madoguchi.services.precedence import Precedence

LONG = 10.0

Story = Callable[[Precedence, list[str]], Awaitable[None]]


def run(story: Story) -> list[str]:
    """Play a story; what happened, in order."""
    happened: list[str] = []

    async def play() -> None:
        async with asyncio.timeout(LONG):
            await story(Precedence(), happened)

    asyncio.run(play())
    return happened


async def others_have_run() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_where_nothing_is_urgent_nobody_waits() -> None:
    async def story(precedence: Precedence, happened: list[str]) -> None:
        with precedence.urgent():
            happened.append("screen")
        giving_way = precedence.give_way(LONG)
        # A coroutine that waits for nothing ends at its first step.
        assert next(iter(giving_way.__await__()), None) is None
        happened.append("board")

    assert run(story) == ["screen", "board"]


def test_who_gives_way_goes_on_when_the_last_urgent_thing_is_done() -> None:
    async def story(precedence: Precedence, happened: list[str]) -> None:
        async def board(name: str) -> None:
            await precedence.give_way(LONG)
            happened.append(name)

        with precedence.urgent():
            with precedence.urgent():
                boards = [asyncio.create_task(board(name)) for name in ("one board", "another board")]
                await others_have_run()
                happened.append("first screen")
            await others_have_run()
            happened.append("second screen")
        await asyncio.gather(*boards)

    assert run(story) == ["first screen", "second screen", "one board", "another board"]


def test_what_takes_too_long_is_not_waited_for() -> None:
    async def story(precedence: Precedence, happened: list[str]) -> None:
        with precedence.urgent():
            await precedence.give_way(0.01)
            happened.append("board")
        await others_have_run()
        happened.append("screen")

    assert run(story) == ["board", "screen"]


def test_something_urgent_that_fails_holds_nobody_up() -> None:
    async def story(precedence: Precedence, happened: list[str]) -> None:
        try:
            with precedence.urgent():
                raise ValueError("the screen fails")
        except ValueError:
            happened.append("failed")
        await precedence.give_way(LONG)
        happened.append("board")

    assert run(story) == ["failed", "board"]


def test_one_can_ask_whether_something_urgent_is_under_way() -> None:
    precedence = Precedence()
    assert not precedence.busy
    with precedence.urgent():
        assert precedence.busy
    assert not precedence.busy
