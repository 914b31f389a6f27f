"""Writing a reservation's row, with a number that its desk's day has not yet."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Final

from ..domain.booking import HOLD_FOR, Door, ReservationState
from ..domain.codes import drawn
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..store import booking_rounds
from ..store.tables import Reservation, Service, Slot
from .office import Unit

CODE_LENGTH: Final = 6
_DRAWS: Final = 40


def new_row(unit: Unit, slot: Slot, service: Service, **values: Any) -> dict[str, Any]:
    """The row of a held reservation, all but its code; `channel` is one of the `values`."""
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
    return row


def add(unit: Unit, slot: Slot, service: Service, **values: Any) -> Reservation:
    """Write a held reservation of a place already taken, with a code that the desk's day has not yet."""
    (made,) = add_all(unit, [new_row(unit, slot, service, **values)])
    return unit.session.get_one(Reservation, made)


def add_all(unit: Unit, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write such rows, each with a code of its own; their ids, in order."""
    made: dict[int, int] = {}
    for _ in range(_DRAWS):
        left = [at for at in range(len(rows)) if at not in made]
        if not left:
            break
        drawn_codes = {(rows[at]["desk_id"], rows[at]["day"], new_code()): at for at in left}
        new = [{**rows[at], "code": code} for (_, _, code), at in drawn_codes.items()]
        added = booking_rounds.add(unit.session, new)
        made |= {drawn_codes[key]: number for key, number in added.items()}
    if len(made) < len(rows):
        raise Refusal("sold_out")
    return [made[at] for at in range(len(rows))]


def new_code() -> str:
    """A reservation number."""
    # No leading zero: people leave it out when they write the number down.
    return secrets.choice("123456789") + drawn(secrets.choice, "0123456789", CODE_LENGTH - 1)
