"""Places and bookings of the small city's desk, for tests of what staff do with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from office_kit import City, clock_of
from sqlmodel import col, select

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.roles import Role
from madoguchi.services import booking, holds, slots
from madoguchi.services.actors import Actor
from madoguchi.services.booking_views import BookingView
from madoguchi.services.office import Office
from madoguchi.store.tables import AuditEntry, OutboxMessage, Reservation, Service, Slot, Staff

NAME, PHONE = "ヌルマエ ツヅミ", "080-9876-4321"
"""Unlike any example that the pages themselves show."""


@dataclass
class Reservations:
    """The desk's reservations, seen from behind."""

    office: Office
    city: City
    admin: Actor
    _forms: Any = field(default_factory=count)

    @property
    def today(self) -> date:
        return self.office.today()

    @property
    def tomorrow(self) -> date:
        return self.today + timedelta(days=1)

    def slot(self, at: time = time(11), day: date | None = None, capacity: int = 2, service: int = 0) -> int:
        """A place made (or found) at that local time."""
        wanted = day or self.today
        with self.office.change() as unit:
            row = unit.session.get_one(Service, service or self.city.service_id)
            slots.make_slots(unit, row, [wanted], [at], capacity)
            moment = datetime.combine(wanted, at, unit.zone)
            query = select(Slot.id).where(col(Slot.pool_id) == row.pool_id, col(Slot.starts_at) == moment)
            return int(unit.session.exec(query).one() or 0)

    def caller(self, slot_id: int, kana: str = NAME, phone: str = PHONE, **more: Any) -> BookingView:
        """Somebody on the telephone, registered by the clerk."""
        given = {"service_id": self.city.service_id, "form": f"form-{next(self._forms)}", **more}
        return booking.book_at_desk(
            self.office, self.city.clerk, slot_id=slot_id, kana=kana, phone=phone, **given
        )

    def in_line(self, slot_id: int, who: int = 0) -> BookingView:
        """Somebody in LINE, who booked on `/book`."""
        citizen = Citizen.in_line(self.city.line_user_ids[who])
        held = holds.hold(self.office, citizen, service_id=self.city.service_id, slot_id=slot_id)
        return booking.book(
            self.office,
            citizen,
            reservation_id=held.reservation_id,
            kana=NAME,
            phone=PHONE,
            language="ja",
        )

    def taken(self, slot_id: int) -> int:
        with self.office.look() as unit:
            return unit.session.get_one(Slot, slot_id).taken

    def row(self, reservation_id: int) -> Reservation:
        with self.office.look() as unit:
            return unit.session.get_one(Reservation, reservation_id)

    def service(self, **values: Any) -> None:
        """Set columns of the first service."""
        with self.office.change() as unit:
            row = unit.session.get_one(Service, self.city.service_id)
            for name, value in values.items():
                setattr(row, name, value)

    def messages(self, kind: str = "") -> list[OutboxMessage]:
        with self.office.look() as unit:
            found = unit.session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
            return [one for one in found if kind in {"", one.kind}]

    def audited(self, action: str) -> list[AuditEntry]:
        with self.office.look() as unit:
            query = select(AuditEntry).where(col(AuditEntry.action) == action).order_by(col(AuditEntry.id))
            return list(unit.session.exec(query).all())

    def passes(self, **time_span: float) -> None:
        """Let time go by."""
        clock_of(self.office).advance(**time_span)


def reservations_of(office: Office, city: City) -> Reservations:
    """The small city's reservations, and an administrator for it."""
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
        admin = Actor(staff.id or 0, "管理", Role.ADMIN, city.municipality_id)
    return Reservations(office, city, admin)
