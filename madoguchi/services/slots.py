"""予約枠 as citizens see them: which days and times of a service are free, and from when."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import col

from ..dates import moment_texts
from ..domain.booking import Mark, day_mark
from ..domain.errors import Refusal
from ..domain.questions import Question, questions_from_json
from ..store import booking as rows
from ..store.tables import Desk, Pool, Service
from .booking_rules import rules_of
from .office import Office, Unit

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
_SHOWN_AHEAD = timedelta(days=31)
"""How far beyond the last day that can be booked the days that open later are shown."""


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the calendar and how full it is; `opens` when it has places that open later."""

    day: date
    mark: Mark
    opens: datetime | None = None


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
    max_party: int = 1
    questions: Sequence[Question] = ()
    late_minutes: int = 15
    late_policy: str = "keep_time"


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """A desk with what can be booked there."""

    id: int
    names: Mapping[str, str]
    places: Mapping[str, str]
    services: tuple[BookableService, ...]
    guest_booking: bool = False
    """Whether people without LINE may book here."""
    phone: str = ""


def booking_desk(unit: Unit, desk_id: int) -> BookingDesk:
    """The desk and its bookable services, in order. Raises `Refusal("unknown_desk")`."""
    desk = unit.session.get(Desk, desk_id)
    if desk is None:
        raise Refusal("unknown_desk")
    query = (
        select(Service)
        .where(col(Service.desk_id) == desk_id, col(Service.bookable))
        .order_by(col(Service.position), col(Service.id))
    )
    found = unit.session.execute(query).scalars().all()
    offered = tuple(_offered(one) for one in found)
    return BookingDesk(desk_id, desk.names, desk.places, offered, desk.guest_booking, desk.phone)


def calendar(office: Office, service_id: int) -> list[DayView]:
    """Every day from today to the last that may be booked, and the month of days that open after it.

    A day without places is closed (－); one that opens later is too, and says when it `opens`.
    Raises `Refusal("unknown_service")`.
    """
    with office.look() as unit:
        return _calendar(unit, service_id)


def places(office: Office, service_id: int, day: date) -> list[PlaceView]:
    """The day's times that may be booked now, full ones too. Raises `Refusal("unknown_service")`."""
    with office.look() as unit:
        return _places(unit, service_id, day)


def calendars_together(office: Office, services: Sequence[int]) -> list[list[DayView] | Exception]:
    """`calendar` for everybody who looks at the same moment: the same one is read once for all."""
    return _once_each(office, services, _calendar)


def places_together(office: Office, days: Sequence[tuple[int, date]]) -> list[list[PlaceView] | Exception]:
    """`places` of service and day in the same way."""
    return _once_each(office, days, lambda unit, both: _places(unit, *both))


def nearest_free(unit: Unit, service: Service, desk: Desk, wanted: datetime) -> tuple[int, datetime] | None:
    """Id and start of the place nearest to `wanted` that citizens may book now."""
    rules = rules_of(unit, service, desk)
    return rows.nearest_free(
        unit.session, service.pool_id or 0, wanted, rules.earliest(unit.now), rules.last_day(unit.now)
    )


def sold_out(unit: Unit, service: Service, desk: Desk, wanted: datetime) -> Refusal:
    """The refusal of a full time, with the nearest one that is free: sold_out, sold_out_near(when, slot)."""
    nearest = nearest_free(unit, service, desk, wanted)
    if nearest is None:
        return Refusal("sold_out")
    slot_id, starts_at = nearest
    return Refusal("sold_out_near", when=moment_texts(starts_at, unit.zone), slot=slot_id)


def pool_of(unit: Unit, service: Service) -> int:
    """The id of the pool that the service has its places in; one of its own is made if it has none."""
    if service.pool_id is None:
        pool = Pool(desk_id=service.desk_id, name=service.names.get("ja", service.code)[:60])
        unit.session.add(pool)
        unit.session.flush()
        service.pool_id = pool.id
        unit.session.add(service)
        unit.session.flush()
    assert service.pool_id is not None
    return service.pool_id


def make_slots(
    unit: Unit, service: Service, days: Iterable[date], times: Iterable[time], capacity: int
) -> int:
    """Make a place of `capacity` at each local time of each day; what exists stays. How many are new."""
    at = list(times)
    moments = [(day, datetime.combine(day, one, unit.zone)) for day in days for one in at]
    return rows.add_slots(
        unit.session, slot_rows(pool_of(unit, service), ((day, moment, capacity) for day, moment in moments))
    )


def slot_rows(pool_id: int, places: Iterable[tuple[date, datetime, int]]) -> list[dict[str, object]]:
    """Rows of new slots from local day, start and capacity."""
    return [
        {
            "pool_id": pool_id,
            "starts_at": moment.astimezone(UTC),
            "day": day,
            "capacity": capacity,
            "taken": 0,
        }
        for day, moment, capacity in places
    ]


def _offered(service: Service) -> BookableService:
    return BookableService(
        id=service.id or 0,
        code=service.code,
        names=service.names,
        items=service.items,
        max_party=service.max_party,
        questions=tuple(questions_from_json(service.questions)),
        late_minutes=service.late_minutes,
        late_policy=service.late_policy,
    )


def _bookable(unit: Unit, service_id: int) -> tuple[Service, Desk]:
    service = unit.session.get(Service, service_id)
    if service is None or not service.bookable:
        raise Refusal("unknown_service")
    return service, unit.session.get_one(Desk, service.desk_id)


def _once_each(office: Office, asked: Sequence[K], read: Callable[[Unit, K], R]) -> list[R | Exception]:
    seen: dict[K, R | Exception] = {}
    with office.look() as unit:
        for one in dict.fromkeys(asked):
            try:
                seen[one] = read(unit, one)
            except Refusal as refusal:
                seen[one] = refusal
    return [seen[one] for one in asked]


def _calendar(unit: Unit, service_id: int) -> list[DayView]:
    service, desk = _bookable(unit, service_id)
    rules = rules_of(unit, service, desk)
    bookable, shown = rules.last_day(unit.now), max(rules.last_day(unit.now), unit.today) + _SHOWN_AHEAD
    earliest = rules.earliest(unit.now)
    totals = rows.day_totals(unit.session, service.pool_id or 0, earliest, shown)
    by_day = {day: day_mark(free, capacity) for day, free, capacity in totals}
    last = max([bookable, unit.today, *by_day])
    days = (unit.today + timedelta(days=ahead) for ahead in range((last - unit.today).days + 1))
    return [
        DayView(day, by_day.get(day, Mark.CLOSED))
        if day <= bookable
        else DayView(day, Mark.CLOSED, rules.opening(day) if day in by_day else None)
        for day in days
    ]


def _places(unit: Unit, service_id: int, day: date) -> list[PlaceView]:
    service, desk = _bookable(unit, service_id)
    rules = rules_of(unit, service, desk)
    if rules.opening(day) > unit.now:
        return []
    found = rows.slots_on(unit.session, service.pool_id or 0, day, rules.earliest(unit.now))
    return [
        PlaceView(slot_id, f"{starts.astimezone(unit.zone):%H:%M}", max(0, capacity - taken))
        for slot_id, starts, capacity, taken in found
        if rules.allows(day, starts, unit.now)
    ]
