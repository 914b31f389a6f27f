"""The small city with a plan."""

from __future__ import annotations

import pytest
from office_kit import City
from plan_kit import Planned, planned

from madoguchi.services.office import Office


@pytest.fixture
def plan(office: Office, city: City) -> Planned:
    """On SQLite and PostgreSQL: 9:00 to 12:00 every half hour, two places, Monday to Friday."""
    return planned(office, city)


@pytest.fixture
def lite_plan(lite_office: Office, lite_city: City) -> Planned:
    """The same on SQLite only."""
    return planned(lite_office, lite_city)
