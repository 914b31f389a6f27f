"""Messages about the end of a desk's day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from linebot.v3.messaging import Message

from ...dates import day_text
from ...texts import say
from .bookings import menu_button, telephone
from .parts import ERROR, card, flex, quick, row, rule, text
from .tickets import named, names_block, number_block, tells
from .values import Setting, clock, when


def closed_today(language: str, facts: Mapping[str, Any], setting: Setting) -> Message:  # noqa: ARG001
    """The desk has closed before the turn came: when it opens next, and what to do."""
    shown = {"desk": "", **named(language, facts)}
    if shown.get("day"):
        day = day_text(language, date.fromisoformat(shown["day"]))
        note = say(language, "line.desk_closed_note", day=day, opens_at=shown["opens_at"])
    else:
        note = say(language, "line.desk_closed_note_other")
    contents = [*names_block(shown), *number_block(language, shown["number"]), rule(), text(note)]
    bubble = card(say(language, "line.desk_closed"), contents, [])
    alt = say(language, "line.desk_closed_alt", number=shown["number"], desk=shown["desk"])
    return flex(alt, [bubble], quick(language, "book", "desk", "language"))


def booked_there(language: str, facts: Mapping[str, Any], setting: Setting) -> Message:
    """The desk has closed on the day of the visit, before it: change the booking, or ask the office."""
    shown = {"desk": "", "service": "", "code": "", **named(language, facts)}
    contents = [
        text(when(language, setting, shown["starts_at"]), size="xl", weight="bold"),
        text(" / ".join(str(shown[key]) for key in ("service", "desk") if shown[key]), weight="bold"),
        rule(),
        row(say(language, "line.code"), str(shown["code"])),
        text(say(language, "line.visit_closed_note")),
    ]
    buttons = [menu_button(language, "bookings"), *telephone(language, shown.get("desk_phone"))]
    bubble = card(say(language, "line.visit_closed"), contents, buttons, tone=ERROR)
    told = {"desk": shown["desk"], "time": clock(setting, shown["starts_at"])}
    alt = say(language, "line.visit_closed_alt", **told)
    return flex(alt, [bubble], quick(language, "book", "desk", "language"))


CLOSING_KINDS: Final = {
    "desk_stopped": tells("desk_stopped", then=("status", "later", "stop")),
    "desk_closed_today": closed_today,
    "booking_desk_closed": booked_there,
}
