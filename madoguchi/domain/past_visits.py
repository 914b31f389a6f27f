"""Visits of the past, in minutes after local midnight, as levelling and replaying read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from statistics import median
from typing import Final

from .tickets import TicketState

FORGOTTEN: Final = 120.0
"""A visit longer than these minutes is taken for one that nobody closed."""


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit at a desk. Times are minutes after local midnight of `day`."""

    id: int
    """Unique in what is replayed; it breaks ties and fixes the visit's share of chance."""
    day: date
    arrives: float | None
    """When the number was taken. None: had booked and never came."""
    minutes: float
    """How long a counter was busy with it; not read when `missed`."""
    appointment: float | None = None
    missed: bool = False
    """Took a number, was called, and was not there."""
    in_plan: bool = True
    """False for another service of the same desk, whose places are not planned here: it keeps its time."""
    priority: int = 0
    called: float | None = None
    """When it was really called."""
    counter_id: int | None = None

    @property
    def wanted(self) -> float:
        """The time of day this person chose: the appointment, else the arrival."""
        return self.appointment if self.appointment is not None else self.arrives or 0.0


def waiting_from(arrives: float, appointment: float | None) -> float:
    """When waiting begins: on arrival, but for an appointment not before its time."""
    return arrives if appointment is None else max(arrives, appointment)


def past_visit(
    ticket_id: int,
    state: TicketState,
    day: date,
    zone: tzinfo,
    *,
    issued_at: datetime,
    called_at: datetime | None,
    finished_at: datetime | None,
    appointment_at: datetime | None = None,
    counter_id: int | None = None,
    priority: int = 0,
    in_plan: bool = True,
) -> PastVisit | None:
    """A ticket's row as a past visit; None when it teaches nothing (not done and not missed, or no times).

    Times are aware; `zone` is the office's and `day` the ticket's service day.
    """
    missed = state is TicketState.MISSED
    if called_at is None or not (missed or (state is TicketState.DONE and finished_at)):
        return None
    called = local_minutes(called_at, day, zone)
    finished = called if missed or finished_at is None else local_minutes(finished_at, day, zone)
    return PastVisit(
        id=ticket_id,
        day=day,
        arrives=local_minutes(issued_at, day, zone),
        minutes=max(0.0, finished - called),
        appointment=None if appointment_at is None else local_minutes(appointment_at, day, zone),
        missed=missed,
        in_plan=in_plan,
        priority=priority,
        called=called,
        counter_id=counter_id,
    )


def never_came(reservation_id: int, starts_at: datetime, day: date, zone: tzinfo) -> PastVisit:
    """A reservation whose holder did not come: it takes a place and no counter.

    Its id is the reservation's, negated, so that it never meets a ticket's.
    """
    appointment = local_minutes(starts_at, day, zone)
    return PastVisit(-reservation_id, day, arrives=None, minutes=0.0, appointment=appointment)


def without_forgotten(past: Sequence[PastVisit], longest: float = FORGOTTEN) -> list[PastVisit]:
    """The visits, those above `longest` minutes with the median of the others.

    A visit that nobody closed would keep a counter busy all afternoon in every replay.
    """
    sound = [visit.minutes for visit in past if took_a_counter(visit) and visit.minutes <= longest]
    usual = median(sound) if sound else longest
    return [replace(visit, minutes=usual) if visit.minutes > longest else visit for visit in past]


def learned_minutes(samples: Sequence[float], prior_minutes: float, prior_weight: int = 8) -> float:
    """Mean handling minutes of past visits, drawn towards the service's set minutes while samples are few.

    The top twentieth is left out: a visit nobody closed must not stretch everybody's estimate.
    """
    kept = sorted(samples)[: max(1, math.ceil(len(samples) * 0.95))] if samples else []
    return (prior_minutes * prior_weight + sum(kept)) / (prior_weight + len(kept))


def took_a_counter(visit: PastVisit) -> bool:
    """Whether the visit's minutes say how long such a visit lasts."""
    return visit.arrives is not None and not visit.missed


def local_minutes(moment: datetime, day: date, zone: tzinfo) -> float:
    """An aware moment as minutes after the local midnight of `day`, as a wall clock shows it."""
    local = moment.astimezone(zone)
    seconds = local.second + local.microsecond / 1_000_000
    return (local.date() - day).days * 1440 + local.hour * 60 + local.minute + seconds / 60
