"""What a month brings to a desk of the demo city: who comes when, for what, and who is at the counters."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from madoguchi.cli.demo_days import Course, Guest

OPENS, LAST_NUMBER, CLOSES = 540.0, 990.0, 1020.0
_LOAD: Final = {9: 1.0, 10: 1.05, 11: 0.85, 12: 0.45, 13: 0.75, 14: 0.85, 15: 0.7, 16: 0.45}
"""Work that arrives in each hour, by what all counters can do."""
_WEEKDAYS: Final = (1.12, 0.98, 0.94, 0.96, 1.05)
_TIME_OF_DAY: Final = {9: 0.95, 12: 1.1, 13: 1.05, 16: 0.9}
_ABSENT, _LEAVES, _BOOKED, _NEVER_COMES = 0.04, 0.05, 0.14, 0.1
"""Shares: absent when called; impatient; with an appointment; of these, who does not come."""
_SPREAD: Final = 0.55
"""Standard deviation of the logarithm of a visit's minutes: many short ones, some long."""
_DAYS_DIFFER: Final = 0.12


@dataclass(frozen=True, slots=True)
class Kind:
    """A service as it really goes: its visits take `minutes` on average, whatever staff set."""

    service_id: int
    minutes: float
    share: float


def course(day: date, kinds: Sequence[Kind], counter_ids: Sequence[int], chance: random.Random) -> Course:
    """A day by chance. The same `chance` gives the same day."""
    counters = len(counter_ids)
    pace = chance.lognormvariate(0.0, _DAYS_DIFFER)
    busy = _WEEKDAYS[day.weekday() % 5] * chance.lognormvariate(0.0, _DAYS_DIFFER)
    mean = sum(one.minutes * one.share for one in kinds) / sum(one.share for one in kinds)
    guests, booked = [], []
    for number, moment in enumerate(_moments(busy * counters / mean, chance), start=1):
        kind = chance.choices(kinds, [one.share for one in kinds])[0]
        guest = _guest(number, kind, moment, pace, chance)
        if chance.random() < _BOOKED and moment >= OPENS + 20:
            # Appointments are on the half hour, and most people come some minutes before.
            appointment = math.floor(moment / 30) * 30.0
            booked.append((kind.service_id, appointment))
            if chance.random() < _NEVER_COMES:
                continue
            early = max(OPENS, appointment + chance.gauss(-6.0, 6.0))
            guest = Guest(number, kind.service_id, early, guest.minutes, appointment, guest.absent)
        guests.append(guest)
    return Course(
        day=day,
        guests=guests,
        shifts=_shifts(counter_ids, chance),
        booked=booked,
        slower=partial(_slower, counters),
        pause=lambda: min(4.0, chance.expovariate(1 / 0.6)),
    )


def _moments(busy: float, chance: random.Random) -> Iterator[float]:
    """Arrivals by chance, as many an hour as its load wants; some wait for the doors to open."""
    for hour, load in _LOAD.items():
        at = hour * 60.0
        while (at := at + chance.expovariate(busy * load)) < min((hour + 1) * 60.0, LAST_NUMBER):
            yield at


def _guest(number: int, kind: Kind, moment: float, pace: float, chance: random.Random) -> Guest:
    if chance.random() < _ABSENT:
        return Guest(number, kind.service_id, moment, chance.uniform(1.0, 4.0), absent=True)
    minutes = kind.minutes * pace * chance.lognormvariate(-(_SPREAD**2) / 2, _SPREAD)
    patience = chance.uniform(15.0, 60.0) if chance.random() < _LEAVES else math.inf
    return Guest(number, kind.service_id, moment, max(0.5, minutes), patience=patience)


def _shifts(counter_ids: Sequence[int], chance: random.Random) -> Mapping[int, list[tuple[float, float]]]:
    """Lunch in two turns, so that somebody is there; now and then one comes late, leaves early or is ill."""
    found = {}
    for place, counter_id in enumerate(counter_ids):
        begin, end = OPENS + chance.uniform(0.0, 3.0), CLOSES
        if place and chance.random() < 0.08:
            begin, end = chance.choice(((600.0, end), (begin, 900.0), (780.0, end)))
        lunch = 720.0 if place % 2 else 780.0
        lunch += chance.uniform(-5.0, 5.0)
        spans = [(begin, end)]
        if len(counter_ids) > 1 and begin < lunch < end:
            spans = [(begin, lunch), (lunch + chance.uniform(50.0, 62.0), end)]
        found[counter_id] = spans
    return found


def _slower(counters: int, hour: int, open_now: int) -> float:
    # With all counters open they wait for each other's copier and printer.
    return _TIME_OF_DAY.get(hour, 1.0) * (1.04 if open_now == counters else 0.93)
