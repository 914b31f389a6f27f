"""What a desk's past teaches about its pace: weighted by age, robust, usable from the first day."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from statistics import NormalDist
from typing import Final

from .past_days import Day, Handled

HALF_LIFE: Final = 7.0
"""Days after which a visit counts half."""
ATOMS: Final = 48
"""A learned distribution is so many values of equal weight."""
TOP_TAIL: Final = 0.97
"""Longer visits than this share count as long as it: a visit that nobody closed is among them."""
PRIOR_VISITS: Final = 8.0
"""The minutes that staff have set count as much as so many visits."""
PRIOR_SPREAD: Final = 0.6
"""Standard deviation of the logarithm of a visit's minutes, as long as nothing is known."""
PRIOR_FACTOR: Final = 25.0
"""An hour's factor, or that of a number of counters, is drawn to 1 as if by so many visits."""
PRIOR_ABSENT: Final = (0.04, 25.0, 2.0)
"""Share of the absent, weight in calls, and minutes that each costs."""
PRIOR_PAUSE: Final = (0.5, 8.0)
"""Minutes and weight of the pause before a call."""
PRIOR_SHIFTS: Final = (-14.0, -11.0, -9.0, -7.0, -6.0, -4.0, -3.0, -1.0, 1.0, 4.0)
PRIOR_DAYS: Final = 0.1
"""By what share the pace of days differs, as long as nothing is known."""
_NORMAL: Final = NormalDist()
_STEPS: Final = tuple((place + 0.5) / ATOMS for place in range(ATOMS))


