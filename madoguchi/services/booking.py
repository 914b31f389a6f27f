"""予約: made from a held place or by a clerk for a caller, and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from ..domain.booking import CancelReason, Door, ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.names import kana_name
from ..domain.phones import phone_e164
from ..domain.roles import Permission
from ..store import booking as rows
from ..store.tables import Reservation, Service
from . import audit, contacts, holds, outbox, waiting_list
from .actors import Actor
from .booking_rules import refuse_closed_to_staff, rules_of
from .booking_together import BookWish, asked_for, book_together
from .booking_views import BookingView, tell, view
from .office import Office, Unit
from .quiet_hours import until_morning
from .reservation_rows import add
from .rounds import alone
from .slots import sold_out
from .steps import UNDO_FOR

CANCELLED_AT_DESK = "cancelled at the desk"
"""Why messages about the booking were dropped; they are brought back when the click is undone."""


def book(
    office: Office,
    citizen: Citizen,
    *,
    reservation_id: int,
    kana: str,
    phone: str,
    language: str,
    party: int = 1,
    answers: Mapping[str, str] | None = None,
) -> BookingView:
    """Turn the citizen's held place into a booking; doing it twice gives the same booking.

    A hold that lapsed meanwhile takes its place anew if one is left.
    Raises `Refusal`: name_*, phone_*, party_size(most), answer_*(question), unknown_reservation, hold_lapsed,
    slot_closed, already_booked(number), too_many_bookings(most), too_many_visits(most, days), booking_ended,
    link_invalid.
    """
    wish = BookWish(citizen, reservation_id, kana, phone, language, party, answers or {})
    return alone(book_together(office, [wish]))


def book_at_desk(
    office: Office,
    actor: Actor,
    *,
    service_id: int,
    slot_id: int,
    kana: str,
    phone: str,
    form: str,
    party: int = 1,
    answers: Mapping[str, str] | None = None,
    over_reason: str = "",
) -> BookingView:
    """Book for somebody at the telephone or the desk; the same `form` gives the same booking.

    With an `over_reason` an admin takes a place beyond the capacity.
    Raises `Refusal`: not_allowed, name_*, phone_*, party_size(most), answer_*(question), unknown_place,
    not_open_yet(when), slot_closed, sold_out, sold_out_near(when, slot).
    """
    actor.require(Permission.RESERVE)
    over_reason = over_reason.strip()
    if over_reason:
        actor.require(Permission.ADMINISTER)
    name, number = kana_name(kana), phone_e164(phone)
    origin = f"form:{actor.staff_id}:{form[:64]}"

    def work() -> BookingView:
        with office.change() as unit:
            before = rows.by_origin(unit.session, origin)
            if before is not None:
                return view(unit, before)
            size, told = asked(unit, service_id, party, answers or {})
            reservation = _placed_by_staff(unit, actor, service_id, slot_id, over_reason, origin)
            reservation.party, reservation.answers = size, told
            contacts.add(unit, reservation, name, number)
            _stands(unit, reservation, reservation.language)
            audit.record(
                unit,
                actor.staff_id,
                "book",
                f"reservation:{reservation.id}",
                slot=slot_id,
                **({"beyond": True} if over_reason else {}),
            )
            return view(unit, reservation)

    try:
        return work()
    except IntegrityError:
        # The same form arrived twice at this instant; the other one has made the booking now.
        return work()


def bookings_of(office: Office, citizen: Citizen) -> list[BookingView]:
    """The citizen's bookings from today on that stand, by time."""
    with office.look() as unit:
        return bookings_within(unit, citizen)


def bookings_within(unit: Unit, citizen: Citizen) -> list[BookingView]:
    """The same for who asks more in one transaction."""
    found = rows.coming(unit.session, citizen, unit.today, holds.STANDING)
    return [view(unit, reservation) for reservation in found]


@dataclass(frozen=True, slots=True)
class Settled:
    """When a booking was made, and when it last got its time."""

    booked: datetime
    changed: datetime


def booking_for_calendar(office: Office, reservation_id: int) -> tuple[BookingView, str, Settled]:
    """A standing booking, its language and since when it is so, for whoever holds its signed calendar link.

    Raises `Refusal("unknown_reservation")`.
    """
    with office.look() as unit:
        reservation = unit.session.get(Reservation, reservation_id)
        if reservation is None or reservation.state not in holds.STANDING:
            raise Refusal("unknown_reservation")
        booked = reservation.booked_at or reservation.created_at
        settled = Settled(booked, reservation.moved_at or booked)
        return view(unit, reservation), reservation.language, settled


