"""`/staff/reservations`: the variables that the page shows."""

from __future__ import annotations

import reflex as rx

from .reservation_panels import CANCEL, CREATE, DAY, DETAIL, EARLY, EDIT, MOVE, WEEK
from .reservations_view import Chip, Column, Shown, SlotLine, WeekRow
from .today_view import Choice

__all__ = ["CANCEL", "CREATE", "DAY", "DETAIL", "EARLY", "EDIT", "MOVE", "WEEK", "ReservationsShown"]


class ReservationsShown(rx.State, mixin=True):
    """One tab's view of one desk's reservations."""

    desks: list[Choice] = []
    desk_id: int = 0
    services: list[Choice] = []
    service_id: int = 0
    """Only the places of this service; 0: all."""
    picking: int = 0
    """The service whose places are to be chosen from, while a form asks for one."""
    view: str = WEEK
    day: str = ""
    title: str = ""
    columns: list[Column] = []
    week_rows: list[WeekRow] = []
    lines: list[SlotLine] = []
    booked: int = 0
    waiting: list[str] = []
    updated: str = ""

    searched: bool = False
    found: list[Chip] = []
    found_more: bool = False
    search_refusal: str = ""

    panel: str = ""
    chosen: Shown = Shown()
    may_reserve: bool = False
    may_exceed: bool = False

    said: str = ""
    refusal: str = ""
    undo_kind: str = ""
    undo_id: int = 0
    undo_text: str = ""
    """What can be undone, with its number: the reservation that is shown may be another one by then."""
    undo_until: int = 0
