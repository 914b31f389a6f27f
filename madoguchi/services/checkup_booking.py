"""Whether places, reservations, contacts and waiting lists fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from ..domain.booking import TAKES_PLACE, ReservationState
from ..domain.waitlist import WaitState
from ..store.tables import Contact, Reservation, Slot, WaitingListEntry
from .booking_limits import STANDING, VISITS
from .office import Unit

LAPSES_WITHIN: Final = timedelta(minutes=10)
"""A hold that ran out is given back every minute; one that is still there after this was forgotten."""


def findings(unit: Unit) -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    yield from _counts(unit)
    yield from _forgotten_holds(unit)
    yield from _contacts(unit)
    yield from _offers(unit)
    yield from _double_bookings(unit)


def _counts(unit: Unit) -> Iterator[str]:
    """Slots whose count is not the number of reservations that take a place there."""
    counted = (
        select(col(Reservation.slot_id), func.count().label("places"))
        .where(_in(TAKES_PLACE))
        .group_by(col(Reservation.slot_id))
        .subquery()
    )
    places = func.coalesce(counted.c.places, 0)
    query = (
        select(col(Slot.id), col(Slot.taken), places)
        .outerjoin(counted, counted.c.slot_id == col(Slot.id))
        .where(col(Slot.taken) != places)
        .order_by(col(Slot.id))
    )
    for slot, taken, there in unit.session.execute(query):
        yield f"slot {slot}: {taken} places counted, {there} reservations there"


def _forgotten_holds(unit: Unit) -> Iterator[str]:
    query = select(col(Reservation.slot_id), func.count()).where(
        _in([ReservationState.HELD]), col(Reservation.hold_until) < unit.now - LAPSES_WITHIN
    )
    query = query.group_by(col(Reservation.slot_id)).order_by(col(Reservation.slot_id))
    for slot, count in unit.session.execute(query):
        yield f"slot {slot}: {count} holds ran out long ago and still take a place"


def _contacts(unit: Unit) -> Iterator[str]:
    """Who is expected can be telephoned; who only held a place has left nothing."""
    without = select(col(Reservation.id)).where(_in(STANDING), col(Reservation.contact_id).is_(None))
    for number in _ids(unit, without.order_by(col(Reservation.id))):
        yield f"reservation {number} stands without a contact"
    needless = select(col(Reservation.id)).where(
        col(Reservation.booked_at).is_(None), col(Reservation.contact_id).is_not(None)
    )
    for number in _ids(unit, needless.order_by(col(Reservation.id))):
        yield f"reservation {number} has a contact and was never booked"
    orphans = (
        select(col(Contact.id))
        .outerjoin(Reservation, col(Reservation.contact_id) == col(Contact.id))
        .where(col(Reservation.id).is_(None))
        .order_by(col(Contact.id))
    )
    for number in _ids(unit, orphans):
        yield f"contact {number} belongs to no reservation"


def _offers(unit: Unit) -> Iterator[str]:
    offered = col(WaitingListEntry.state) == WaitState.OFFERED.value
    query = (
        select(col(WaitingListEntry.id))
        .outerjoin(Reservation, col(Reservation.id) == col(WaitingListEntry.reservation_id))
        .where(offered, (col(Reservation.id).is_(None)) | ~_in([ReservationState.HELD]))
        .order_by(col(WaitingListEntry.id))
    )
    for number in _ids(unit, query):
        yield f"waiting list entry {number} is offered a place that nobody holds for it"


def _double_bookings(unit: Unit) -> Iterator[str]:
    for who, person in (("LINE user", col(Reservation.line_user_id)), ("guest", col(Reservation.guest))):
        query = (
            select(func.min(col(Reservation.id)), func.max(col(Reservation.id)))
            .where(person.is_not(None), _in(VISITS))
            .group_by(person, col(Reservation.service_id), col(Reservation.day))
            .having(func.count() > 1)
        )
        for first, last in sorted((row[0], row[1]) for row in unit.session.execute(query)):
            yield f"reservations {first} and {last} are of one {who}, service and day"


def _in(states: Any) -> ColumnElement[bool]:
    return col(Reservation.state).in_([state.value for state in states])


def _ids(unit: Unit, query: Any) -> list[int]:
    return list(unit.session.execute(query).scalars())
