"""A database that another process keeps locked: nobody waits for ever, and readers do not feel it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from office_kit import office_on
from sqlalchemy.exc import OperationalError

from madoguchi.services import desks
from madoguchi.services.office import Office
from madoguchi.store import engine


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office that waits for a tenth of a second."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 100)
    office = office_on(sqlite_url, tmp_path)
    yield office
    office.database.close()


def _try_to_write(office: Office) -> None:
    with office.change():
        pass


def test_a_writer_gives_up_when_another_of_this_process_does_not_end(impatient: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        with impatient.change():
            waiting = pool.submit(_try_to_write, impatient)
            with pytest.raises(OperationalError, match="locked"):
                waiting.result(10)
        pool.submit(_try_to_write, impatient).result(10)


def test_readers_read_on_while_writers_are_refused(impatient: Office, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "madoguchi.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused: list[str] = []

    def write() -> None:
        try:
            desks_of_nobody(impatient)
        except OperationalError as error:
            refused.append(str(error.orig))

    writers = [threading.Thread(target=write) for _ in range(6)]
    for one in writers:
        one.start()
    assert desks.desks(impatient) == []
    for one in writers:
        one.join(10)
    assert refused == ["database is locked"] * 6
    other.execute("ROLLBACK")
    other.close()
    desks_of_nobody(impatient)


def desks_of_nobody(office: Office) -> None:
    """A write that changes nothing but needs the writer's place."""
    with office.change() as unit:
        unit.session.connection()
