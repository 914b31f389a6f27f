"""予約: made from a held place or by a clerk for a caller, and cancelled."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..domain.languages import known
from ..domain.names import kana_name
from ..domain.phones import phone_e164
from ..domain.roles import Permission
from ..domain.tickets import Channel
from ..store import booking as rows
from ..store.tables import Reservation
from . import audit, contacts, holds
from .actors import Actor
from .booking_views import BookingView, tell, view
from .contacts import contact_of, prefill
from .holds import Held, held_at, hold, lapse_holds, release
from .office import Office, Unit
from .reminders import remind
from .slots import DayView, PlaceView, calendar, places, staff_window

__all__ = [
    "BookingView",
    "DayView",
    "Held",
    "PlaceView",
    "book",
    "book_at_desk",
    "booking_for_calendar",
    "bookings_of",
    "calendar",
    "cancel_booking",
    "cancel_booking_own",
    "contact_of",
    "held_at",
    "hold",
    "lapse_holds",
    "places",
    "prefill",
    "release",
    "remind",
]


def book(
    office: Office, *, line_user_id: int, reservation_id: int, kana: str, phone: str, language: str
) -> BookingView:
    """Turn the user's held place into a booking; doing it twice gives the same booking.

    A hold that lapsed meanwhile takes its place anew if one is left.
    Raises `Refusal`: name_*, phone_*, unknown_reservation, hold_lapsed, slot_closed, already_booked(number),
    booking_ended.
    """
    name, number = kana_name(kana), phone_e164(phone)
    with office.change() as unit:
        holds.locked_user(unit, line_user_id)
        reservation = rows.lock_reservation(unit.session, reservation_id)
        if reservation is None or reservation.line_user_id != line_user_id:
            raise Refusal("unknown_reservation")
        if reservation.state in holds.STANDING:
            return view(unit, reservation)
        _secure_place(unit, reservation)
        contacts.add(unit, reservation, name, number)
        _stands(unit, reservation, known(language))
        tell(unit, reservation, "booking_made", f"booked:{reservation.id}")
        return view(unit, reservation)


def book_at_desk(
    office: Office, actor: Actor, *, slot_id: int, kana: str, phone: str, form: str
) -> BookingView:
    """Book for somebody at the telephone or the desk; the same `form` gives the same booking.

    Raises `Refusal`: not_allowed, name_*, phone_*, unknown_place, slot_closed, sold_out.
    """
    actor.require(Permission.RESERVE)
    name, number = kana_name(kana), phone_e164(phone)
    origin = f"form:{actor.staff_id}:{form[:64]}"
    try:
        return _book_at_desk(office, actor, slot_id, name, number, origin)
    except IntegrityError:
        # The same form arrived twice at this instant; the other one has made the booking now.
        return _book_at_desk(office, actor, slot_id, name, number, origin)


def _book_at_desk(
    office: Office, actor: Actor, slot_id: int, name: str, number: str, origin: str
) -> BookingView:
    with office.change() as unit:
        before = rows.by_origin(unit.session, origin)
        if before is not None:
            return view(unit, before)
        found = rows.place(unit.session, slot_id)
        if found is None or found[2].municipality_id != actor.municipality_id:
            raise Refusal("unknown_place")
        slot, service, desk = found
        if not staff_window(unit, service).allows(slot.starts_at, unit.now):
            raise Refusal("slot_closed")
        if not holds.swap_places(unit, rows.lock_lapsed(unit.session, slot_id, unit.now), slot_id):
            raise Refusal("sold_out")
        reservation = holds.add(unit, slot, desk, channel=Channel.STAFF, origin=origin)
        contacts.add(unit, reservation, name, number)
        _stands(unit, reservation, reservation.language)
        audit.record(unit, actor.staff_id, "book", f"reservation:{reservation.id}", slot=slot_id)
        return view(unit, reservation)


def bookings_of(office: Office, line_user_id: int) -> list[BookingView]:
    """The user's bookings from today on that stand, by time."""
    with office.look() as unit:
        found = rows.coming(unit.session, line_user_id, unit.today, holds.STANDING)
        return [view(unit, reservation) for reservation in found]


def booking_for_calendar(office: Office, reservation_id: int) -> tuple[BookingView, str]:
    """A standing booking and its language, for whoever holds its signed calendar link.

    Raises `Refusal("unknown_reservation")`.
    """
    with office.look() as unit:
        reservation = unit.session.get(Reservation, reservation_id)
        if reservation is None or reservation.state not in holds.STANDING:
            raise Refusal("unknown_reservation")
        return view(unit, reservation), reservation.language


def cancel_booking_own(
    office: Office, line_user_id: int, reservation_id: int, *, push: bool = True
) -> BookingView:
    """Give the own booking up, until the service's deadline; doing it twice is fine.

    `push` is False where the answer itself tells, as a free reply in LINE does.

    Raises `Refusal`: unknown_reservation, change_too_late(phone), booking_ended.
    """
    with office.change() as unit:
        reservation = rows.lock_reservation(unit.session, reservation_id)
        if reservation is None or reservation.line_user_id != line_user_id or reservation.booked_at is None:
            raise Refusal("unknown_reservation")
        booking = view(unit, reservation)
        if booking.state is ReservationState.CANCELLED:
            return booking
        if unit.now > booking.changeable_until:
            raise Refusal("change_too_late", phone=booking.desk_phone)
        return _cancel(unit, reservation, push=push)


def cancel_booking(office: Office, actor: Actor, reservation_id: int) -> BookingView:
    """Cancel for the citizen, who is told in LINE; doing it twice is fine.

    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
        if reservation.booked_at is None:
            raise Refusal("unknown_reservation")
        if reservation.state == ReservationState.CANCELLED.value:
            return view(unit, reservation)
        cancelled = _cancel(unit, reservation)
        audit.record(unit, actor.staff_id, "cancel_booking", f"reservation:{reservation_id}")
        return cancelled


def _secure_place(unit: Unit, reservation: Reservation) -> None:
    if reservation.booked_at is not None:
        raise Refusal("booking_ended")
    found = rows.place(unit.session, reservation.slot_id)
    if found is None or found[0].starts_at <= unit.now:
        raise Refusal("slot_closed")
    slot, service, _desk = found
    holds.refuse_second(unit, reservation.line_user_id or 0, service, slot)
    lapsed = reservation.state != ReservationState.HELD.value
    others = [
        held
        for held in rows.lock_holds(unit.session, reservation.line_user_id or 0, reservation.service_id)
        if held.id != reservation.id
    ]
    if not holds.swap_places(unit, others, slot.id if lapsed else None):
        raise Refusal("hold_lapsed")


def _stands(unit: Unit, reservation: Reservation, language: str) -> None:
    reservation.state = ReservationState.BOOKED.value
    reservation.language = language
    reservation.booked_at = unit.now
    reservation.hold_until = None
    reservation.ended_at = None
    unit.session.flush()
    unit.desk_changed(reservation.desk_id)


def _cancel(unit: Unit, reservation: Reservation, *, push: bool = True) -> BookingView:
    if reservation.state != ReservationState.BOOKED.value:
        raise Refusal("booking_ended")
    holds.swap_places(unit, [reservation], None)
    if push:
        tell(unit, reservation, "booking_cancelled", f"booking_cancelled:{reservation.id}")
    unit.desk_changed(reservation.desk_id)
    return view(unit, reservation)
