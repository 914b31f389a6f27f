"""Boards, live: the whole board on connect and on each change, once worked out for however many watch."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from api_kit import http_of
from event_stream import PATIENCE, watching
from office_kit import City, clock_of
from starlette.applications import Starlette

from madoguchi.api import hub
from madoguchi.services import boards, calling, counters, forecasts, issuing
from madoguchi.services.office import Office
from madoguchi.services.running import in_thread

Play = Callable[[Starlette], Awaitable[None]]


def live(office: Office, play: Play) -> None:
    """Run `play` while the API of `office` is up."""

    async def run() -> None:
        app = http_of(office)
        async with app.router.lifespan_context(app):
            await play(app)

    asyncio.run(run())


async def issue(office: Office, city: City, key: str) -> None:
    await in_thread(
        issuing.issue_at_terminal,
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key=key,
    )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


def test_a_viewer_gets_the_board_at_once_and_every_change(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            first = await viewer.next("board")
            assert first.data["waiting"] == 0
            await issue(lite_office, lite_city, "first-key")
            second = await viewer.next("board")
            assert second.data["waiting"] == 1
            assert second.id > first.id
            assert viewer.sent[0].startswith(b"retry: ")

    live(lite_office, play)


def test_who_comes_back_unchanged_is_sent_no_board(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            seen = (await viewer.next("board")).id
        async with watching(app, last_event_id=seen) as viewer:
            await viewer.next("heartbeat")
            assert b"event: board" not in b"".join(viewer.sent)
            await issue(lite_office, lite_city, "first-key")
            assert (await viewer.next("board")).data["waiting"] == 1
        async with watching(app, last_event_id=seen) as viewer:
            assert (await viewer.next("board")).data["waiting"] == 1

    live(lite_office, play)


def test_an_event_id_that_is_none_of_ours_starts_from_nothing(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app, last_event_id="9" * 5_000) as viewer:
            assert (await viewer.next("board")).data["waiting"] == 0

    live(lite_office, play)


def test_a_change_is_worked_out_once_for_all_viewers(
    lite_office: Office, lite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = []
    whole = boards.snapshot

    def counted(office: Office, code: str, *, at_once: bool) -> dict[str, object]:
        worked_out.append(code)
        return whole(office, code, at_once=at_once)

    monkeypatch.setattr(boards, "snapshot", counted)

    async def play(app: Starlette) -> None:
        async with AsyncExitStack() as all_of_them:
            viewers = [await all_of_them.enter_async_context(watching(app)) for _ in range(50)]
            for viewer in viewers:
                await viewer.next("board")
            worked_out.clear()
            await issue(lite_office, lite_city, "first-key")
            events = [await viewer.next("board") for viewer in viewers]
            assert {event.data["waiting"] for event in events} == {1}
            assert len({event.id for event in events}) == 1
            assert worked_out == ["childcare"]

    live(lite_office, play)


def test_a_call_is_told_before_the_waiting_times_are_worked_out_anew(
    lite_office: Office, lite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_work_out, worked_out, forecast = threading.Event(), threading.Event(), forecasts.forecast
    counter = lite_city.counter_ids[0]
    counters.take_counter(lite_office, lite_city.clerk, counter)

    def slow(*given: Any) -> Any:
        assert may_work_out.wait(PATIENCE)
        worked_out.set()
        return forecast(*given)

    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            await viewer.next("board")
            await issue(lite_office, lite_city, "first-key")
            assert (await viewer.next("board")).data["waiting"] == 1
            clock_of(lite_office).advance(seconds=10)
            monkeypatch.setattr(forecasts, "forecast", slow)
            await in_thread(calling.call_next, lite_office, lite_city.clerk, counter, None)
            assert (await viewer.next("board")).data["calling"]
            assert not worked_out.is_set()
            may_work_out.set()
            await until(worked_out.is_set)

    live(lite_office, play)


def test_a_burst_of_changes_ends_with_the_newest_board(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            await viewer.next("board")
            for number in range(30):
                await issue(lite_office, lite_city, f"burst-{number}")
            boards_sent = 0
            while (await viewer.next("board")).data["waiting"] < 30:
                boards_sent += 1
            assert boards_sent < 30

    live(lite_office, play)


def test_a_change_while_the_first_viewer_is_coming_is_not_lost(lite_office: Office, lite_city: City) -> None:
    async def play(_app: Starlette) -> None:
        channel = await hub.hub().channel("childcare")
        seen = await channel.current()
        await issue(lite_office, lite_city, "between-key")
        await asyncio.sleep(0)
        with hub.hub().watching(channel, seen.number) as viewer:
            async with asyncio.timeout(PATIENCE):
                await viewer.wake.wait()
            assert channel.frame is not None
            assert b'"waiting":1' in channel.frame.body

    live(lite_office, play)


def test_a_slow_viewer_skips_to_the_newest_and_holds_nobody_up(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as slow, watching(app) as quick:
            await slow.next("board")
            await quick.next("board")
            slow.read.clear()
            for number in range(4):
                await issue(lite_office, lite_city, f"slow-{number}")
                assert (await quick.next("board")).data["waiting"] == number + 1
            slow.read.set()
            got = [(await slow.next("board")).data["waiting"]]
            while got[-1] != 4:
                got.append((await slow.next("board")).data["waiting"])
            assert len(got) <= 2

    live(lite_office, play)


def test_another_desks_change_is_not_sent(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app, "tax") as tax, watching(app) as childcare:
            await tax.next("board")
            await childcare.next("board")
            await issue(lite_office, lite_city, "first-key")
            await childcare.next("board")
            assert tax.events.empty()

    live(lite_office, play)


def test_a_viewer_who_leaves_is_forgotten(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            await viewer.next("board")
            assert hub.hub().viewers == 1
        await until(lambda: hub.hub().viewers == 0)

    live(lite_office, play)


def test_streams_end_when_the_server_stops(lite_office: Office, lite_city: City) -> None:
    async def run() -> None:
        app = http_of(lite_office)
        async with AsyncExitStack() as viewers:
            async with app.router.lifespan_context(app):
                viewer = await viewers.enter_async_context(watching(app))
                await viewer.next("board")
            await until(lambda: viewer.ended)

    asyncio.run(run())


def test_heartbeats_show_that_the_stream_lives(lite_office: Office, lite_city: City) -> None:
    async def play(app: Starlette) -> None:
        async with watching(app) as viewer:
            await viewer.next("board")
            hub.hub().beat()
            beat = await viewer.next("heartbeat")
            assert beat.data["server_time"] == lite_office.clock.now().isoformat()

    live(lite_office, play)


def test_more_viewers_than_can_be_served_are_told(
    lite_office: Office, lite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_VIEWERS", 1)

    async def play(app: Starlette) -> None:
        async with watching(app) as first:
            await first.next("board")
            async with watching(app) as second:
                await until(lambda: second.status != 0)
                assert second.status == 503

    live(lite_office, play)
