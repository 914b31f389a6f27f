"""A rule said no: why, and the next best thing that the citizen can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...dates import day_text
from ...domain.errors import Refusal
from ...services import desks
from ...texts import refusal_text
from ..messages.parts import plain, quick
from .answer import Answer, Talk

_USUAL: Final = ("status", "take", "book", "desk")
_ELSEWISE: Final[Mapping[str, tuple[str, ...]]] = {
    "postponed_enough": ("status", "stop"),
    "nobody_behind": ("status", "later", "stop"),
    "postpone_past": ("later", "status"),
    "postpone_too_late": ("later", "status"),
    "undo_postponing_late": ("status", "later", "stop"),
    "returned_enough": ("status", "take", "desk"),
    "return_too_late": ("status", "take", "desk"),
    "desk_closed_today": ("book", "desk"),
    "unknown_desk": ("desk",),
}
"""What to offer after a refusal, where it is not the usual."""
_ON_PAPER: Final = ("remote_off", "remote_full", "remote_person_full")
_ANOTHER_DAY: Final = ("desk_stopped", "desk_closed", "numbers_run_out")


def refused(talk: Talk, refusal: Refusal) -> Answer:
    """Why not, and what else one can do."""
    words = refusal_text(talk.language, refusal)
    commands = _ELSEWISE.get(refusal.code, _USUAL)
    return Answer((plain(words, quick(talk.language, *commands)),))


def no_number(talk: Talk, refusal: Refusal, service_id: int) -> Answer:
    """No number of this service in LINE: where to get one instead, when again, whether one can book."""
    found = desks.at_service(talk.office, service_id)
    if found is None or refusal.code not in (*_ON_PAPER, *_ANOTHER_DAY):
        return refused(talk, refusal)
    desk, bookable = found
    words = [refusal_text(talk.language, refusal)]
    if refusal.code in _ON_PAPER:
        words.append(talk.say("on_paper", desk=desk.names, place=desk.places))
    else:
        words += _opens_next(talk, desk.id)
    commands = ["status"] if refusal.code == "remote_person_full" else []
    if bookable:
        words.append(talk.say("or_book"))
        commands.append("book")
    return Answer((plain("\n".join(words), quick(talk.language, *commands, "desk", "language")),))


def _opens_next(talk: Talk, desk_id: int) -> list[str]:
    opens = desks.opens_next(talk.office, desk_id)
    if opens is None:
        return []
    day, at = opens
    return [talk.say("opens_next", day=day_text(talk.language, day), opens_at=f"{at:%H:%M}")]
