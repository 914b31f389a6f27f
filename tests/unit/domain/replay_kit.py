"""Made-up days for the tests of replaying and levelling."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import strategies as st

from madoguchi.domain.past_visits import PastVisit

MONDAY = date(2026, 10, 5)
OPENS, CLOSES = 540, 1020


def visit(
    number: int,
    arrives: float | None,
    minutes: float = 10,
    appointment: float | None = None,
    day: date = MONDAY,
    **values: object,
) -> PastVisit:
    return PastVisit(number, day, arrives, minutes, appointment, **values)  # type: ignore[arg-type]


def pasts(days: int = 2, appointments: bool = True) -> st.SearchStrategy[list[PastVisit]]:
    """Up to forty visits in whole minutes, so that a simulation minute by minute can follow."""
    row = st.fixed_dictionaries(
        {
            "day": st.integers(0, days - 1).map(lambda ahead: MONDAY + timedelta(days=ahead)),
            "arrives": st.integers(OPENS - 20, OPENS + 120),
            "minutes": st.integers(1, 30),
        },
        optional={
            "appointment": st.integers(OPENS, OPENS + 120),
            "missed": st.booleans(),
            "priority": st.integers(0, 1),
        }
        if appointments
        else {},
    )
    return st.lists(row, max_size=40).map(
        lambda rows: [visit(number, **values) for number, values in enumerate(rows, start=1)]
    )


def peaked_month(visits_a_day: int = 120, days: int = 20, seed: int = 1) -> list[PastVisit]:
    """Weekdays on which two thirds come in the first two hours, and nobody has booked."""
    chance = random.Random(seed)
    found: list[PastVisit] = []
    day = MONDAY
    while len({one.day for one in found}) < days:
        if day.weekday() < 5:
            for _ in range(visits_a_day):
                early = chance.random() < 0.66
                arrives = chance.uniform(OPENS, OPENS + 120) if early else chance.uniform(660, 960)
                found.append(visit(len(found) + 1, arrives, max(2.0, chance.gauss(10, 3)), day=day))
        day += timedelta(days=1)
    return found
