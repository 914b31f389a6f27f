"""The golden month in an office, and how to ask for its figures."""

from __future__ import annotations

from dataclasses import dataclass

import golden_month
from golden_month import Month
from office_kit import City, small_city

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
