"""Whatever people do in whatever order, the books add up after every step."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from office_kit import empty_postgres_database

from madoguchi.services.office import Office
from tests.integration.booking.booking_city import opened
from tests.integration.booking.rush_machine import Rush


class OnPostgres(Rush):
    """The same on the other database."""

    url: str

    def office_in(self, folder: Path) -> Office:
        """An empty office."""
        empty_postgres_database(self.url)
        return opened(self.url, folder)


class TestOnSqlite(Rush.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(
        max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )

    @pytest.fixture(autouse=True)
    def _template(self, sqlite_template: Path) -> None:
        Rush.template = sqlite_template


class TestOnPostgres(OnPostgres.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(
        max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )

    @pytest.fixture(autouse=True)
    def _database(self, postgres_database: str) -> None:
        OnPostgres.url = postgres_database
