"""`kill -9` at seventy points of booking, moving, cancelling, reminding and sending.

After each start on the same database the books add up; in the end LINE has every message once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from multiprocessing import get_context
from pathlib import Path

from office_kit import clock_of
from sqlalchemy import make_url, select

from bench.line_end import LineEnd, line_end
from madoguchi.services import checkup
from madoguchi.services.booking import CANCELLED_AT_DESK
from madoguchi.services.office import Office
from madoguchi.store.tables import OutboxMessage, Reservation
from tests.integration.booking.booking_city import TUESDAY, City, furnished
from tests.integration.killed import day_of_work
from tests.integration.killed.day_of_work import ENDED, Work

SEED = 20261001
KILLS = 35
"""On each database."""
LAST_POINT = 400
"""The furthest point that a process is killed at; every one of them gets there before its work ends."""
BEFORE_THE_REMINDERS = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
"""16:00 in Tokyo; Tuesday's visits are reminded of at 17:00."""
KINDS = ("booking_made", "booking_changed", "booking_cancelled", "booking_reminder", "place_offered")
DROPPED = {"no longer true", "cancelled", CANCELLED_AT_DESK, "expired"}
BETWEEN = timedelta(minutes=3)


def test_no_place_and_no_message_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    # Other points on each database.
    chance = random.Random(f"{SEED} {make_url(database_url).get_backend_name()}")
    asyncio.run(_kill_again_and_again(_opened(database_url, tmp_path), chance))


def _opened(url: str, folder: Path) -> Work:
    """An office with few places and many who want them."""
    nobody: Work = Work(url, folder, 0, BEFORE_THE_REMINDERS, None, 0, (), (), 0, 0)  # type: ignore[arg-type]
    office = nobody.office()
    city: City = furnished(office)
    days = [TUESDAY, TUESDAY + timedelta(days=1)]
    slots = tuple(city.slot(day, time(hour), capacity=2) for day in days for hour in range(9, 13))
    users = tuple(city.citizen() for _ in range(14))
    office.database.close()
    return replace(nobody, clerk=city.clerk, service_id=city.nursery, slots=slots, users=users)


async def _kill_again_and_again(work: Work, chance: random.Random) -> None:
    processes = get_context("forkserver")
    processes.set_forkserver_preload([day_of_work.__name__])
    async with line_end() as line:
        office = replace(work, line_port=line.port).office()
        for number in range(KILLS + 1):
            work = replace(
                work,
                line_port=line.port,
                now=BEFORE_THE_REMINDERS + number * BETWEEN,
                seed=number,
                killed_at=chance.randint(1, LAST_POINT) if number < KILLS else 0,
            )
            process = processes.Process(target=day_of_work.run, args=(work,))
            process.start()
            await asyncio.to_thread(process.join)
            assert process.exitcode == (ENDED if work.killed_at else 0)
            clock_of(office).put(work.now)
            assert checkup.findings(office) == [], f"after point {work.killed_at} of run {number}"
            _every_change_has_its_message(office)
        _line_has_each_once(office, line)
        office.database.close()


def _every_change_has_its_message(office: Office) -> None:
    with office.look() as unit:
        causes = set(unit.session.execute(select(OutboxMessage.cause)).scalars())
        reservations = list(unit.session.execute(select(Reservation)).scalars())
    for one in reservations:
        if one.booked_at is None:
            continue
        assert f"booked:{one.id}" in causes
        if one.state == "cancelled":
            assert f"booking_cancelled:{one.id}" in causes
        if one.moved_at is not None:
            assert f"booking_changed:{one.id}:{one.slot_id}:{int(one.moved_at.timestamp() * 1000)}" in causes


def _line_has_each_once(office: Office, line: LineEnd) -> None:
    with office.look() as unit:
        written = list(unit.session.execute(select(OutboxMessage)).scalars())
    states = Counter(one.state for one in written)
    assert set(states) == {"sent", "dropped"}, "nothing is left, nothing failed"
    assert {one.failure for one in written if one.state == "dropped"} <= DROPPED
    sent = {one.retry_key for one in written if one.state == "sent"}
    assert sent <= line.by_key.keys() <= {one.retry_key for one in written}
    assert len(line.pushes) == len(line.by_key), "each went with a key"
    assert len({one.cause for one in written}) == len(written)
    kinds = Counter(one.kind for one in written if one.retry_key in line.by_key)
    assert min(kinds[kind] for kind in KINDS) > 0, kinds
    assert line.refused > 0, "some were killed after LINE had taken a message and before that was written"
