"""変更: a booking gets another time. The new place is taken before the old one is given back, in one
transaction, so that nobody ever stands there with neither."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..store import booking as rows
from ..store import booking_rounds
from ..store.tables import Contact, Desk, Reservation, Service, Slot
from . import audit, contacts, holds, outbox, waiting_list
from .actors import Actor
from .booking import own_booking
from .booking_limits import VISITS
from .booking_rules import refuse_closed_to_staff, rules_of
from .booking_views import BookingView, tell, view
from .office import Office, Unit
from .quiet_hours import until_morning
from .reservation_rows import new_code
from .slots import sold_out


def move_own(
    office: Office, citizen: Citizen, reservation_id: int, slot_id: int, *, push: bool = True
) -> BookingView:
    """Give the own booking another time of the same service; the same time again changes nothing.

    Raises `Refusal`: unknown_reservation, booking_ended, change_too_late(phone), unknown_place,
    not_open_yet(when), slot_closed, already_booked(number), too_many_visits(most, days), sold_out,
    sold_out_near(when, slot), link_invalid.
    """
    with office.change() as unit:
        holds.lock_citizen(unit, citizen)
        reservation = own_booking(unit, citizen, reservation_id)
        booking = _movable(unit, reservation)
        if reservation.slot_id == slot_id:
            return booking
        if unit.now > booking.changeable_until:
            raise Refusal("change_too_late", phone=booking.desk_phone)
        slot, service, desk = holds.open_place(unit, slot_id, reservation.service_id)
        holds.refuse_more(unit, citizen, service, slot.day, but=reservation.id)
        return _move(unit, reservation, (slot, service, desk), push=push)


def move_at_desk(
    office: Office,
    actor: Actor,
    reservation_id: int,
    slot_id: int,
    *,
    push: bool = True,
    over_reason: str = "",
) -> BookingView:
    """Move for the citizen, who is told in LINE with `push`; an admin may go beyond the capacity.

    Raises `Refusal`: not_allowed, unknown_reservation, booking_ended, unknown_place, not_open_yet(when),
    slot_closed, already_booked(number), sold_out, sold_out_near(when, slot).
    """
    actor.require(Permission.RESERVE)
    over_reason = over_reason.strip()
    if over_reason:
        actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        lock_owners(unit, [reservation_id])
        return move_within(unit, actor, reservation_id, slot_id, push=push, over_reason=over_reason)


def move_within(
    unit: Unit, actor: Actor, reservation_id: int, slot_id: int, *, push: bool = True, over_reason: str = ""
) -> BookingView:
    """The same inside a transaction that does more, such as a change of the plan; the caller asks for
    permission and has called `lock_owners`. Raises what `move_at_desk` does."""
    reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
    booking = _movable(unit, reservation)
    if reservation.slot_id == slot_id:
        return booking
    found = rows.place(unit.session, slot_id, reservation.service_id)
    if found is None:
        raise Refusal("unknown_place")
    slot, service, desk = found
    refuse_closed_to_staff(unit, rules_of(unit, service, desk), slot.day, slot.starts_at)
    if slot.day != reservation.day:
        _refuse_second(unit, reservation, slot.day)
    former = reservation.slot_id
    moved = _move(unit, reservation, found, by_office=True, push=push, over=over_reason)
    audit.record(
        unit,
        actor.staff_id,
        "move_booking",
        f"reservation:{reservation_id}",
        former=former,
        slot=slot_id,
        **({"beyond": True} if over_reason else {}),
    )
    return moved


def lock_owners(unit: Unit, reservation_ids: Collection[int]) -> None:
    """Let nobody whose reservations these are book meanwhile; before any reservation is locked."""
    booking_rounds.lock_citizens(unit.session, rows.owners(unit.session, reservation_ids))


def _refuse_second(unit: Unit, reservation: Reservation, day: date) -> None:
    """One person has one visit of a service a day, whoever moved it there."""
    for owner in rows.owners(unit.session, [reservation.id or 0]):
        for visit in rows.standing_visits(
            unit.session, owner, reservation.service_id, VISITS, reservation.id
        ):
            if visit.day == day:
                raise Refusal("already_booked", number=visit.code)


def _movable(unit: Unit, reservation: Reservation) -> BookingView:
    if reservation.booked_at is None:
        raise Refusal("unknown_reservation")
    if reservation.state != ReservationState.BOOKED.value:
        raise Refusal("booking_ended")
    return view(unit, reservation)


def _move(
    unit: Unit,
    reservation: Reservation,
    found: tuple[Slot, Service, Desk],
    *,
    by_office: bool = False,
    push: bool,
    over: str = "",
) -> BookingView:
    slot, service, desk = found
    former = reservation.starts_at.isoformat()
    slot_id = slot.id or 0
    lapsed = rows.lock_lapsed(unit.session, slot_id, unit.now)
    if not holds.swap_places(unit, lapsed, slot_id, left=reservation.slot_id, beyond=bool(over)):
        raise sold_out(unit, service, desk, slot.starts_at)
    _arrives_at(unit, reservation, slot, over)
    outbox.no_longer_true(unit, reservation.id or 0)
    waiting_list.booked(unit, reservation)
    if push:
        # With the place: two changes within a millisecond are two, and only the last of them is true.
        cause = f"booking_changed:{reservation.id}:{slot_id}:{int(unit.now.timestamp() * 1000)}"
        # Not asked for by the citizen: nobody is woken by it.
        wait = until_morning(unit) if by_office else timedelta()
        tell(unit, reservation, "booking_changed", cause, hold_for=wait, former=former, by_office=by_office)
    unit.desk_changed(reservation.desk_id)
    return view(unit, reservation)


def _arrives_at(unit: Unit, reservation: Reservation, slot: Slot, over: str) -> None:
    if slot.day != reservation.day:
        while rows.code_in_use(unit.session, reservation.desk_id, slot.day, reservation.code):
            reservation.code = new_code()
    reservation.slot_id = slot.id or 0
    reservation.day, reservation.starts_at = slot.day, slot.starts_at
    reservation.moved_at = unit.now
    reservation.over_reason = over[:200] or None
    contact = None if reservation.contact_id is None else unit.session.get(Contact, reservation.contact_id)
    if contact is not None:
        # Its retention is counted from the visit.
        contact.visit_day = slot.day
    unit.session.flush()
