"""Every test of this folder runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.integration.booking.booking_city import City, furnished, opened, postgres_database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    try:
        manager = postgres_database()
        url = manager.__enter__()
    except OperationalError:
        pytest.skip("PostgreSQL does not answer")
    yield url
    manager.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", "postgres"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    office = opened(url, tmp_path)
    yield furnished(office)
    office.database.close()
