"""September 2026 at two desks: what happened, made up from a fixed seed, and its figures by plain Python.

Nothing here uses the product's statistics: the figures come straight from the events, as somebody with a
pencil would work them out from `docs/statistics.md`.
"""

from __future__ import annotations

import random
import statistics as plain
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from office_kit import City
from sqlalchemy import insert

from madoguchi.services.office import Office
from madoguchi.store.tables import Counter, Pool, Reservation, Service, Slot, Ticket, VisitPart

TOKYO = ZoneInfo("Asia/Tokyo")
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
VISITS_A_DAY = 14


@dataclass
class Served:
    """One service of a visit."""

    desk: int
    service: int
    queued: datetime
    counter: int | None = None
    first_called: datetime | None = None
    called: datetime | None = None
    finished: datetime | None = None


@dataclass
class Event:
    """One visit: a number, and what came of it."""

    day: date
    channel: str
    state: str
    taken: datetime
    appointment: datetime | None
    own_wish: bool
    served: list[Served]
    told: tuple[int, int, int, int] | None = None
    handed_over: bool = False


@dataclass
class Month:
    """All that happened."""

    visits: list[Event]
    bookings: list[tuple[date, int, int, str, datetime]] = field(default_factory=list)
    """Day, desk, service, state, start; of those that nobody came for or that were cancelled."""
    places: list[tuple[datetime, int, int]] = field(default_factory=list)
    """Start, capacity, taken; of the first desk's first service."""


def month(city: City, other_counter: int) -> Month:
    """The month, always the same."""
    chance = random.Random(20260901)
    made = Month([])
    day = FIRST
    while day <= LAST:
        if day.weekday() < 5 and day.day != 21:
            for _ in range(VISITS_A_DAY + chance.randrange(6)):
                made.visits.append(_visit(chance, city, other_counter, day))
            _booked(chance, city, day, made)
        day += timedelta(days=1)
    return made


def _visit(chance: random.Random, city: City, other_counter: int, day: date) -> Event:
    taken = datetime(day.year, day.month, day.day, 8, 30, tzinfo=TOKYO)
    taken += timedelta(seconds=chance.randrange(8 * 3600))
    channel = chance.choice(["line", "paper", "paper", "staff", "reservation"])
    appointment = None
    if channel == "reservation":
        appointment = taken.replace(second=0) + timedelta(minutes=chance.randrange(-20, 25))
    state = chance.choices(["done", "missed", "cancelled"], [16, 2, 2])[0]
    at_tax = chance.random() < 0.2
    desk = city.other_desk_id if at_tax else city.desk_id
    service = (
        city.other_desk_service_id if at_tax else chance.choice([city.service_id, city.other_service_id])
    )
    counter = other_counter if at_tax else chance.choice(city.counter_ids)
    one = Served(desk, service, taken)
    visit = Event(day, channel, state, taken, appointment, chance.random() < 0.06, [one])
    if state == "cancelled":
        return visit
    began = max(taken, appointment or taken)
    one.first_called = began + timedelta(seconds=int(chance.expovariate(1 / 700)))
    one.called = one.first_called + timedelta(seconds=600 if chance.random() < 0.05 else 0)
    one.counter = counter
    low = chance.randrange(0, 15)
    if channel != "reservation" and chance.random() < 0.8:
        visit.told = (low, low + chance.randrange(5, 15), chance.randrange(0, 6), chance.randrange(1, 4))
    if state == "missed":
        return visit
    if chance.random() < 0.98:
        one.finished = one.called + timedelta(seconds=int(chance.expovariate(1 / 650)))
    if chance.random() < 0.03:
        one.finished = one.called + timedelta(minutes=chance.choice([120, 121, 300]), seconds=29)
    if one.finished and not at_tax and chance.random() < 0.15:
        called = one.finished + timedelta(seconds=int(chance.expovariate(1 / 400)))
        ended = called + timedelta(seconds=int(chance.expovariate(1 / 500)))
        there = (city.other_desk_id, city.other_desk_service_id, one.finished, other_counter)
        visit.served.append(Served(*there, called, called, ended))
    return visit


def _booked(chance: random.Random, city: City, day: date, made: Month) -> None:
    for hour in (9, 10, 11, 13, 14, 15):
        for minute in (0, 30):
            start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)
            made.places.append((start, 2, chance.randrange(0, 3)))
            state = chance.choice(["done", "done", "missed", "cancelled"])
            made.bookings.append((day, city.desk_id, city.service_id, state, start))


