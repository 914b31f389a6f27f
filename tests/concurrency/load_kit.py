"""What the tests with many clients share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlmodel import col

from bench.city import City
from bench.line_end import LineEnd, line_end
from madoguchi.services import inbox
from madoguchi.services.office import Office
from madoguchi.store.tables import Ticket

MOST = 128
PHONES = 256
PATIENCE = 30.0

R = TypeVar("R")


@dataclass(frozen=True)
class Town:
    """A running server with its city; `office` looks into its database from outside."""

    office: Office
    city: City
    port: int
    line: LineEnd
    """It takes every message: what nobody took would be sent again and again beside all further tests."""

    def tickets(self, ids: Sequence[int]) -> list[Ticket]:
        """Tickets as they are now, by id."""
        with self.office.look() as unit:
            query = select(Ticket).where(col(Ticket.id).in_(ids)).order_by(col(Ticket.id))
            return list(unit.session.execute(query).scalars())

    def empty(self) -> None:
        """Send everybody home who still waits or stands at a counter, and open every counter."""
        with self.office.change() as unit:
            unit.session.connection().execute(
                text("UPDATE ticket SET state = 'done' WHERE state NOT IN ('done', 'cancelled')")
            )
            # Nobody took a step for that: with their histories it would look as if they still stood there.
            unit.session.connection().execute(text("DELETE FROM ticket_change"))
            unit.session.connection().execute(text("UPDATE counter SET paused = FALSE"))

    async def replied(self, tokens: Collection[str]) -> None:
        """Until each of these reply tokens was used."""
        async with asyncio.timeout(PATIENCE):
            while not self.line.replies.keys() >= set(tokens):
                await asyncio.sleep(0.02)

    async def idle(self) -> None:
        """Until every stored event of LINE is worked."""
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(inbox.open_events, self.office):
                await asyncio.sleep(0.02)


@contextmanager
def line_listening() -> Iterator[LineEnd]:
    """LINE's side of the wire, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = line_end()

    def run(work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    try:
        yield run(listening.__aenter__())
    finally:
        run(listening.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def number_of(shown: str) -> int:
    """12 of ``A012``."""
    return int(shown[1:])


def without_gap(numbers: Sequence[int]) -> bool:
    """Whether the numbers run on by one, whatever their order."""
    return sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers)))


def at_once(works: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """Run each in a thread of its own, all let go at the same instant; what they gave or raised."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], R]) -> R | Exception:
        gate.wait(PATIENCE)
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def only(kind: type[R], results: Sequence[Any]) -> list[R]:
    """The results of one kind."""
    return [result for result in results if isinstance(result, kind)]
