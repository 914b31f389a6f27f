"""The push before the day of the visit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..store import booking as rows
from ..store.tables import Desk, OutboxMessage
from .booking_views import tell
from .office import Office, Unit
from .slots import office_days

FROM: Final = time(8)
UNTIL: Final = time(21)
"""Nobody's phone rings for a reminder outside these local hours."""


def remind(office: Office) -> int:
    """Write a reminder for every LINE booking up to the desk's next working day, each once. How many.

    Days between (a special opening on a Saturday) count with it. Outside 8:00 to 21:00 nothing is
    written, and what could not be sent by 21:00 is dropped.
    """
    with office.look() as unit:
        if not FROM <= unit.now.astimezone(unit.zone).time() < UNTIL:
            return 0
        desks = list(unit.session.execute(select(Desk).order_by(col(Desk.id))).scalars())
    return sum(_remind_desk(office, desk) for desk in desks)


def _remind_desk(office: Office, desk: Desk) -> int:
    with office.change() as unit:
        tomorrow = unit.today + timedelta(days=1)
        last = next(iter(office_days(desk, tomorrow, 1)), tomorrow)
        due = rows.booked_between(unit.session, desk.id or 0, tomorrow, last)
        told = _told(unit, [_cause(one.id) for one in due])
        fresh = [one for one in due if _cause(one.id) not in told]
        for reservation in fresh:
            tell(unit, reservation, "booking_reminder", _cause(reservation.id), _left_today(unit, unit.today))
        return len(fresh)


def _cause(reservation_id: int | None) -> str:
    return f"reminder:{reservation_id}"


def _told(unit: Unit, causes: list[str]) -> set[str]:
    query = select(col(OutboxMessage.cause)).where(col(OutboxMessage.cause).in_(causes))
    return set(unit.session.execute(query).scalars())


def _left_today(unit: Unit, today: date) -> timedelta:
    return datetime.combine(today, UNTIL, unit.zone) - unit.now