def write(office: Office, city: City, made: Month) -> None:
    """Put it into the tables as the product would have."""
    with office.change() as unit:
        session = unit.session
        pool = Pool(desk_id=city.desk_id, name="保育")
        session.add(pool)
        session.flush()
        session.get_one(Service, city.service_id).pool_id = pool.id
        slots = {
            start: Slot(
                pool_id=pool.id or 0, starts_at=_utc(start), day=start.date(), capacity=most, taken=taken
            )
            for start, most, taken in made.places
        }
        session.add_all(slots.values())
        session.flush()
        session.execute(
            insert(Reservation),
            [
                {
                    "code": f"{place:06}",
                    "desk_id": desk,
                    "service_id": service,
                    "slot_id": slots[start].id,
                    "day": day,
                    "starts_at": _utc(start),
                    "state": state,
                    "channel": "web",
                    "created_at": unit.now,
                    "booked_at": unit.now,
                }
                for place, (day, desk, service, state, start) in enumerate(made.bookings)
            ],
        )
        session.execute(insert(Ticket), [_ticket(place, one) for place, one in enumerate(made.visits, 1)])
        parts = [_part(place, one) for place, one in enumerate(made.visits, 1) if len(one.served) > 1]
        session.execute(insert(VisitPart), parts)


def other_counter(office: Office, city: City) -> int:
    """A counter of the second desk, which the small city lacks."""
    with office.change() as unit:
        counter = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add(counter)
        unit.session.flush()
        return counter.id or 0


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _ticket(place: int, one: Event) -> dict[str, object]:
    first, last = one.served[0], one.served[-1]
    low, high, ahead, counters = one.told or (None, None, None, None)
    return {
        "id": place,
        "token": f"token-{place}",
        "desk_id": last.desk,
        "home_desk_id": first.desk,
        "service_id": last.service,
        "service_day": one.day,
        "letter": "A",
        "number": place,
        "lap": 0,
        "state": one.state,
        "channel": one.channel,
        "language": "ja",
        "issued_at": _utc(one.taken),
        "queued_at": _utc(one.taken),
        "appointment_at": None if one.appointment is None else _utc(one.appointment),
        "postponed": int(one.own_wish),
        "first_called_at": None if first.first_called is None else _utc(first.first_called),
        "called_at": None if last.called is None else _utc(last.called),
        "finished_at": None if last.finished is None else _utc(last.finished),
        "counter_id": last.counter,
        "promised_low": low,
        "promised_high": high,
        "promised_ahead": ahead,
        "promised_counters": counters,
    }


def _part(place: int, one: Event) -> dict[str, object]:
    first = one.served[0]
    assert first.called is not None
    assert first.finished is not None
    return {
        "ticket_id": place,
        "place": 0,
        "desk_id": first.desk,
        "service_id": first.service,
        "counter_id": first.counter,
        "service_day": one.day,
        "queued_at": _utc(one.taken),
        "called_at": _utc(first.called),
        "finished_at": _utc(first.finished),
        "appointment_at": None if one.appointment is None else _utc(one.appointment),
    }


# --- the figures, with a pencil ---


def minutes(begin: datetime, end: datetime) -> int:
    """Whole minutes, half a minute is one."""
    seconds = Decimal(max(0, int((end - begin).total_seconds())))
    return int((seconds / 60).quantize(Decimal(1), ROUND_HALF_UP))


def one_decimal(total: int | Decimal, count: int) -> float | None:
    """A mean as it is printed."""
    if not count:
        return None
    return float((Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP))


def waits(visits: Iterable[Event], desk: int | None = None, service: int | None = None) -> list[int]:
    """Minutes waited of those who were served."""
    found = []
    for visit in visits:
        if visit.state != "done" or visit.own_wish:
            continue
        for place, one in enumerate(visit.served):
            if desk not in (None, one.desk) or service not in (None, one.service):
                continue
            begin = one.queued if place else max(visit.taken, visit.appointment or visit.taken)
            end = one.called if place else one.first_called
            assert end is not None
            found.append(minutes(begin, end))
    return found


def handled(visits: Iterable[Event], service: int | None = None, counter: int | None = None) -> list[int]:
    """Minutes at a counter; nobody is served for more than two hours."""
    found = []
    for visit in visits:
        for one in visit.served:
            wanted = service in (None, one.service) and counter in (None, one.counter)
            if visit.state == "done" and wanted and one.called and one.finished:
                took = minutes(one.called, one.finished)
                found += [took] if took <= 120 else []
    return found


def spread(times: Sequence[int]) -> tuple[object, ...]:
    """Count, mean, median, 90th percentile, longest."""
    if not times:
        return 0, None, None, None, None
    ordered = sorted(times)
    ninety = next(one for one in ordered if sum(other <= one for other in ordered) * 10 >= 9 * len(ordered))
    return len(times), one_decimal(sum(times), len(times)), plain.median(ordered), ninety, ordered[-1]


def share(part: int, whole: int) -> float | None:
    """Per cent as it is printed."""
    return one_decimal(Decimal(100) * part, whole)
