"""Places held while somebody types: taken in one conditional write, given back by themselves."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ..domain.booking import HOLD_FOR, ReservationState
from ..domain.codes import drawn
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..domain.tickets import Channel
from ..store import booking as rows
from ..store.tables import Desk, LineUser, Reservation, Service, Slot
from .office import Office, Unit
from .slots import window

CODE_LENGTH: Final = 6
STANDING: Final = (ReservationState.BOOKED, ReservationState.CHECKED_IN)
_DRAWS: Final = 40


@dataclass(frozen=True, slots=True)
class Held:
    """A place kept for somebody until `until`."""

    reservation_id: int
    slot_id: int
    service_id: int
    starts_at: datetime
    until: datetime


def hold(office: Office, *, line_user_id: int, slot_id: int) -> Held:
    """Hold one place; what the user held of the same service goes back, in the same transaction.

    Tapping the held place again changes nothing, its time runs on.
    Raises `Refusal`: unknown_place, slot_closed, sold_out, already_booked(number).
    """
    with office.change() as unit:
        user = locked_user(unit, line_user_id)
        slot, service, desk = open_place(unit, slot_id)
        refuse_second(unit, line_user_id, service, slot)
        former = rows.lock_holds(unit.session, line_user_id, slot.service_id)
        for held in former:
            if held.slot_id == slot_id and held.hold_until is not None and held.hold_until > unit.now:
                return _held(held)
        lapsed = [
            held
            for held in rows.lock_lapsed(unit.session, slot_id, unit.now)
            if held.id not in {mine.id for mine in former}
        ]
        if not swap_places(unit, [*former, *lapsed], slot_id):
            raise Refusal("sold_out")
        return _held(
            add(unit, slot, desk, line_user_id=user.id, channel=Channel.LINE, language=user.language)
        )


def release(office: Office, *, line_user_id: int, reservation_id: int) -> None:
    """Give a held place back. One that is booked, lapsed or somebody else's stays as it is."""
    with office.change() as unit:
        reservation = rows.lock_reservation(unit.session, reservation_id)
        if reservation is None or reservation.line_user_id != line_user_id:
            return
        if reservation.state == ReservationState.HELD.value:
            swap_places(unit, [reservation], None)


def held_at(office: Office, line_user_id: int, desk_id: int) -> Held | None:
    """What the user holds at the desk now: so that a reload or a second window finds it again."""
    with office.look() as unit:
        held = rows.coming(unit.session, line_user_id, unit.today, [ReservationState.HELD])
        for reservation in reversed(held):
            if reservation.desk_id == desk_id and _still(reservation, unit.now):
                return _held(reservation)
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


def swap_places(unit: Unit, ended: list[Reservation], taken: int | None) -> bool:
    """End the holds `ended`, free their places and take one of slot `taken`, in the order of slots.

    The reservations must be locked. False when `taken` has no place left; the caller then refuses,
    which undoes the rest too.
    """
    for reservation in ended:
        reservation.state = ReservationState.CANCELLED.value
        reservation.ended_at = unit.now
    unit.session.flush()
    freed = Counter(reservation.slot_id for reservation in ended)
    got = True
    for slot_id in sorted(freed.keys() | ({taken} if taken is not None else set())):
        rows.give_back(unit.session, slot_id, freed[slot_id])
        if slot_id == taken:
            got = rows.take_place(unit.session, slot_id)
    return got


def add(unit: Unit, slot: Slot, desk: Desk, **values: Any) -> Reservation:
    """Write a held reservation of a place already taken, with a code that the desk's day has not yet."""
    row = {
        "desk_id": desk.id,
        "service_id": slot.service_id,
        "slot_id": slot.id,
        "day": slot.day,
        "starts_at": slot.starts_at,
        "state": ReservationState.HELD.value,
        "language": DEFAULT,
        "hold_until": unit.now + HOLD_FOR,
        "created_at": unit.now,
        **values,
    }
    row["channel"] = Channel(row["channel"]).value
    for _ in range(_DRAWS):
        made = rows.add_reservation(unit.session, {**row, "code": _code()})
        if made is not None:
            return unit.session.get_one(Reservation, made)
    raise Refusal("sold_out")


def locked_user(unit: Unit, line_user_id: int) -> LineUser:
    """The citizen, locked. Raises `Refusal("link_invalid")` for one we do not know."""
    user = rows.lock_line_user(unit.session, line_user_id)
    if user is None:
        raise Refusal("link_invalid")
    return user


def open_place(unit: Unit, slot_id: int) -> tuple[Slot, Service, Desk]:
    """The place, if citizens may book it now. Raises `Refusal`: unknown_place, slot_closed."""
    found = rows.place(unit.session, slot_id)
    if found is None or not found[1].bookable:
        raise Refusal("unknown_place")
    if not window(unit, found[1]).allows(found[0].starts_at, unit.now):
        raise Refusal("slot_closed")
    return found


def refuse_second(unit: Unit, line_user_id: int, service: Service, slot: Slot) -> None:
    """Raises `Refusal("already_booked")` when the user has a booking of this service on this day."""
    standing = rows.reservation_on(unit.session, line_user_id, service.id or 0, slot.day, STANDING)
    if standing is not None:
        raise Refusal("already_booked", number=standing.code)


def _code() -> str:
    # No leading zero: people leave it out when they write the number down.
    return secrets.choice("123456789") + drawn(secrets.choice, "0123456789", CODE_LENGTH - 1)


def _still(reservation: Reservation, now: datetime) -> bool:
    return reservation.hold_until is not None and reservation.hold_until > now


def _held(reservation: Reservation) -> Held:
    assert reservation.id is not None
    assert reservation.hold_until is not None
    return Held(
        reservation.id,
        reservation.slot_id,
        reservation.service_id,
        reservation.starts_at,
        reservation.hold_until,
    )
