"""A stop lets short answers finish and ends endless ones."""

import asyncio
from typing import Any

from madoguchi.cli.in_flight import InFlight

_HTTP = {"type": "http"}


async def _nothing(*_: Any) -> Any:
    return {}


def test_an_endless_stream_ends_and_a_short_answer_finishes() -> None:
    finished: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        if scope.get("endless"):
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        finished.append("short")

    async def scenario() -> list[Any]:
        in_flight = InFlight(app)
        stream = asyncio.create_task(in_flight({**_HTTP, "endless": True}, _nothing, _nothing))
        short = asyncio.create_task(in_flight(_HTTP, _nothing, _nothing))
        await asyncio.sleep(0)
        await in_flight.end(grace=0.05)
        return await asyncio.gather(stream, short, return_exceptions=True)

    assert asyncio.run(scenario()) == [None, None]
    assert finished == ["short"]


def test_the_lifespan_is_not_cancelled() -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async def scenario() -> bool:
        in_flight = InFlight(app)
        lifespan = asyncio.create_task(in_flight({"type": "lifespan"}, _nothing, _nothing))
        await asyncio.sleep(0)
        await in_flight.end(grace=0.01)
        await asyncio.sleep(0)
        alive = not lifespan.done()
        lifespan.cancel()
        return alive

    assert asyncio.run(scenario())