@dataclass(frozen=True, slots=True)
class Habits:
    """How a desk works. Minutes throughout; distributions are sorted values of equal weight."""

    minutes: Mapping[int, Sequence[float]]
    """At the counter, by service id, before the factors."""
    mixed: Sequence[float]
    """The same of a visit whose service is not known."""
    by_hour: Sequence[float]
    """Factor of each hour of the day."""
    by_counters: Mapping[int, float]
    """Factor of each number of open counters."""
    absent: float
    """Share of the called who are not there."""
    absent_minutes: Sequence[float]
    leaving: float
    """Share of the waiting who give up, per minute."""
    pauses: Sequence[float]
    """Before a call."""
    shifts: Sequence[float]
    """How late holders of appointments come; early is negative."""
    day_spread: float
    """By what share the pace of a day differs from the usual one."""
    days: Sequence[tuple[Day, float]]
    """Past days with their weight: how counters open and close."""

    def factor(self, hour: int, counters: int) -> float:
        """What a visit's minutes are multiplied with."""
        return self.by_hour[hour % 24] * self.by_counters.get(counters, 1.0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How today goes against the habits."""

    factor: float = 1.0
    spread: float = PRIOR_DAYS
    """How sure that is, as a share."""


def learn(days: Iterable[Day], set_minutes: Mapping[int, float], today: date) -> Habits:
    """The habits that `days` before `today` show; `set_minutes` are the services' own until then."""
    past = sorted(
        ((one, 0.5 ** ((today - one.day).days / HALF_LIFE)) for one in days), key=lambda one: one[0].day
    )
    visits = [(visit, weight) for day, weight in past for visit in day.handled]
    usual = {service: _prior_mean(minutes) for service, minutes in set_minutes.items()}
    caps = _by_service(visits, lambda found: _quantile(found, TOP_TAIL))
    capped = [
        (visit._replace(minutes=min(visit.minutes, caps[visit.service_id])), weight)
        for visit, weight in visits
    ]
    means = {
        service: _shrunk([(one.minutes, weight) for one, weight in capped if one.service_id == service], mean)
        for service, mean in usual.items()
    }
    by_hour = _factors(capped, means, lambda one: one.hour, lambda _one: 1.0)
    hours = [by_hour.get(hour, 1.0) for hour in range(24)]
    by_counters = _factors(capped, means, lambda one: one.counters, lambda one: hours[one.hour])
    plain: dict[int, list[tuple[float, float]]] = {service: [] for service in usual}
    for one, weight in capped:
        if one.service_id in plain:
            factor = hours[one.hour] * by_counters.get(one.counters, 1.0)
            plain[one.service_id].append((one.minutes / factor, weight))
    minutes = {
        service: _atoms([*found, *_prior(set_minutes[service])]) for service, found in sorted(plain.items())
    }
    calls = sum(weight * (day.came + day.absent) for day, weight in past)
    absent = sum(weight * day.absent for day, weight in past)
    share, prior_calls, cost = PRIOR_ABSENT
    waited = sum(weight * day.waited for day, weight in past)
    return Habits(
        minutes=minutes,
        mixed=_atoms(
            [(value, _weight_of(plain[service])) for service, values in minutes.items() for value in values]
            or _prior(10.0)
        ),
        by_hour=hours,
        by_counters=by_counters,
        absent=(absent + share * prior_calls) / (calls + prior_calls),
        absent_minutes=_atoms([*_weighted(past, lambda day: day.absent_minutes), (cost, 4.0)]),
        leaving=sum(weight * day.left for day, weight in past) / (waited + 500.0),
        pauses=_atoms([*_weighted(past, lambda day: day.pauses), PRIOR_PAUSE]),
        shifts=_atoms([*_weighted(past, lambda day: day.shifts), *((one, 0.5) for one in PRIOR_SHIFTS)]),
        day_spread=_day_spread(past, means, hours, by_counters),
        days=past,
    )


def pace_of(habits: Habits, handled: Sequence[Handled]) -> Pace:
    """How today goes, from today's finished visits: drawn to the usual pace while they are few."""
    expected = [_expected(habits, one) for one in handled]
    total = sum(expected)
    if not total:
        return Pace(1.0, habits.day_spread)
    done = sum(min(one.minutes, 3.0 * mean) for one, mean in zip(handled, expected, strict=True))
    noise = PRIOR_SPREAD**2 / len(handled)
    spread = habits.day_spread**2
    sure = spread / (spread + noise)
    return Pace(max(0.5, 1.0 + sure * (done / total - 1.0)), math.sqrt(spread * (1.0 - sure)))


def _expected(habits: Habits, one: Handled) -> float:
    values = habits.minutes.get(one.service_id, habits.mixed)
    return sum(values) / len(values) * habits.factor(one.hour, one.counters)


def _prior_mean(minutes: float) -> float:
    return max(0.5, minutes)


def _prior(minutes: float) -> list[tuple[float, float]]:
    """Values of a skewed distribution whose mean is `minutes`."""
    low = math.log(_prior_mean(minutes)) - PRIOR_SPREAD**2 / 2
    return [(math.exp(low + PRIOR_SPREAD * _NORMAL.inv_cdf(step)), PRIOR_VISITS / ATOMS) for step in _STEPS]


def _shrunk(found: Sequence[tuple[float, float]], prior: float) -> float:
    weight = _weight_of(found)
    return (sum(value * each for value, each in found) + prior * PRIOR_VISITS) / (weight + PRIOR_VISITS)


def _weight_of(found: Iterable[tuple[float, float]]) -> float:
    """Never quite nothing, so that a service without visits is among the possible ones."""
    return 0.5 + sum(weight for _, weight in found)


def _by_service(
    visits: Iterable[tuple[Handled, float]], work_out: Callable[[list[tuple[float, float]]], float]
) -> dict[int, float]:
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one, weight in visits:
        found[one.service_id].append((one.minutes, weight))
    return {service: work_out(values) for service, values in found.items()}


def _factors(
    visits: Iterable[tuple[Handled, float]],
    means: Mapping[int, float],
    key: Callable[[Handled], int],
    known: Callable[[Handled], float],
) -> dict[int, float]:
    """By how much visits of each key take longer than usual, drawn to 1 while they are few."""
    took: dict[int, float] = defaultdict(float)
    usual: dict[int, float] = defaultdict(float)
    mean = sum(means.values()) / len(means) if means else 10.0
    for one, weight in visits:
        if one.service_id in means:
            took[key(one)] += weight * one.minutes
            usual[key(one)] += weight * means[one.service_id] * known(one)
    prior = PRIOR_FACTOR * mean
    return {one: (took[one] + prior) / (usual[one] + prior) for one in sorted(took)}


def _day_spread(
    past: Iterable[tuple[Day, float]],
    means: Mapping[int, float],
    hours: Sequence[float],
    by_counters: Mapping[int, float],
) -> float:
    """The spread of whole days, without what chance in single visits explains."""
    found, weights = PRIOR_DAYS**2 * 2.0, 2.0
    for day, weight in past:
        usual = [
            means[one.service_id] * hours[one.hour] * by_counters.get(one.counters, 1.0)
            for one in day.handled
            if one.service_id in means
        ]
        if len(usual) < 10:
            continue
        took = sum(one.minutes for one in day.handled if one.service_id in means)
        square = (took / sum(usual) - 1.0) ** 2 - PRIOR_SPREAD**2 / len(usual)
        found, weights = found + weight * square, weights + weight
    return math.sqrt(min(0.16, max(0.0016, found / weights)))


def _weighted(
    past: Iterable[tuple[Day, float]], values: Callable[[Day], Iterable[float]]
) -> list[tuple[float, float]]:
    return [(value, weight) for day, weight in past for value in values(day)]


def _quantile(found: Sequence[tuple[float, float]], share: float) -> float:
    ranked = sorted(found)
    sums = list(accumulate(weight for _, weight in ranked))
    return ranked[min(len(ranked) - 1, bisect_right(sums, share * sums[-1]))][0]


def _atoms(found: Iterable[tuple[float, float]]) -> tuple[float, ...]:
    """`ATOMS` values of equal weight that stand for the weighted ones."""
    ranked = sorted(found)
    sums = list(accumulate(weight for _, weight in ranked))
    last = len(ranked) - 1
    return tuple(ranked[min(last, bisect_right(sums, step * sums[-1]))][0] for step in _STEPS)
