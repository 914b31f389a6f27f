"""Writing a reservation's row, with a number that its desk's day has not yet."""

from __future__ import annotations

import secrets
from typing import Any, Final

from ..domain.booking import HOLD_FOR, Door, ReservationState
from ..domain.codes import drawn
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..store import booking as rows
from ..store.tables import Reservation, Service, Slot
from .office import Unit

CODE_LENGTH: Final = 6
_DRAWS: Final = 40


def add(unit: Unit, slot: Slot, service: Service, **values: Any) -> Reservation:
    """Write a held reservation of a place already taken, with a code that the desk's day has not yet."""
    row = {
        "desk_id": service.desk_id,
        "service_id": service.id,
        "slot_id": slot.id,
        "day": slot.day,
        "starts_at": slot.starts_at,
        "state": ReservationState.HELD.value,
        "language": DEFAULT,
        "hold_until": unit.now + HOLD_FOR,
        "created_at": unit.now,
        "party": 1,
        "answers": {},
        **values,
    }
    row["channel"] = Door(row["channel"]).value
    for _ in range(_DRAWS):
        made = rows.add_reservation(unit.session, {**row, "code": new_code()})
        if made is not None:
            return unit.session.get_one(Reservation, made)
    raise Refusal("sold_out")


def new_code() -> str:
    """A reservation number."""
    # No leading zero: people leave it out when they write the number down.
    return secrets.choice("123456789") + drawn(secrets.choice, "0123456789", CODE_LENGTH - 1)
