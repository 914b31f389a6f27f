"""予約枠: which days and times of a service are free, and making them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import col

from ..domain.booking import Mark, Place, Window, day_marks
from ..domain.errors import Refusal
from ..domain.opening import Hours
from ..store import booking as rows
from ..store.tables import Desk, Service
from .holidays import is_holiday
from .office import Office, Unit

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the calendar and how full it is."""

    day: date
    mark: Mark


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A time that may be booked now; `time` is local, ``10:30``; `free` may be 0."""

    slot_id: int
    time: str
    free: int


@dataclass(frozen=True, slots=True)
class BookableService:
    """業務 that can be booked, as `/book` offers it."""

    id: int
    code: str
    names: Mapping[str, str]
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """A desk with what can be booked there."""

    id: int
    names: Mapping[str, str]
    places: Mapping[str, str]
    services: tuple[BookableService, ...]


def booking_desk(office: Office, desk_id: int) -> BookingDesk:
    """The desk and its bookable services, in order. Raises `Refusal("unknown_desk")`."""
    with office.look() as unit:
        desk = unit.session.get(Desk, desk_id)
        if desk is None:
            raise Refusal("unknown_desk")
        query = (
            select(Service)
            .where(col(Service.desk_id) == desk_id, col(Service.bookable))
            .order_by(col(Service.position), col(Service.id))
        )
        found = unit.session.execute(query).scalars().all()
    services = tuple(BookableService(one.id or 0, one.code, one.names, one.items) for one in found)
    return BookingDesk(desk_id, desk.names, desk.places, services)


def calendar(office: Office, service_id: int) -> list[DayView]:
    """Every day from today to the last that may be booked; a day without places is closed (－).

    Raises `Refusal("unknown_service")`.
    """
    with office.look() as unit:
        service = _bookable(unit, service_id)
        last = unit.today + timedelta(days=service.opens_days_before)
        found = rows.slots_between(unit.session, service_id, unit.today, last)
        places = [Place(starts, day, capacity, taken) for _, starts, day, capacity, taken in found]
        marks = day_marks(places, window(unit, service), unit.now)
        days = (unit.today + timedelta(days=ahead) for ahead in range(service.opens_days_before + 1))
        return [DayView(day, marks.get(day, Mark.CLOSED)) for day in days]


def places(office: Office, service_id: int, day: date) -> list[PlaceView]:
    """The day's times inside the booking window, full ones too. Raises `Refusal("unknown_service")`."""
    with office.look() as unit:
        service = _bookable(unit, service_id)
        allowed = window(unit, service)
        return [
            PlaceView(slot_id, f"{starts.astimezone(unit.zone):%H:%M}", max(0, capacity - taken))
            for slot_id, starts, _, capacity, taken in rows.slots_between(unit.session, service_id, day, day)
            if allowed.allows(starts, unit.now)
        ]


def window(unit: Unit, service: Service) -> Window:
    """When the service may be booked by citizens: whole days ahead, and until its minutes before."""
    last_day = unit.today + timedelta(days=service.opens_days_before + 1)
    end = datetime.combine(last_day, time(), unit.zone)
    return Window(
        closes_before=timedelta(minutes=service.closes_minutes_before),
        opens_from=end - unit.now - timedelta(microseconds=1),
    )


def staff_window(unit: Unit, service: Service) -> Window:
    """When staff may book for a caller: until the visit begins."""
    return Window(closes_before=timedelta(0), opens_from=window(unit, service).opens_from)


def make_slots(
    unit: Unit, service: Service, days: Iterable[date], times: Iterable[time], capacity: int
) -> int:
    """Make a place of `capacity` at each local time of each day; what exists stays. How many are new."""
    starts = [datetime.combine(day, at, unit.zone) for day in days for at in times]
    return rows.add_slots(
        unit.session,
        (
            {
                "service_id": service.id,
                "starts_at": moment.astimezone(UTC),
                "day": moment.date(),
                "capacity": capacity,
                "taken": 0,
            }
            for moment in starts
        ),
    )


def office_days(desk: Desk, first: date, count: int) -> list[date]:
    """The next `count` days from `first` on which the desk works."""
    hours = Hours(desk.opens_at, desk.closes_at, desk.weekdays, desk.closed_on_holidays)
    found: list[date] = []
    day = first
    # A desk that never works would be searched for ever; no office is shut for a year.
    while len(found) < count and day < first + timedelta(days=366 + 7 * count):
        if hours.open_on(day, is_holiday):
            found.append(day)
        day += _ONE_DAY
    return found


def _bookable(unit: Unit, service_id: int) -> Service:
    service = unit.session.get(Service, service_id)
    if service is None or not service.bookable:
        raise Refusal("unknown_service")
    return service
