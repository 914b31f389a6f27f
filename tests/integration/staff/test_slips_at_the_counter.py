"""A number given or a seat clicked by mistake: over the socket of a started server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from socket_office import Started, start
from tab import TODAY, Tab, tab

from madoguchi.services import counters


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Started]:
    """A server of this module's own."""
    yield from start(tmp_path_factory.mktemp("slips"), sqlite_template)


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run one story, within a time."""

    async def bounded() -> None:
        async with asyncio.timeout(40):
            await work()

    asyncio.run(bounded())


def numbers(one: Tab) -> list[str]:
    """Who waits, as the page shows it."""
    return [row["number"] for row in one.shown(TODAY, "waiting") or []]


async def arrived(one: Tab) -> None:
    """The page is open and shows the desk."""
    await one.open_staff()
    await one.until(lambda: bool(one.shown(TODAY, "counters")))


def seat(one: Tab, label: str) -> dict[str, Any]:
    """The counter of that label, as the page shows it."""
    found: dict[str, Any] = next(
        line for line in one.shown(TODAY, "counters") or [] if line["label"] == label
    )
    return found


def test_a_number_given_by_mistake_is_taken_back_and_that_undone(started: Started) -> None:
    number = started.issue()
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await arrived(one)
            await one.until(lambda: number in numbers(one))
            row = next(row for row in one.shown(TODAY, "waiting") if row["number"] == number)
            await one.send(f"{TODAY}.cancel_ticket", ticket_id=row["ticket_id"])
            await one.until(lambda: number not in numbers(one))
            await one.until(lambda: one.shown(TODAY, "said") == f"{number} 取り消しました")
            await one.send(f"{TODAY}.undo")
            await one.until(lambda: number in numbers(one))

    run(story)


def test_a_number_just_issued_can_be_taken_back_where_it_is_shown(started: Started) -> None:
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await arrived(one)
            await one.send(f"{TODAY}.walk_in", service_id=started.city.service_id, form="f" * 32)
            await one.until(lambda: bool(one.shown(TODAY, "walk_in_number")))
            number = one.shown(TODAY, "walk_in_number")
            await one.send(f"{TODAY}.cancel_ticket", ticket_id=one.shown(TODAY, "walk_in_id"))
            await one.until(lambda: one.shown(TODAY, "walk_in_number") == "")
            await one.until(lambda: number not in numbers(one))

    run(story)


def test_a_colleagues_counter_is_taken_only_after_asking_and_they_are_told(started: Started) -> None:
    first, second = started.session("hanako"), started.session("ichiro")
    counter = str(started.city.counter_ids[0])

    async def story() -> None:
        async with tab(started.base, session=first) as one, tab(started.base, session=second) as other:
            await arrived(one)
            await arrived(other)
            await one.send(f"{TODAY}.choose_counter", counter_id=counter)
            await other.until(lambda: bool(seat(other, "1")["staff"]))
            await other.send(f"{TODAY}.choose_counter", counter_id=counter)
            await other.until(lambda: other.shown(TODAY, "seat_asked") == int(counter))
            await other.settle()
            assert not seat(other, "1")["mine"]

            await other.send(f"{TODAY}.take_over", yes=True)
            await other.until(lambda: seat(other, "1")["mine"])
            await one.until(lambda: "交代しました" in (one.shown(TODAY, "refusal") or ""))
            assert one.shown(TODAY, "counter_id") == 0

    run(story)


def test_a_page_that_is_behind_does_not_wipe_which_services_were_chosen_since(started: Started) -> None:
    session, counter_id = started.session("hanako"), started.city.counter_ids[2]
    theirs = started.city.other_service_id

    def taken(one: Tab) -> list[int]:
        return [line["id"] for line in one.shown(TODAY, "counter_services") or [] if line["taken"]]

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await arrived(one)
            await one.send(f"{TODAY}.choose_counter", counter_id=str(counter_id))
            await one.until(lambda: len(taken(one)) > 1)
            # In another process: the page does not hear of it before it asks.
            counters.choose_services(started.office, started.actor("hanako"), counter_id, [theirs])
            await one.send(f"{TODAY}.take_service", service_id=theirs)
            await one.until(lambda: "ほかの画面" in (one.shown(TODAY, "refusal") or ""))
            await one.until(lambda: taken(one) == [theirs])

    run(story)
