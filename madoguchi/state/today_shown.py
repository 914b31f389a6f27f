"""今日の窓口: the variables that the page shows."""

from __future__ import annotations

import reflex as rx

from .today_view import Choice, CounterLine, ReservationLine, Row


class TodayShown(rx.State, mixin=True):
    """One tab's view of one desk."""

    desks: list[Choice] = []
    desk_id: int = 0
    desk_name: str = ""
    desk_open: bool = True
    desk_paused: bool = False
    waiting: list[Row] = []
    waiting_count: int = 0
    waiting_more: int = 0
    on_hold: list[Row] = []
    missed: list[Row] = []
    counters: list[CounterLine] = []
    reservations: list[ReservationLine] = []
    services: list[Choice] = []
    longest_wait: int = 0
    places_left: int = 0
    line_health: str = ""
    line_ok: bool = True
    printer_health: str = ""
    printer_ok: bool = True
    server_now: int = 0
    updated: str = ""

    counter_id: int = 0
    counter_label: str = ""
    current_id: int = 0
    current_number: str = ""
    current_service: str = ""
    current_flags: list[str] = []
    current_calls: int = 0
    current_since: int = 0

    said: str = ""
    refusal: str = ""
    handing_over: bool = False
    undo_batch: str = ""
    undo_text: str = ""
    undo_until: int = 0
    form: str = ""
    walk_in_number: str = ""
    walk_in_service: str = ""
    walk_in_id: int = 0
    seat_asked: int = 0
    seat_asked_label: str = ""
    seat_asked_staff: str = ""
    """Who sits at the counter that was asked for; the page asks before it sends them away."""
