"""Made-up visits of the last month, to learn waiting times from and to fill the statistics."""

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from madoguchi.domain.tickets import Channel, TicketState
from madoguchi.services.holidays import is_holiday
from madoguchi.services.office import Unit
from madoguchi.store.tables import Counter, Desk, Service, Ticket

DAYS = 28
_HOURS = {9: 5, 10: 6, 11: 5, 12: 3, 13: 4, 14: 4, 15: 3, 16: 2}
"""How many visits, more or less, begin in each hour."""


def add_history(unit: Unit) -> int:
    """Write the visits of the office days of the last four weeks; how many."""
    # Always the same month for the same day, so that two demos look alike.
    chance = random.Random(unit.today.isoformat())  # noqa: S311  no secret
    rows = [
        row
        for desk in unit.session.exec(select(Desk)).all()
        for day in _office_days(unit.today)
        for row in _visits(unit, desk, day, chance)
    ]
    unit.session.execute(insert(Ticket), rows)
    return len(rows)


def _office_days(today: date) -> Iterator[date]:
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5 and not is_holiday(day):
            yield day


def _visits(unit: Unit, desk: Desk, day: date, chance: random.Random) -> Iterator[dict[str, Any]]:
    counters = unit.session.exec(select(Counter).where(col(Counter.desk_id) == desk.id)).all()
    free_at = {counter.id: _at(unit, day, time(9)) for counter in counters}
    services = unit.session.exec(select(Service).where(col(Service.desk_id) == desk.id)).all()
    numbers = dict.fromkeys((service.letter for service in services), 0)
    for arrives in _arrivals(unit, day, chance, len(counters)):
        service = chance.choice(services)
        numbers[service.letter] += 1
        counter_id = min(free_at, key=lambda one: free_at[one])
        called = max(arrives, free_at[counter_id])
        missed = chance.random() < 0.04
        minutes = (
            1.0
            if missed
            else max(2.0, chance.gauss(service.estimated_minutes, service.estimated_minutes / 3))
        )
        free_at[counter_id] = called + timedelta(minutes=minutes)
        yield {
            "token": secrets.token_urlsafe(16),
            "desk_id": desk.id,
            "home_desk_id": desk.id,
            "service_id": service.id,
            "service_day": day,
            "letter": service.letter,
            "number": numbers[service.letter],
            "lap": 0,
            "state": (TicketState.MISSED if missed else TicketState.DONE).value,
            "channel": chance.choice((Channel.LINE, Channel.PAPER, Channel.PAPER, Channel.RESERVATION)).value,
            "language": "ja",
            "issued_at": arrives,
            "queued_at": arrives,
            "priority": 0,
            "called_at": called,
            "first_called_at": called,
            "finished_at": None if missed else free_at[counter_id],
            "counter_id": counter_id,
            "calls": 2 if missed else 1,
            "version": 2,
            "near_told": True,
        }


def _arrivals(unit: Unit, day: date, chance: random.Random, counters: int) -> list[datetime]:
    """When visits begin, in order, UTC."""
    return sorted(
        _at(unit, day, time(hour)) + timedelta(minutes=chance.uniform(0, 60))
        for hour, visits in _HOURS.items()
        for _ in range(round(visits * counters * chance.uniform(0.5, 1.1)))
    )


def _at(unit: Unit, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, unit.zone).astimezone(UTC)
