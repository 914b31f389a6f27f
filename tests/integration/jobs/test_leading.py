"""One process of many runs the jobs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from madoguchi.jobs import timetable
from madoguchi.jobs.leader import AdvisoryLock, FileLock, leadership
from madoguchi.services.office import Office
from madoguchi.store import jobs_lock
from madoguchi.store.engine import open_database

ROOT = Path(__file__).parents[3]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_only_one_leads_and_the_next_takes_over(office: Office) -> None:
    first, second = leadership(office), leadership(office)
    try:
        assert first.hold()
        assert first.hold()
        assert not second.hold()
        first.give_up()
        assert second.hold()
        assert not first.hold()
    finally:
        first.give_up()
        second.give_up()


def test_the_lock_suits_the_database(office: Office) -> None:
    expected = FileLock if office.database.is_sqlite else AdvisoryLock
    assert isinstance(leadership(office), expected)


def test_a_leader_that_is_killed_leaves_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "var" / "jobs.lock"
    holder = (
        "import sys, pathlib; from madoguchi.jobs.leader import FileLock;"
        "lock = FileLock(pathlib.Path(sys.argv[1])); print(lock.hold(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        waiting = FileLock(path)
        assert not waiting.hold()
        process.kill()
        process.wait()
        assert waiting.hold()
        waiting.give_up()


def test_a_leader_whose_connection_broke_knows_that_it_leads_no_more(postgres_url_empty: str) -> None:
    database = open_database(postgres_url_empty)
    lock, other = AdvisoryLock(database), AdvisoryLock(database)
    assert lock.hold()
    assert lock._connection is not None
    pid = lock._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    assert other.hold()
    assert not lock.hold()
    other.give_up()
    assert lock.hold()
    lock.give_up()
    database.close()


@pytest.mark.anyio
async def test_the_timetable_starts_and_ends_with_the_leadership(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    class Recorded:
        def __init__(self, _office: Office) -> None:
            pass

        def start(self) -> None:
            steps.append("start")

        def stop(self) -> None:
            steps.append("stop")

    monkeypatch.setattr(timetable, "Timetable", Recorded)

    class Wavering:
        turns = iter([False, True, True, False, True])

        def hold(self) -> bool:
            return next(self.turns, True)

        def give_up(self) -> None:
            steps.append("given up")

    leading = asyncio.create_task(timetable.lead(office, Wavering(), check_every=0.001))
    async with asyncio.timeout(5):
        while len(steps) < 3:
            await asyncio.sleep(0.005)
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    assert steps == ["start", "stop", "start", "stop", "given up"]


def test_the_key_fits_postgresql() -> None:
    assert jobs_lock._KEY < 2**63
