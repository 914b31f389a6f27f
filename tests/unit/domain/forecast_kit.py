"""Made-up desks for the tests of forecasting."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from madoguchi.domain.forecast import Forecast, OpenCounter, Situation, Visit, forecast
from madoguchi.domain.habits import Habits, Pace, learn
from madoguchi.domain.order import Waiting
from madoguchi.domain.past_days import Day, Seen, day_of
from madoguchi.domain.tickets import TicketState

TODAY = date(2026, 10, 1)
NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
TEN = 600.0
NOTHING_KNOWN = learn((), {1: 10.0}, TODAY)


def waiting(count: int, service_id: int = 1) -> list[Waiting]:
    return [
        Waiting(number, NOW - timedelta(minutes=count - number + 1), service_id=service_id)
        for number in range(1, count + 1)
    ]


def desk(queue: list[Waiting], counters: int | list[OpenCounter] = 2, **values: object) -> Situation:
    open_ones = (
        [OpenCounter(visit=Visit(1, 3.0)) for _ in range(counters)] if isinstance(counters, int) else counters
    )
    given: dict[str, object] = {"minute": TEN, "weekday": 3, "services": (1,), "seats": 4, **values}
    return Situation(now=NOW, waiting=queue, counters=open_ones, **given)  # type: ignore[arg-type]


def told(situation: Situation, habits: Habits = NOTHING_KNOWN, **values: object) -> Forecast:
    return forecast(situation, habits, Pace(), **values)  # type: ignore[arg-type]


def steady_day(day: date, minutes: float, service_id: int = 1, counters: int = 1, seed: int = 1) -> Day:
    """From nine to three every counter is busy with visits of about `minutes`, and somebody always waits."""
    chance = random.Random(f"{day}{seed}")
    rows = []
    for counter in range(1, counters + 1):
        at = 540.0
        while at < 900:
            took = minutes * chance.uniform(0.7, 1.3)
            rows.append(Seen(service_id, TicketState.DONE, at - 8, at, at + took, counter))
            at += took
    return day_of(day, rows)
