"""What can be done without waiting is done at once; the rest goes on where it stopped."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from madoguchi.api.begun import Begun


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(10):
            await story()

    asyncio.run(play())


def test_what_need_not_wait_is_done_when_it_is_begun() -> None:
    done = []

    async def send() -> None:
        done.append("sent")

    async def story() -> None:
        begun = Begun(send())
        assert begun.done
        assert done == ["sent"]
        await begun

    run(story)


def test_what_waits_goes_on_where_it_stopped_once() -> None:
    done = []

    async def story() -> None:
        free = asyncio.Event()

        async def send() -> None:
            done.append("begun")
            await free.wait()
            await asyncio.sleep(0)
            done.append("ended")

        begun = Begun(send())
        assert not begun.done
        assert done == ["begun"]
        asyncio.get_running_loop().call_soon(free.set)
        await begun
        assert done == ["begun", "ended"]

    run(story)


def test_an_error_is_told_to_who_awaits_it_not_to_who_begins() -> None:
    async def send() -> None:
        raise ConnectionResetError

    async def story() -> None:
        begun = Begun(send())
        assert not begun.done
        with pytest.raises(ConnectionResetError):
            await begun

    run(story)


def test_who_is_cancelled_while_it_waits_ends_it() -> None:
    ended = []

    async def send() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    async def story() -> None:
        waiting = asyncio.ensure_future(_whole(Begun(send())))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert ended == ["ended"]

    async def _whole(begun: Begun) -> None:
        await begun

    run(story)
