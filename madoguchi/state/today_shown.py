"""今日の窓口: the variables that the page shows."""

from __future__ import annotations

import reflex as rx

from .terminal_words import TerminalWarning
from .today_view import Choice, CounterLine, FinishedLine, ReservationLine, Row, Taken, Target


class TodayShown(rx.State, mixin=True):
    """One tab's view of one desk."""

    desks: list[Choice] = []
    desk_id: int = 0
    desk_name: str = ""
    desk_open: bool = True
    desk_paused: bool = False
    desk_stopped: bool = False
    desk_closed: bool = False
    close_warning: str = ""
    """What closing today means for the bookings still to come; empty when there are none."""
    waiting: list[Row] = []
    waiting_count: int = 0
    waiting_more: int = 0
    on_hold: list[Row] = []
    missed: list[Row] = []
    finished: list[FinishedLine] = []
    counters: list[CounterLine] = []
    reservations: list[ReservationLine] = []
    services: list[Choice] = []
    longest_wait: int = 0
    places_left: int = 0
    line_health: str = ""
    line_ok: bool = True
    printer_health: str = ""
    printer_ok: bool = True
    terminal_warnings: list[TerminalWarning] = []
    """Terminals of the desk that need a hand."""
    server_now: int = 0
    updated: str = ""

    counter_id: int = 0
    counter_label: str = ""
    counter_paused: bool = False
    counter_services: list[Taken] = []
    counter_takes: str = ""
    """The services that my counter takes, in words."""
    counter_uncovered: int = 0
    next_number: str = ""
    next_sentence: str = ""
    """Who is next at my counter, and why."""
    newest_id: int = 0
    newest_number: str = ""
    """Who ended last at my counter, else at the desk: that one a key opens once more."""
    current_id: int = 0
    current_number: str = ""
    current_service: str = ""
    current_flags: list[str] = []
    current_since: int = 0
    current_served: bool = False
    """Has come to the counter; before, it is only called."""
    current_route: list[int] = []

    said: str = ""
    refusal: str = ""
    panel: str = ""
    """What is open: ``hand_over``, ``route``, ``counter``, ``finished``, ``day`` or ``close``."""
    targets: list[Target] = []
    """Where the current ticket can be handed over to, or go on to."""
    route_chosen: list[int] = []
    route_text: str = ""
    menu_id: int = 0
    """The ticket whose rare actions are shown."""
    undo_batch: str = ""
    undo_text: str = ""
    undo_until: int = 0
    absent_told: str = ""
    """The newest absence without a click that was told."""
    form: str = ""
    walk_in_number: str = ""
    walk_in_service: str = ""
    walk_in_id: int = 0
    walk_in_open: bool = False
    """Several services, or a priority, are being chosen for one number."""
    walk_in_chosen: list[int] = []
    walk_in_reason: str = ""
    seat_asked: int = 0
    seat_asked_label: str = ""
    seat_asked_staff: str = ""
    """Who sits at the counter that was asked for; the page asks before it sends them away."""

    _leaving: bool = False
    """I stand up myself, or look at another desk: nobody needs to tell me."""
