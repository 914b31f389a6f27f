"""Two desks that hand people to each other."""

from __future__ import annotations

import pytest
from office_kit import City
from verbs_kit import Hall, hall_in

from madoguchi.services.office import Office


@pytest.fixture
def hall(office: Office, city: City) -> Hall:
    """On SQLite and on PostgreSQL."""
    return hall_in(office, city)
