"""Every test of this folder runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.integration.booking.booking_city import City, furnished, migrated, opened, postgres_database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    manager = postgres_database()
    try:
        url = manager.__enter__()
    except OperationalError:
        pytest.skip("PostgreSQL does not answer")
    yield url
    manager.__exit__(None, None, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: quicker than migrating for every test."""
    path = tmp_path_factory.mktemp("template") / "city.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "city.db")
    return f"sqlite:///{tmp_path / 'city.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    office = opened(request.getfixturevalue(f"{request.param}_url"), tmp_path)
    yield furnished(office)
    office.database.close()
