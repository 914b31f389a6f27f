"""A booking as people and messages see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from ..domain.booking import ReservationState
from ..domain.booking_rules import BookingRules
from ..store.tables import Desk, Reservation, Service
from . import outbox
from .booking_rules import arrival_rules, rules_of
from .office import Unit
from .outbox import Message

TELL_WITHIN = timedelta(hours=24)
"""A push about a booking that could not be sent by then is dropped."""


@dataclass(frozen=True, slots=True)
class BookingView:
    """予約. Holds neither name nor phone number, nor answers."""

    id: int
    code: str
    starts_at: datetime
    day: date
    service: Mapping[str, str]
    desk: Mapping[str, str]
    place: Mapping[str, str]
    items: Mapping[str, str]
    state: ReservationState
    changeable_until: datetime
    desk_phone: str
    minutes: int
    """How long a visit takes, about."""
    desk_id: int
    service_id: int
    slot_id: int
    party: int
    check_in_from: datetime
    late_from: datetime
    late_policy: str
    """As `domain.arrival.LatePolicy`: what being late costs."""


class Shown(Protocol):
    """What a view shows of a reservation: the table's row, or its columns."""

    @property
    def id(self) -> int | None: ...
    @property
    def code(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def day(self) -> date: ...
    @property
    def state(self) -> str: ...
    @property
    def desk_id(self) -> int: ...
    @property
    def service_id(self) -> int: ...
    @property
    def slot_id(self) -> int: ...
    @property
    def party(self) -> int: ...


def view(unit: Unit, reservation: Reservation) -> BookingView:
    """The reservation with its service and desk."""
    service = unit.session.get_one(Service, reservation.service_id)
    desk = unit.session.get_one(Desk, reservation.desk_id)
    return view_of(reservation, service, desk, rules_of(unit, service, desk))


def view_of(reservation: Shown, service: Service, desk: Desk, rules: BookingRules) -> BookingView:
    """The same where service, desk and rules are at hand."""
    arrival = arrival_rules(service)
    return BookingView(
        id=reservation.id or 0,
        code=reservation.code,
        starts_at=reservation.starts_at,
        day=reservation.day,
        service=service.names,
        desk=desk.names,
        place=desk.places,
        items=service.items,
        state=ReservationState(reservation.state),
        changeable_until=changeable_until(reservation, desk, rules),
        desk_phone=desk.phone,
        minutes=max(5, round(service.estimated_minutes)),
        desk_id=reservation.desk_id,
        service_id=reservation.service_id,
        slot_id=reservation.slot_id,
        party=reservation.party,
        check_in_from=arrival.opens_at(reservation.starts_at),
        late_from=arrival.late_from(reservation.starts_at),
        late_policy=service.late_policy,
    )


def changeable_until(reservation: Shown, desk: Desk, rules: BookingRules) -> datetime:
    """Until when its citizen may move or cancel it; where staff closed the desk that day, all day."""
    deadline = rules.deadline(reservation.starts_at)
    if desk.closed_on != reservation.day:
        return deadline
    return datetime.combine(reservation.day, time.max, rules.zone).astimezone(UTC)


def facts_of(booking: BookingView) -> dict[str, object]:
    """What messages show of a booking; can be stored as JSON."""
    return {
        "id": booking.id,
        "code": booking.code,
        "starts_at": booking.starts_at.isoformat(),
        "desk": dict(booking.desk),
        "place": dict(booking.place),
        "service": dict(booking.service),
        "items": dict(booking.items),
        "desk_phone": booking.desk_phone,
        "changeable_until": booking.changeable_until.isoformat(),
        "check_in_from": booking.check_in_from.isoformat(),
        "late_from": booking.late_from.isoformat(),
        "late_policy": booking.late_policy,
    }


def tell(
    unit: Unit,
    reservation: Reservation,
    kind: str,
    cause: str,
    *,
    within: timedelta = TELL_WITHIN,
    hold_for: timedelta = timedelta(),
    **more: object,
) -> None:
    """Write a push about the booking to the one who made it in LINE; for others nothing.

    It is dropped when it could not be sent `within` that time, or before the visit begins.
    """
    user = reservation.line_user_id
    if user is None:
        return
    booking = view(unit, reservation)
    written = message(
        unit,
        user,
        outbox.language_of(unit, user),
        kind,
        cause,
        booking,
        within=within,
        hold_for=hold_for,
        **more,
    )
    if written is not None:
        outbox.enqueue_all(unit, [written])


def message(
    unit: Unit,
    line_user_id: int,
    language: str,
    kind: str,
    cause: str,
    booking: BookingView,
    *,
    within: timedelta = TELL_WITHIN,
    hold_for: timedelta = timedelta(),
    **more: object,
) -> Message | None:
    """The push that `tell` writes; None when there is no time left for it."""
    left = min(within, booking.starts_at - unit.now)
    if left <= hold_for:
        return None
    return Message(
        cause=cause,
        kind=kind,
        line_user_id=line_user_id,
        language=language,
        facts={**facts_of(booking), **more},
        expires_in=left,
        hold_for=hold_for,
        reservation_id=booking.id,
    )
