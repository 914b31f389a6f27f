"""Every test of this folder runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.booking.booking_city import City, furnished, opened


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    """A small city with places to book."""
    office = opened(database_url, tmp_path)
    yield furnished(office)
    office.database.close()
