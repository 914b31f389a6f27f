"""What a clerk's page asks for over its socket, sent by somebody who does not use the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from socket_office import Started, start
from tab import TODAY, Tab, tab

from madoguchi.store.tables import Counter, Desk, Reservation, Ticket

NONSENSE: tuple[Any, ...] = (
    *(None, True, 1, "", "yes", "STOP", "Close", "close ", "true"),
    *(["close"], {"a": "stop"}),
)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Started]:
    """A server whose staff side is open to 10.0.0.0/8, told by the proxy on 127.0.0.1."""
    yield from start(tmp_path_factory.mktemp("clerk"), sqlite_template)


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run one story, within a time."""

    async def bounded() -> None:
        async with asyncio.timeout(40):
            await work()

    asyncio.run(bounded())


def desk(started: Started) -> Desk:
    """The desk as it stands."""
    with started.office.look() as unit:
        return unit.session.get_one(Desk, started.city.desk_id)


def state_of(started: Started, ticket_id: int) -> str:
    """The ticket's state."""
    with started.office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id).state


async def seated(one: Tab, started: Started, counter_id: int) -> None:
    """The page is open and its clerk sits at the counter."""
    await one.open_staff()
    await one.send(f"{TODAY}.choose_counter", counter_id=str(counter_id))
    await one.until(lambda: one.shown(TODAY, "counter_id") == counter_id)


async def worked(one: Tab) -> None:
    """Everything sent before now was worked."""
    await one.hydrate()


def test_a_desk_closes_only_after_the_question_and_by_the_exact_word(started: Started) -> None:
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.send(f"{TODAY}.close_today", answer="close")
            await worked(one)
            assert desk(started).closed_on is None
            for nonsense in NONSENSE:
                await one.send(f"{TODAY}.ask_close")
                await one.send(f"{TODAY}.close_today", answer=nonsense)
            await worked(one)
            assert desk(started).closed_on is None
            await one.send(f"{TODAY}.ask_close")
            await one.send(f"{TODAY}.close_today", answer="close")
            await one.until(lambda: one.shown(TODAY, "desk_closed") is True)
            assert desk(started).closed_on is not None
            await one.send(f"{TODAY}.undo")
            await one.until(lambda: one.shown(TODAY, "desk_closed") is False)
            assert desk(started).closed_on is None

    run(story)


def test_numbers_stop_and_go_by_these_two_words_only(started: Started) -> None:
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            for nonsense in NONSENSE:
                await one.send(f"{TODAY}.stop_numbers", wanted=nonsense)
            await worked(one)
            assert desk(started).stopped_on is None
            await one.send(f"{TODAY}.stop_numbers", wanted="stop")
            await one.until(lambda: one.shown(TODAY, "desk_stopped") is True)
            await one.send(f"{TODAY}.stop_numbers", wanted="go")
            await one.until(lambda: one.shown(TODAY, "desk_stopped") is False)
            assert desk(started).stopped_on is None

    run(story)


def test_panels_services_and_priorities_take_no_nonsense(started: Started) -> None:
    session = started.session("hanako")
    counter_id = started.city.counter_ids[0]

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await seated(one, started, counter_id)
            for nonsense in (*NONSENSE, -1, 2**63, 1.5):
                for handler, name in (
                    ("open_panel", "name"),
                    ("take_service", "service_id"),
                    ("pick", "service_id"),
                    ("choose_walk_in", "service_id"),
                    ("choose_walk_in_reason", "reason"),
                    ("open_menu", "ticket_id"),
                    ("put_back", "ticket_id"),
                    ("reopen", "ticket_id"),
                    ("serve", "shown"),
                    ("follow_with", "shown"),
                ):
                    await one.send(f"{TODAY}.{handler}", **{name: nonsense})
                await one.send(f"{TODAY}.prioritize", ticket_id=nonsense, reason=nonsense)
            await worked(one)
            assert one.shown(TODAY, "panel") in (None, "")
            assert one.shown(TODAY, "walk_in_reason") in (None, "")
            with started.office.look() as unit:
                counter = unit.session.get_one(Counter, counter_id)
                assert (counter.services, counter.paused) == ([], False)

    run(story)


def test_a_number_just_given_is_taken_back_unless_a_colleague_has_called_it(started: Started) -> None:
    giving, calling = started.session("hanako"), started.session("ichiro")

    async def story() -> None:
        async with tab(started.base, session=giving) as one, tab(started.base, session=calling) as other:
            await seated(one, started, started.city.counter_ids[0])
            await seated(other, started, started.city.counter_ids[1])
            await one.send(f"{TODAY}.walk_in", service_id=started.city.service_id, form="a" * 32)
            await one.until(lambda: bool(one.shown(TODAY, "walk_in_id")))
            first = one.shown(TODAY, "walk_in_id")
            await one.send(f"{TODAY}.undo")
            await one.until(lambda: one.shown(TODAY, "said") == "元に戻しました")
            assert state_of(started, first) == "cancelled"

            await one.send(f"{TODAY}.walk_in", service_id=started.city.service_id, form="b" * 32)
            await one.until(lambda: one.shown(TODAY, "walk_in_id") not in (None, first))
            second = one.shown(TODAY, "walk_in_id")
            await other.send(f"{TODAY}.call_row", ticket_id=second)
            await other.until(lambda: other.shown(TODAY, "current_id") == second)
            await one.send(f"{TODAY}.undo")
            await one.until(lambda: bool(one.shown(TODAY, "refusal")))
            assert state_of(started, second) == "called"
            await other.send(f"{TODAY}.finish", shown=second)
            await other.until(lambda: other.shown(TODAY, "current_id") == 0)

    run(story)


def test_a_check_in_is_taken_back_by_the_same_key(started: Started) -> None:
    session = started.session("hanako")

    def booked() -> str:
        with started.office.look() as unit:
            return unit.session.get_one(Reservation, started.reservation_id).state

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.send(f"{TODAY}.check_in", reservation_id=started.reservation_id)
            await one.until(lambda: "受付しました" in (one.shown(TODAY, "said") or ""))
            assert booked() == "checked_in"
            await one.send(f"{TODAY}.undo")
            await one.until(lambda: one.shown(TODAY, "said") == "元に戻しました")
            assert booked() == "booked"

    run(story)
