"""An office with the golden month in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import golden_month
import pytest
from golden_month import Month
from office_kit import City, only_office_on, small_city

from madoguchi.domain.statistics.periods import Period
from madoguchi.domain.statistics.tables import Table
from madoguchi.services import statistics
from madoguchi.services.office import Office
from madoguchi.services.statistics import Question
from madoguchi.services.statistics_tables import tables

SEPTEMBER = Period(golden_month.FIRST, golden_month.LAST)


@dataclass
class Golden:
    """The month, the office it is in, and how to ask."""

    office: Office
    city: City
    month: Month
    other_counter: int

    def tables(self, question: Question | None = None) -> dict[str, Table]:
        """All tables by key."""
        asked = question or Question(SEPTEMBER)
        return {one.key: one for one in tables(statistics.statistics(self.office, self.city.viewer, asked))}


def golden_in(office: Office) -> Golden:
    """The golden month in an empty office."""
    city = small_city(office)
    counter = golden_month.other_counter(office, city)
    made = golden_month.month(city, counter)
    golden_month.write(office, city, made)
    return Golden(office, city, made, counter)


@pytest.fixture
def golden(office: Office) -> Golden:
    """On SQLite and PostgreSQL."""
    return golden_in(office)


@pytest.fixture
def lite_golden(lite_office: Office) -> Golden:
    """On SQLite only."""
    return golden_in(lite_office)


@pytest.fixture
def office_of(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Opens the office of a database."""
    with ExitStack() as opened:
        yield lambda url: opened.enter_context(only_office_on(url, tmp_path))
