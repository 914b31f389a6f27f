"""Places held while somebody types: taken in one conditional write, given back by themselves."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..store import booking as rows
from ..store import booking_rounds
from ..store.tables import Desk, Reservation, Service, Slot
from . import waiting_list
from .booking_limits import STANDING, VISITS, refuse_more_than
from .booking_rules import refuse_closed, rules_of
from .holding_together import Held, HoldWish, hold_together
from .office import Office, Unit
from .rounds import alone

__all__ = [
    "STANDING",
    "VISITS",
    "Held",
    "held_at",
    "held_view",
    "hold",
    "is_own",
    "lapse_holds",
    "lock_citizen",
    "open_place",
    "refuse_more",
    "release",
    "still_held",
    "swap_places",
]


def hold(office: Office, citizen: Citizen, *, service_id: int, slot_id: int) -> Held:
    """Hold one place; what the citizen held of the same service goes back, in the same transaction.

    A place that the waiting list offered them stays theirs beside it, until they book or give it back.
    Tapping the held place again changes nothing, its time runs on.
    Raises `Refusal`: unknown_place, not_open_yet(when), slot_closed, sold_out, sold_out_near(when, slot),
    already_booked(number), too_many_bookings(most), too_many_visits(most, days), link_invalid.
    """
    return alone(hold_together(office, [HoldWish(citizen, service_id, slot_id)]))


def release(office: Office, citizen: Citizen, reservation_id: int, *, offers: bool = True) -> None:
    """Give a held place back. One that is booked, lapsed or somebody else's stays as it is.

    Without `offers`, so does one that the waiting list has offered.
    """
    with office.change() as unit:
        reservation = rows.lock_reservation(unit.session, reservation_id)
        if reservation is None or not is_own(citizen, reservation):
            return
        kept = not offers and booking_rounds.offered(unit.session, [reservation_id])
        if reservation.state == ReservationState.HELD.value and not kept:
            swap_places(unit, [reservation], None)


def held_at(office: Office, citizen: Citizen, desk_id: int) -> Held | None:
    """What the citizen holds at the desk now: so that a reload or a second window finds it again."""
    with office.look() as unit:
        return held_within(unit, citizen, desk_id)


def held_within(unit: Unit, citizen: Citizen, desk_id: int) -> Held | None:
    """The same for who asks more in one transaction."""
    held = rows.coming(unit.session, citizen, unit.today, [ReservationState.HELD])
    for reservation in reversed(held):
        if reservation.desk_id == desk_id and still_held(reservation, unit.now):
            return held_view(reservation)
    return None


def lapse_holds(office: Office) -> int:
    """Give back every place whose hold is over, slot by slot. How many there were."""
    with office.look() as unit:
        slots = rows.slots_with_lapsed(unit.session, unit.now)
    count = 0
    for slot_id in slots:
        with office.change() as unit:
            lapsed = rows.lock_lapsed(unit.session, slot_id, unit.now)
            swap_places(unit, lapsed, None)
            count += len(lapsed)
    return count


def swap_places(
    unit: Unit,
    ended: list[Reservation],
    taken: int | None,
    *,
    left: int | None = None,
    beyond: bool = False,
    told_after: timedelta = timedelta(),
) -> bool:
    """End the reservations `ended`, free their places (and one of slot `left`), take one of slot `taken`.

    What nobody takes is offered to the waiting list, which hears of it `told_after`. The reservations must be
    locked. False when `taken` has no place left; the caller then refuses, which undoes the rest too.
    """
    for reservation in ended:
        reservation.state = ReservationState.CANCELLED.value
        reservation.ended_at = unit.now
    unit.session.flush()
    freed = Counter(reservation.slot_id for reservation in ended)
    if left is not None:
        freed[left] += 1
    got = _exchange(unit, freed, taken, beyond)
    # Only now, with every slot in hand: whoever holds a list's row waits for no slot.
    waiting_list.forget_offers(unit, [reservation.id or 0 for reservation in ended])
    if got:
        for slot_id in sorted(freed):
            waiting_list.offer_some(unit, slot_id, freed[slot_id], told_after)
    return got


def _exchange(unit: Unit, freed: Counter[int], taken: int | None, beyond: bool) -> bool:
    """Free places of slots and take one of slot `taken`, in the order of slots, so that nobody waits in a
    circle. False when `taken` has no place left, unless it may go `beyond` its capacity."""
    got = True
    for slot_id in sorted(freed.keys() | ({taken} if taken is not None else set())):
        rows.give_back(unit.session, slot_id, freed[slot_id])
        if slot_id == taken:
            got = rows.take_place(unit.session, slot_id, beyond=beyond)
    return got


def lock_citizen(unit: Unit, citizen: Citizen) -> str:
    """Work the citizen's taps one after another; their language.

    Raises `Refusal("link_invalid")` for a LINE user we do not know.
    """
    if citizen.line_user_id is None:
        rows.lock_guest(unit.session, citizen.guest or "")
        return DEFAULT
    user = rows.lock_line_user(unit.session, citizen.line_user_id)
    if user is None:
        raise Refusal("link_invalid")
    return user.language


def is_own(citizen: Citizen, reservation: Reservation) -> bool:
    """Whether the reservation is the citizen's."""
    if citizen.line_user_id is not None:
        return reservation.line_user_id == citizen.line_user_id
    return bool(citizen.guest) and reservation.guest == citizen.guest


def open_place(unit: Unit, slot_id: int, service_id: int) -> tuple[Slot, Service, Desk]:
    """The place, if citizens may book it now.

    Raises `Refusal`: unknown_place, not_open_yet(when), slot_closed.
    """
    found = rows.place(unit.session, slot_id, service_id)
    if found is None or not found[1].bookable:
        raise Refusal("unknown_place")
    slot, service, desk = found
    refuse_closed(unit, rules_of(unit, service, desk), slot.day, slot.starts_at)
    return slot, service, desk


def refuse_more(unit: Unit, citizen: Citizen, service: Service, day: date, but: int | None = None) -> None:
    """Raise what the service's limits for one person say; reservation `but` does not count.

    Raises `Refusal`: already_booked(number), too_many_bookings(most), too_many_visits(most, days).
    """
    visits = rows.standing_visits(unit.session, citizen, service.id or 0, VISITS, but)
    refuse_more_than(visits, service, day, unit.today)


def still_held(reservation: Reservation, now: datetime) -> bool:
    """Whether the hold has time left."""
    return reservation.hold_until is not None and reservation.hold_until > now


def held_view(reservation: Reservation) -> Held:
    """The held reservation as pages see it."""
    assert reservation.id is not None
    assert reservation.hold_until is not None
    return Held(
        reservation.id,
        reservation.slot_id,
        reservation.service_id,
        reservation.starts_at,
        reservation.hold_until,
    )
