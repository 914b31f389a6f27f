"""Messages about the end of a desk's day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from linebot.v3.messaging import Message

from ...dates import day_text
from ...texts import say
from .parts import card, flex, quick, rule, text
from .tickets import named, names_block, number_block, tells
from .values import Setting


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


CLOSING_KINDS: Final = {
    "desk_stopped": tells("desk_stopped", then=("status", "later", "stop")),
    "desk_closed_today": closed_today,
}