def cancel_booking_own(
    office: Office, citizen: Citizen, reservation_id: int, *, push: bool = True
) -> BookingView:
    """Give the own booking up, until the service's deadline; doing it twice is fine.

    `push` is False where the answer itself tells, as a free reply in LINE does.

    Raises `Refusal`: unknown_reservation, change_too_late(phone), booking_ended.
    """
    with office.change() as unit:
        reservation = own_booking(unit, citizen, reservation_id)
        booking = view(unit, reservation)
        if booking.state is ReservationState.CANCELLED:
            return booking
        if unit.now > booking.changeable_until:
            raise Refusal("change_too_late", phone=booking.desk_phone)
        _cancel(unit, reservation)
        if push:
            tell(unit, reservation, "booking_cancelled", cancelled_cause(reservation))
        return view(unit, reservation)


def cancel_booking(
    office: Office, actor: Actor, reservation_id: int, *, reason: CancelReason, push: bool = True
) -> BookingView:
    """Cancel for the citizen, who is told why in LINE with `push`; doing it twice is fine.

    Until `UNDO_FOR` has passed nothing is sent and `reservation_changes.undo_cancel` takes it back.
    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
        if reservation.booked_at is None:
            raise Refusal("unknown_reservation")
        if reservation.state == ReservationState.CANCELLED.value:
            return view(unit, reservation)
        _cancel(unit, reservation, CANCELLED_AT_DESK)
        reservation.cancel_reason = reason.value
        if push:
            # Not asked for by the citizen: nobody is woken by it, and a slip of the finger is never told.
            tell(
                unit,
                reservation,
                "booking_cancelled",
                cancelled_cause(reservation),
                hold_for=max(until_morning(unit), UNDO_FOR),
                reason=reason.value,
                by_office=True,
            )
        audit.record(
            unit, actor.staff_id, "cancel_booking", f"reservation:{reservation_id}", reason=reason.value
        )
        return view(unit, reservation)


def cancelled_cause(reservation: Reservation) -> str:
    """Names the message that the booking is cancelled."""
    return f"booking_cancelled:{reservation.id}"


def own_reservation(unit: Unit, citizen: Citizen, reservation_id: int) -> Reservation:
    """The citizen's own reservation, locked. Raises `Refusal("unknown_reservation")`."""
    reservation = rows.lock_reservation(unit.session, reservation_id)
    if reservation is None or not holds.is_own(citizen, reservation):
        raise Refusal("unknown_reservation")
    return reservation


def own_booking(unit: Unit, citizen: Citizen, reservation_id: int) -> Reservation:
    """The same, if it was ever booked. Raises `Refusal("unknown_reservation")`."""
    reservation = own_reservation(unit, citizen, reservation_id)
    if reservation.booked_at is None:
        raise Refusal("unknown_reservation")
    return reservation


def asked(unit: Unit, service_id: int, party: int, answers: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """How many come and what they answered, as the service asks. Raises `Refusal`: unknown_place,
    party_size(most), answer_*(question)."""
    service = unit.session.get(Service, service_id)
    if service is None:
        raise Refusal("unknown_place")
    return party, asked_for(service, party, answers)


def _placed_by_staff(
    unit: Unit, actor: Actor, service_id: int, slot_id: int, over_reason: str, origin: str
) -> Reservation:
    found = rows.place(unit.session, slot_id, service_id)
    if found is None or found[2].municipality_id != actor.municipality_id:
        raise Refusal("unknown_place")
    slot, service, desk = found
    refuse_closed_to_staff(unit, rules_of(unit, service, desk), slot.day, slot.starts_at)
    lapsed = rows.lock_lapsed(unit.session, slot_id, unit.now)
    if not holds.swap_places(unit, lapsed, slot_id, beyond=bool(over_reason)):
        raise sold_out(unit, service, desk, slot.starts_at)
    return add(unit, slot, service, channel=Door.STAFF, origin=origin, over_reason=over_reason[:200] or None)


def _stands(unit: Unit, reservation: Reservation, language: str) -> None:
    reservation.state = ReservationState.BOOKED.value
    reservation.language = language
    reservation.booked_at = unit.now
    reservation.hold_until = None
    reservation.ended_at = None
    unit.session.flush()
    # What was offered is taken: that it is free need not be told any more.
    outbox.no_longer_true(unit, reservation.id or 0)
    waiting_list.booked(unit, reservation)
    unit.desk_changed(reservation.desk_id)


def _cancel(unit: Unit, reservation: Reservation, why: str = "cancelled") -> None:
    if reservation.state != ReservationState.BOOKED.value:
        raise Refusal("booking_ended")
    # What a clerk cancels can be undone: its own news waits for longer than what is on its way by now, and
    # who is offered the place hears of it only after that.
    for_good = why != CANCELLED_AT_DESK
    holds.swap_places(unit, [reservation], None, told_after=timedelta() if for_good else UNDO_FOR)
    outbox.no_longer_true(unit, reservation.id or 0, why, for_good=for_good)
    unit.desk_changed(reservation.desk_id)
