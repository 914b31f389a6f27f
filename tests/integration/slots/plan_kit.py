"""A small city with a plan of places, and what tests ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from office_kit import City, clock_of
from sqlmodel import col, select

from madoguchi.domain.roles import Role
from madoguchi.domain.slot_plans import Band
from madoguchi.services import booking
from madoguchi.services.actors import Actor
from madoguchi.services.making_slots import every_weekday, start_plan
from madoguchi.services.office import Office
from madoguchi.store.tables import Reservation, Service, Slot, Staff

TOKYO = ZoneInfo("Asia/Tokyo")
THURSDAY = date(2026, 10, 1)
FRIDAY = date(2026, 10, 2)
NINE = time(9)


def band(weekday: int, starts: int = 9, ends: int = 12, every: int = 30, capacity: int = 2) -> Band:
    """From full hour to full hour."""
    return Band(weekday, time(starts), time(ends), every, capacity)


def weekdays(**values: int) -> tuple[Band, ...]:
    """The same band from Monday to Friday."""
    return tuple(band(weekday, **values) for weekday in range(5))


@dataclass
class Planned:
    """The city, its admin, and the pool of its nursery service."""

    office: Office
    city: City
    admin: Actor
    pool_id: int

    def slots(self, day: date) -> dict[str, int]:
        """Local time → capacity, times without places left out."""
        with self.office.look() as unit:
            query = select(Slot).where(col(Slot.pool_id) == self.pool_id, col(Slot.day) == day)
            rows = unit.session.exec(query.order_by(col(Slot.starts_at))).all()
            return {f"{row.starts_at.astimezone(TOKYO):%H:%M}": row.capacity for row in rows if row.capacity}

    def slot(self, day: date, at: time = NINE) -> Slot:
        """The slot at that local time."""
        moment = datetime.combine(day, at, TOKYO).astimezone(UTC)
        with self.office.look() as unit:
            query = select(Slot).where(col(Slot.pool_id) == self.pool_id, col(Slot.starts_at) == moment)
            return unit.session.exec(query).one()

    def book(
        self, day: date, at: time = NINE, *, over: str = "", answers: Mapping[str, str] | None = None
    ) -> int:
        """A telephone booking, each a minute after the one before; its id."""
        clock_of(self.office).put(clock_of(self.office).now() + timedelta(minutes=1))
        slot = self.slot(day, at)
        made = booking.book_at_desk(
            self.office,
            self.admin,
            service_id=self.city.service_id,
            slot_id=slot.id or 0,
            kana="モリ ハナ",
            phone="0312345678",
            form=f"{day}-{at}-{self.office.clock.now().timestamp()}",
            over_reason=over,
            answers=answers,
        )
        return made.id

    def reservation(self, reservation_id: int) -> Reservation:
        """Its row."""
        with self.office.look() as unit:
            return unit.session.get_one(Reservation, reservation_id)


def planned(office: Office, city: City, bands: tuple[Band, ...] = weekdays()) -> Planned:
    """Give the nursery service a plan from today on, and the city an admin."""
    with office.change() as unit:
        staff = Staff(
            municipality_id=city.municipality_id,
            login="kanri",
            display_name="管理",
            role=Role.ADMIN.value,
            password_hash="!",
        )
        unit.session.add(staff)
        unit.session.flush()
        service = unit.session.get_one(Service, city.service_id)
        pool = start_plan(unit, service, bands, unit.today)
        admin = Actor(staff.id or 0, "管理", Role.ADMIN, city.municipality_id)
        return Planned(office, city, admin, pool.id or 0)


def all_week(**values: int) -> tuple[Band, ...]:
    """The same band on all seven days."""
    return every_weekday([band(0, **values)])
