"""Reminders: days before the visit at a set hour, and again on the day. Each is written once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import col

from ..store import booking as rows
from ..store.tables import OutboxMessage, Reservation, Service
from .booking_views import tell
from .office import Office, Unit
from .quiet_hours import is_quiet, until_night


def remind(office: Office) -> int:
    """Write every reminder that is due now. How many.

    From 21:00 to 8:00 nothing is written, and what could not be sent by 21:00 is dropped. Who booked or
    moved after the moment of a reminder does not get it.
    """
    with office.look() as unit:
        if is_quiet(unit):
            return 0
        services = list(unit.session.execute(select(col(Service.id)).order_by(col(Service.id))).scalars())
    return sum(_remind_of(office, service_id or 0) for service_id in services)


def _remind_of(office: Office, service_id: int) -> int:
    with office.change() as unit:
        service = unit.session.get_one(Service, service_id)
        last = unit.today + timedelta(days=service.remind_days)
        coming = rows.booked_between(unit.session, service_id, unit.today, last)
        due = [
            (reservation, cause)
            for reservation in coming
            for cause, moment in _moments(unit, service, reservation)
            if moment <= unit.now < reservation.starts_at and _settled_before(reservation, moment)
        ]
        told = _told(unit, [cause for _, cause in due])
        fresh = [(reservation, cause) for reservation, cause in due if cause not in told]
        for reservation, cause in fresh:
            today = reservation.day == unit.today
            tell(unit, reservation, "booking_reminder", cause, within=until_night(unit), today=today)
        return len(fresh)


def _moments(unit: Unit, service: Service, reservation: Reservation) -> Iterator[tuple[str, datetime]]:
    """Cause and moment of the one reminder that fits today: the earlier one is of no use on the day."""
    of = f"{reservation.id}:{reservation.starts_at:%Y%m%dT%H%M}"
    if reservation.day == unit.today:
        if service.remind_same_day_at is not None:
            yield f"remind_today:{of}", _at(unit, reservation, 0, service.remind_same_day_at)
    elif service.remind_days:
        yield f"remind:{of}", _at(unit, reservation, service.remind_days, service.remind_at)


def _at(unit: Unit, reservation: Reservation, days_before: int, at: time) -> datetime:
    return datetime.combine(reservation.day - timedelta(days=days_before), at, unit.zone)


def _settled_before(reservation: Reservation, moment: datetime) -> bool:
    settled = max(filter(None, (reservation.booked_at, reservation.moved_at)), default=None)
    return settled is not None and settled < moment


def _told(unit: Unit, causes: list[str]) -> set[str]:
    query = select(col(OutboxMessage.cause)).where(col(OutboxMessage.cause).in_(causes))
    return set(unit.session.execute(query).scalars())
