"""What staff do with a reservation besides booking, moving and cancelling it, and taking a click back."""

from __future__ import annotations

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.names import kana_name, search_key
from ..domain.phones import phone_e164
from ..domain.roles import Permission
from ..store import booking as rows
from ..store import reservation_desk as desk_rows
from ..store.tables import Contact, Reservation, Service
from . import audit, contacts, holds, outbox, waiting_list
from .actors import Actor
from .booking import CANCELLED_AT_DESK, cancelled_cause
from .booking_together import party_of
from .booking_views import BookingView, view
from .office import Office, Unit
from .steps import UNDO_FOR


def edit_at_desk(
    office: Office,
    actor: Actor,
    reservation_id: int,
    *,
    kana: str | None = None,
    phone: str | None = None,
    party: int | None = None,
) -> BookingView:
    """Correct what is given; None stays as it is. The audit row tells which fields, never their values.

    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended, contact_masked, name_*, phone_*,
    party_size(most).
    """
    actor.require(Permission.RESERVE)
    name = None if kana is None else kana_name(kana)
    number = None if phone is None else phone_e164(phone)
    with office.change() as unit:
        reservation = _own(unit, actor, reservation_id)
        if reservation.state not in holds.STANDING:
            raise Refusal("booking_ended")
        fields = [*_new_contact(unit, reservation, name, number), *_new_party(unit, reservation, party)]
        if fields:
            unit.session.flush()
            audit.record(unit, actor.staff_id, "edit_booking", f"reservation:{reservation_id}", fields=fields)
            unit.desk_changed(reservation.desk_id)
        return view(unit, reservation)


def mark_missed(office: Office, actor: Actor, reservation_id: int) -> BookingView:
    """The visit's time has come and nobody is there; twice is fine, and checking in later still works.

    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended, visit_not_begun.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        reservation = _own(unit, actor, reservation_id)
        if reservation.state == ReservationState.MISSED.value:
            return view(unit, reservation)
        if reservation.state != ReservationState.BOOKED.value:
            raise Refusal("booking_ended")
        if unit.now < reservation.starts_at:
            raise Refusal("visit_not_begun")
        reservation.state, reservation.ended_at = ReservationState.MISSED.value, unit.now
        return _changed(unit, actor, reservation, "mark_missed")


def take_back_missed(office: Office, actor: Actor, reservation_id: int) -> BookingView:
    """Not absent after all: the reservation stands again, on its day; twice is fine.

    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        reservation = _own(unit, actor, reservation_id)
        if reservation.state == ReservationState.BOOKED.value:
            return view(unit, reservation)
        came = rows.ticket_of(unit.session, reservation_id) is not None
        if reservation.state != ReservationState.MISSED.value or came or reservation.day != unit.today:
            raise Refusal("booking_ended")
        reservation.state, reservation.ended_at = ReservationState.BOOKED.value, None
        return _changed(unit, actor, reservation, "take_back_missed")


def undo_cancel(office: Office, actor: Actor, reservation_id: int) -> BookingView:
    """Within ten seconds of staff's cancelling: the booking stands again, in its place, and nobody was
    told. Twice is fine.

    Raises `Refusal`: not_allowed, unknown_reservation, undo_too_late, undo_place_gone, changed_meanwhile.
    """
    actor.require(Permission.RESERVE)
    with office.change() as unit:
        seen = contacts.own_office(unit, actor, unit.session.get(Reservation, reservation_id))
        if seen.line_user_id is not None or seen.guest is not None:
            # Whoever takes places locks the citizen first.
            holds.lock_citizen(unit, Citizen(seen.line_user_id, seen.guest))
        reservation = _own(unit, actor, reservation_id)
        if reservation.state == ReservationState.BOOKED.value:
            return view(unit, reservation)
        _refuse_late(unit, reservation)
        _take_place_again(unit, reservation)
        reservation.state, reservation.ended_at = ReservationState.BOOKED.value, None
        reservation.cancel_reason = None
        outbox.true_again(unit, reservation_id, CANCELLED_AT_DESK)
        return _changed(unit, actor, reservation, "undo_cancel")


def _refuse_late(unit: Unit, reservation: Reservation) -> None:
    by_staff = reservation.state == ReservationState.CANCELLED.value and reservation.cancel_reason is not None
    if not by_staff or reservation.ended_at is None or unit.now - reservation.ended_at > UNDO_FOR:
        raise Refusal("undo_too_late")
    cause = cancelled_cause(reservation)
    if not outbox.withdraw(unit, cause) and outbox.written(unit, cause):
        raise Refusal("undo_too_late")


def _take_place_again(unit: Unit, reservation: Reservation) -> None:
    if desk_rows.acted_since(unit.session, reservation, holds.STANDING):
        raise Refusal("changed_meanwhile")
    lapsed = rows.lock_lapsed(unit.session, reservation.slot_id, unit.now)
    assert reservation.ended_at is not None
    offered = waiting_list.take_back(unit, reservation.slot_id, reservation.ended_at)
    # A place beyond the capacity was granted with its reason, and is again.
    beyond = reservation.over_reason is not None
    if not holds.swap_places(unit, [*lapsed, *offered], reservation.slot_id, beyond=beyond):
        raise Refusal("undo_place_gone")
    waiting_list.wait_on(unit, offered)


def _own(unit: Unit, actor: Actor, reservation_id: int) -> Reservation:
    """The municipality's reservation, locked, once it was booked."""
    reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
    if reservation.booked_at is None:
        raise Refusal("unknown_reservation")
    return reservation


def _changed(unit: Unit, actor: Actor, reservation: Reservation, action: str) -> BookingView:
    unit.session.flush()
    audit.record(unit, actor.staff_id, action, f"reservation:{reservation.id}")
    unit.desk_changed(reservation.desk_id)
    return view(unit, reservation)


def _new_contact(unit: Unit, reservation: Reservation, name: str | None, number: str | None) -> list[str]:
    if name is None and number is None:
        return []
    contact = (
        None
        if reservation.contact_id is None
        else unit.session.get(Contact, reservation.contact_id, with_for_update=True, populate_existing=True)
    )
    if contact is None or contact.masked_at is not None:
        raise Refusal("contact_masked")
    fields = []
    if name is not None and name != contact.kana:
        contact.kana, contact.kana_key = name, search_key(name)
        fields.append("kana")
    if number is not None and number != contact.phone:
        contact.phone = number
        fields.append("phone")
    return fields


def _new_party(unit: Unit, reservation: Reservation, party: int | None) -> list[str]:
    if party is None or party == reservation.party:
        return []
    reservation.party = party_of(unit.session.get_one(Service, reservation.service_id), party)
    return ["party"]
