"""Reservations (予約) and places (予約枠): states, and which places may be booked now."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class ReservationState(StrEnum):
    """Where a reservation stands."""

    HELD = "held"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    DONE = "done"
    CANCELLED = "cancelled"
    MISSED = "missed"


TAKES_PLACE: Final = (
    ReservationState.HELD,
    ReservationState.BOOKED,
    ReservationState.CHECKED_IN,
    ReservationState.DONE,
    ReservationState.MISSED,
)
HOLD_FOR: Final = timedelta(minutes=10)


class Mark(StrEnum):
    """How full a day is, as citizens read it."""

    FREE = "○"
    FEW = "△"
    FULL = "×"
    CLOSED = "－"


class Door(StrEnum):
    """Where a reservation was made."""

    LINE = "line"
    WEB = "web"
    STAFF = "staff"


class CancelReason(StrEnum):
    """Why staff cancelled, as the citizen is told."""

    REQUESTED = "requested"
    OFFICE_CLOSED = "office_closed"
    DUPLICATE = "duplicate"
    OTHER_DESK = "other_desk"
    OTHER = "other"


def day_mark(free: int, capacity: int) -> Mark:
    """○ above a quarter free, △ below, × none."""
    if free <= 0:
        return Mark.FULL
    return Mark.FEW if free * 4 <= capacity else Mark.FREE
