"""A running office with an auditor, an administrator and a clerk, and browsers for its plain pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from office_kit import City

from madoguchi.services import running
from madoguchi.services.office import Office


@pytest.fixture
def open_city(office: Office, city: City) -> Iterator[City]:
    """The small city while doors can find its office; on SQLite and on PostgreSQL."""
    running.start(office)
    yield city
    running.stop()
