"""The true server on SQLite and on PostgreSQL, each with a city of its own for the whole run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from load_kit import MOST, PHONES, Town, line_listening
from office_kit import own_postgres_database

from bench import city, server

CLIENTS = (1, 8, 32, 128)


@pytest.fixture(params=CLIENTS, ids=lambda clients: f"{clients}-clients")
def clients(request: pytest.FixtureRequest) -> int:
    """How many ask at once."""
    return int(request.param)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def load_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[str]:
    """A database that no other test touches."""
    if request.param == "sqlite":
        copy = tmp_path_factory.mktemp("load") / "madoguchi.db"
        shutil.copyfile(sqlite_template, copy)
        yield f"sqlite:///{copy}"
        return
    with own_postgres_database(f"madoguchi_load_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def town(load_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A running server. Its city lives through all tests: each looks at what it added itself."""
    with line_listening() as line:
        environ = server.environment(
            tmp_path_factory.mktemp("var"), line_port=line.port, database_url=load_database
        )
        with server.office_of(environ) as office:
            found = city.found(office, counters=MOST, terminals=MOST, phones=PHONES)
            with server.serving(environ) as running:
                yield Town(office, found, running.port, line)
