"""The waiting times of a desk: learned from its past, forecast from this moment, corrected by outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ..domain.forecast import FRONT, Booked, Forecast, OpenCounter, Situation, Visit, forecast
from ..domain.habits import Habits, Pace, learn, pace_of
from ..domain.past_days import Day, Seen, day_of, seen
from ..domain.past_visits import local_minutes
from ..domain.promises import Promise, promise_of, stretch_of
from ..domain.tickets import TicketState
from ..store import desks, queue
from ..store import forecasts as rows
from . import positions
from .office import Office, Unit

LEARN_FROM: Final = timedelta(days=28)
_HOLD_PAST_FOR: Final = timedelta(hours=1)
_HOLD_TODAY_FOR: Final = timedelta(minutes=2)
_HOLD_FOR: Final = timedelta(seconds=2)
_KNOWN_FOR: Final = timedelta(minutes=1)
_NEWEST_PROMISES: Final = 400
_BOOKED_AHEAD: Final = timedelta(hours=4)
_LATE: Final = timedelta(minutes=20)
_PRIOR_CAME: Final = (18, 2)


@dataclass(frozen=True, slots=True)
class _Learned:
    habits: Habits
    coming: float


@dataclass(frozen=True, slots=True)
class _Today:
    pace: Pace
    stretch: tuple[float, float]


def of_desk(office: Office, unit: Unit, desk_id: int) -> Forecast:
    """How long everybody who waits at the desk, and whoever comes now, will wait; up to 2 seconds old.

    `Forecast.of` gives one ticket's range in minutes. What was learned is held for an hour, today's pace
    and the outcome of promises for minutes.
    """
    return office.memo.recall(
        ("forecast", desk_id), unit.now, _HOLD_FOR, lambda: _forecast(office, unit, desk_id)
    )


def known(office: Office, unit: Unit, desk_id: int) -> Forecast | None:
    """What was worked out for somebody else in the last minute; costs nothing."""
    found: Forecast | None = office.memo.last(("forecast", desk_id), unit.now, _HOLD_FOR, _KNOWN_FOR)
    return found


def holds(office: Office, desk_id: int) -> bool:
    """Whether `of_desk` would answer at once, with what is at most 2 seconds old."""
    now = office.clock.now()
    return office.memo.last(("forecast", desk_id), now, _HOLD_FOR, _HOLD_FOR) is not None


def prepare(office: Office, desk_ids: Iterable[int]) -> None:
    """Work the waiting times of these desks out, so that they are `known`."""
    with office.look() as unit:
        for desk_id in desk_ids:
            of_desk(office, unit, desk_id)


def _forecast(office: Office, unit: Unit, desk_id: int) -> Forecast:
    learned = office.memo.recall(
        ("habits", desk_id, unit.today), unit.now, _HOLD_PAST_FOR, lambda: _learn(unit, desk_id)
    )
    today = office.memo.recall(
        ("today", desk_id), unit.now, _HOLD_TODAY_FOR, lambda: _today(unit, desk_id, learned.habits)
    )
    situation = _situation(unit, desk_id, learned.coming)
    return forecast(situation, learned.habits, today.pace, today.stretch)


def _learn(unit: Unit, desk_id: int) -> _Learned:
    first, last = unit.today - LEARN_FROM, unit.today - timedelta(days=1)
    set_minutes = {
        service.id or 0: service.estimated_minutes for service in desks.services(unit.session, desk_id)
    }
    days = _days(unit, rows.past(unit.session, desk_id, first, last))
    came, missed = rows.appointments_kept(unit.session, desk_id, first, last)
    came, missed = came + _PRIOR_CAME[0], missed + _PRIOR_CAME[1]
    return _Learned(learn(days, set_minutes, unit.today), came / (came + missed))


def _today(unit: Unit, desk_id: int, habits: Habits) -> _Today:
    handled = [
        visit
        for day in _days(unit, rows.past(unit.session, desk_id, unit.today, unit.today))
        for visit in day.handled
    ]
    outcomes = promises(unit, desk_id, unit.today - LEARN_FROM, unit.today, _NEWEST_PROMISES)
    return _Today(pace_of(habits, handled), stretch_of(one for _, one in outcomes))


def promises(
    unit: Unit, desk_id: int, first: date, last: date, most: int = 10**6
) -> list[tuple[int, Promise]]:
    """Promises of these days that have an outcome, by service id: the newest `most`, newest first."""
    return [
        (row[7], promise_of(row, unit.zone))
        for row in rows.promises(unit.session, desk_id, first, last, most)
    ]


def _days(unit: Unit, found: Iterable[Any]) -> list[Day]:
    days: dict[date, list[Seen]] = defaultdict(list)
    for service_id, state, day, queued, called, finished, counter_id, appointment in found:
        days[day].append(
            seen(
                service_id,
                state,
                day,
                unit.zone,
                queued_at=queued,
                called_at=called,
                finished_at=finished,
                counter_id=counter_id,
                appointment_at=appointment,
            )
        )
    return [day_of(day, tickets) for day, tickets in days.items()]


def _situation(unit: Unit, desk_id: int, coming: float) -> Situation:
    session, today, now = unit.session, unit.today, unit.now
    order = positions.order_of(unit, desk_id)
    counters = rows.at_counters(session, desk_id, today)
    front = queue.front(session, desk_id, today, FRONT)
    everybody = sum(queue.waiting_by_service(session, desk_id, today).values())
    booked = rows.booked(session, desk_id, today, now - _LATE, now + _BOOKED_AHEAD)
    return Situation(
        now=now,
        minute=local_minutes(now, today, unit.zone),
        weekday=today.weekday(),
        services=[service.id or 0 for service in desks.services(session, desk_id)],
        waiting=front,
        counters=[_counter(unit, row) for row in counters if row[1] is not None and not row[2]],
        seats=len(counters),
        more=max(0, everybody - len(front)),
        booked=[
            Booked(service_id, (now - starts_at).total_seconds() / 60, starts_at)
            for service_id, starts_at in booked
        ],
        coming=coming,
        policy=order.policy,
        turn=order.turn,
    )


def _counter(unit: Unit, row: Any) -> OpenCounter:
    _id, _staff, _paused, services, service_id, called_at, state = row
    visit = None
    if service_id is not None and called_at is not None:
        since = max(0.0, (unit.now - called_at).total_seconds() / 60)
        visit = Visit(service_id, since, arrived=state == TicketState.SERVING.value)
    return OpenCounter(frozenset(services) if services else None, visit)
