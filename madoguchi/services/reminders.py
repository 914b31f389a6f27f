"""Reminders: days before the visit at a set hour, and again on the day. Each is written once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..domain.booking import ReservationState
from ..domain.service_rules import LATEST_MESSAGE
from ..store import booking as rows
from ..store.tables import Desk, OutboxMessage, Reservation, Service
from .booking_views import tell
from .office import Office, Unit
from .quiet_hours import is_quiet, until_night

_AT_ONCE: Final = 50
"""Bookings in one transaction: as long as it lasts nobody can cancel or move them."""


def remind(office: Office) -> int:
    """Write every reminder that is due now. How many.

    From 21:00 to 8:00 nothing is written, and what could not be sent by 21:00 is dropped. Who booked or
    moved after the moment of a reminder does not get it, nor does who would come to a desk closed for today.
    """
    with office.look() as unit:
        if is_quiet(unit):
            return 0
        services = list(unit.session.execute(select(Service).order_by(col(Service.id))).scalars())
        due = [reservation_id for service in services for reservation_id in _due(unit, service)]
    return sum(_write(office, due[start : start + _AT_ONCE]) for start in range(0, len(due), _AT_ONCE))


def _due(unit: Unit, service: Service) -> list[int]:
    """The bookings of the service whose reminder is due and not yet written."""
    last = unit.today + timedelta(days=service.remind_days)
    coming = rows.booked_between(unit.session, service.id or 0, unit.today, last)
    causes = {one.id or 0: cause for one in coming if (cause := _cause_due(unit, service, one))}
    told = _told(unit, list(causes.values()))
    return [reservation_id for reservation_id, cause in causes.items() if cause not in told]


def _write(office: Office, reservation_ids: Sequence[int]) -> int:
    """Write these reminders, of those bookings that still want one; how many.

    Each booking is locked and looked at again: nobody is reminded of what is being cancelled or moved.
    """
    count = 0
    with office.change() as unit:
        for reservation_id in sorted(reservation_ids):
            reservation = rows.lock_reservation(unit.session, reservation_id)
            if reservation is None or reservation.state != ReservationState.BOOKED.value:
                continue
            cause = _cause_due(unit, unit.session.get_one(Service, reservation.service_id), reservation)
            if cause is None or _told(unit, [cause]):
                continue
            today = reservation.day == unit.today
            tell(unit, reservation, "booking_reminder", cause, within=until_night(unit), today=today)
            count += 1
    return count


def _cause_due(unit: Unit, service: Service, reservation: Reservation) -> str | None:
    found = _moment(unit, service, reservation)
    if found is None or reservation.day == unit.today == _closed_on(unit, service):
        return None
    cause, moment = found
    due = moment <= unit.now < reservation.starts_at
    return cause if due and _settled_before(reservation, moment) else None


def _closed_on(unit: Unit, service: Service) -> date | None:
    return unit.session.get_one(Desk, service.desk_id).closed_on


def _moment(unit: Unit, service: Service, reservation: Reservation) -> tuple[str, datetime] | None:
    """Cause and moment of the one reminder that fits today: the earlier one is of no use on the day."""
    of = f"{reservation.id}:{reservation.starts_at:%Y%m%dT%H%M}"
    if reservation.day == unit.today:
        at = service.remind_same_day_at
        return None if at is None else (f"remind_today:{of}", _at(unit, reservation, 0, at))
    if not service.remind_days:
        return None
    return f"remind:{of}", _at(unit, reservation, service.remind_days, service.remind_at)


def _at(unit: Unit, reservation: Reservation, days_before: int, at: time) -> datetime:
    # One that was set for the night would never come.
    return datetime.combine(reservation.day - timedelta(days=days_before), min(at, LATEST_MESSAGE), unit.zone)


def _settled_before(reservation: Reservation, moment: datetime) -> bool:
    settled = max(filter(None, (reservation.booked_at, reservation.moved_at)), default=None)
    return settled is not None and settled < moment


def _told(unit: Unit, causes: list[str]) -> set[str]:
    query = select(col(OutboxMessage.cause)).where(col(OutboxMessage.cause).in_(causes))
    return set(unit.session.execute(query).scalars())
