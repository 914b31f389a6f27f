"""Days as figures are made of them: those that are over from where they are kept, others from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from ..domain.past_visits import local_minutes
from ..domain.promises import Promise, promise_of
from ..domain.statistics.days import (
    Booked,
    DeskDay,
    Places,
    day_from,
    tallies_as_json,
    told_of,
    turns_as_bytes,
)
from ..domain.statistics.turns import Turn, packed
from ..domain.tickets import Channel, TicketState
from ..store import day_watch, desks
from ..store import forecasts as promised
from ..store import statistics as rows
from .office import Office, Unit

_ALL: Final = 10**9
SetMinutes = Callable[[date, int], float | None]
"""What was set for a visit of a service on a day; None: what is set now."""


def days_of(unit: Unit, desk_ids: Collection[int], first: date, last: date) -> list[DeskDay]:
    """The days of these desks, from `first` to `last`."""
    kept = rows.kept_days(unit.session, first, last)
    found = [
        day_from(day, desk_id, turns, tallies)
        for day, desk_id, turns, tallies, _ in (
            rows.kept(unit.session, desk_ids, first, last) if kept else ()
        )
    ]
    for start, end in _gaps(first, last, kept):
        found += from_rows(unit, desk_ids, start, end)
    return found


def from_rows(
    unit: Unit, desk_ids: Collection[int], first: date, last: date, set_minutes: SetMinutes | None = None
) -> list[DeskDay]:
    """The same, worked out from what happened."""
    turns: dict[tuple[date, int], list[int]] = defaultdict(list)
    booked: dict[tuple[date, int], list[Booked]] = defaultdict(list)
    places: dict[tuple[date, int], list[Places]] = defaultdict(list)
    told: dict[tuple[date, int], list[tuple[int, Promise]]] = defaultdict(list)
    for day, desk_id, *row in rows.turns(unit.session, desk_ids, first, last):
        turns[day, desk_id].append(packed(_turn(row), day, unit.zone))
    for day, desk_id, service_id, state, count in rows.bookings(unit.session, desk_ids, first, last):
        booked[day, desk_id].append(Booked(service_id, state, count))
    for day, desk_id, pool_id, starts_at, capacity, taken in rows.places(unit.session, desk_ids, first, last):
        quarter = int(local_minutes(starts_at, day, unit.zone) // 15)
        places[day, desk_id].append(Places(pool_id, quarter, capacity, taken))
    for desk_id in desk_ids:
        for row in promised.promises(unit.session, desk_id, first, last, _ALL):
            told[row[8], desk_id].append((row[7], _promise(unit, row, set_minutes)))
    return [
        DeskDay(
            day=day,
            desk_id=desk_id,
            turns=turns[day, desk_id],
            booked=tuple(booked[day, desk_id]),
            places=tuple(places[day, desk_id]),
            told=told_of(told[day, desk_id]),
        )
        for day, desk_id in sorted({*turns, *booked, *places, *told})
    ]


def keep_past_days(office: Office) -> int:
    """Keep every day before today that is not kept; how many."""
    with office.look() as unit:
        desk_ids = rows.desk_ids(unit.session)
        begun = [rows.first_day(unit.session, desk_id) for desk_id in desk_ids]
        first = min((one for one in begun if one is not None), default=unit.today)
        last = unit.today - timedelta(days=1)
        kept = rows.kept_days(unit.session, first, last)
    missing = [day for start, end in _gaps(first, last, kept) for day in _each(start, end)]
    for day in missing:
        keep_day(office, day)
    return len(missing)


def keep_day(office: Office, day: date) -> None:
    """Keep one day that is over."""
    with office.change() as unit:
        day_watch.lock_day(unit.session, day)
        desk_ids = rows.desk_ids(unit.session)
        found = {one.desk_id: one for one in from_rows(unit, desk_ids, day, day)}
        rows.keep(unit.session, day, [_kept(unit, day, one, found.get(one)) for one in desk_ids])


def wrong_days(unit: Unit) -> list[tuple[date, int]]:
    """Kept days of desks that are not what their rows give."""
    desk_ids = rows.desk_ids(unit.session)
    kept = rows.kept_days(unit.session, date.min, date.max)
    months = sorted({one.replace(day=1) for one in kept})
    ends = [(month + timedelta(days=31)).replace(day=1) - timedelta(days=1) for month in months]
    return [
        wrong
        for month, end in zip(months, ends, strict=True)
        for wrong in wrong_in(unit, desk_ids, month, end)
    ]


def wrong_in(unit: Unit, desk_ids: Collection[int], first: date, last: date) -> Iterator[tuple[date, int]]:
    """Those of these desks and days."""
    kept = rows.kept_days(unit.session, first, last)
    stored = {
        (day, desk_id): (bytes(turns), tallies, set_minutes)
        for day, desk_id, turns, tallies, set_minutes in rows.kept(unit.session, desk_ids, first, last)
    }
    then: Mapping[tuple[date, int], float] = {
        (day, int(service_id)): minutes
        for (day, _), (_, _, set_minutes) in stored.items()
        for service_id, minutes in set_minutes.items()
    }
    worked_out = {
        (one.day, one.desk_id): one
        for one in from_rows(unit, desk_ids, first, last, lambda day, service_id: then.get((day, service_id)))
    }
    for key in sorted({*stored, *(one for one in worked_out if one[0] in kept)}):
        turns, tallies, _ = stored.get(key, (b"", {}, {}))
        one = worked_out.get(key) or DeskDay(*key, ())
        if (turns, tallies) != (turns_as_bytes(one.turns), tallies_as_json(one)):
            yield key


def _kept(unit: Unit, day: date, desk_id: int, found: DeskDay | None) -> dict[str, Any]:
    one = found or DeskDay(day, desk_id, ())
    set_minutes = {
        f"{service.id}": service.estimated_minutes for service in desks.services(unit.session, desk_id)
    }
    return {
        "day": day,
        "desk_id": desk_id,
        "turns": turns_as_bytes(one.turns),
        "tallies": tallies_as_json(one),
        "set_minutes": set_minutes,
        "kept_at": unit.now,
    }


def _turn(row: list[Any]) -> Turn:
    service_id, counter_id, state, channel, first, *moments, own_wish = row
    came, appointment, answered, called, finished = moments
    return Turn(
        service_id=service_id,
        counter_id=counter_id,
        state=TicketState(state),
        channel=Channel(channel),
        first=bool(first),
        came_at=came,
        appointment_at=appointment,
        answered_at=answered,
        called_at=called,
        finished_at=finished,
        own_wish=bool(own_wish),
    )


def _promise(unit: Unit, row: Any, set_minutes: SetMinutes | None) -> Promise:
    then = set_minutes(row[8], row[7]) if set_minutes else None
    if then is not None:
        row = (*row[:6], then, *row[7:])
    return promise_of(row, unit.zone)


def _gaps(first: date, last: date, known: Collection[date]) -> Iterator[tuple[date, date]]:
    """Runs of days that are not `known`."""
    start: date | None = None
    for day in _each(first, last):
        if day in known:
            if start is not None:
                yield start, day - timedelta(days=1)
            start = None
        elif start is None:
            start = day
    if start is not None:
        yield start, last


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=one) for one in range((last - first).days + 1))
