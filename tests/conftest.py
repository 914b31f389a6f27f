"""Offices on SQLite and PostgreSQL, each test's own and empty."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from office_kit import City, empty_postgres_database, only_office_on, own_postgres_database, small_city

from madoguchi.services.office import Office
from madoguchi.store import migrate
from madoguchi.store.engine import open_database

# The zone of the server's own clock must change nothing; this one is far from every office's.
os.environ["TZ"] = "America/New_York"
time.tzset()

# A made-up case may take long on a busy machine; that says nothing about the rule it checks.
settings.register_profile("patient", deadline=None)
# For an afternoon of fuzzing: `python -m pytest tests/integration/fuzz --hypothesis-profile=long`.
settings.register_profile("long", deadline=None, max_examples=20_000)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _log_handlers() -> Iterator[None]:
    """Drop the handlers that a program under test set up: the stream they write to ends with the test."""
    before = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = before


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = open_database(f"sqlite:///{path}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_database(worker_id: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test process; dropped at the end."""
    with own_postgres_database(f"madoguchi_test_{os.getpid()}_{worker_id}") as url:
        database = open_database(url)
        migrate.upgrade(database)
        database.close()
        yield url


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this test process among those side by side."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty migrated database; each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgres_url_empty"))


@pytest.fixture
def postgres_url_empty(postgres_database: str) -> str:
    """An empty migrated PostgreSQL database."""
    empty_postgres_database(postgres_database)
    return postgres_database


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An empty office, on SQLite and on PostgreSQL; its clock stands on Thursday, ten o'clock in Japan."""
    with only_office_on(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def city(office: Office) -> City:
    """A small city in that office."""
    return small_city(office)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty migrated SQLite database."""
    copy = tmp_path / "madoguchi.db"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def lite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """An empty office on SQLite only: for what does not depend on the database."""
    with only_office_on(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def lite_city(lite_office: Office) -> City:
    """A small city in it."""
    return small_city(lite_office)
