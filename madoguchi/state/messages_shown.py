"""`/staff/messages`: the variables that the page shows."""

from __future__ import annotations

import reflex as rx

from .messages_view import CountLine, Line, Unreached

TROUBLED = "troubled"
ALL = "all"


class MessagesShown(rx.State, mixin=True):
    """One tab's view of the LINE messages."""

    which: str = TROUBLED
    gauge: str = ""
    used: int = 0
    limit: int = 0
    limited: bool = False
    held: str = ""
    holding: bool = False
    outlook: str = ""
    checked: str = ""
    sent_at: str = ""
    error: str = ""
    waiting: str = ""
    late: bool = False
    kinds: list[CountLine] = []
    days: list[CountLine] = []
    lines: list[Line] = []
    unreached: list[Unreached] = []
    updated: str = ""
    refusal: str = ""
