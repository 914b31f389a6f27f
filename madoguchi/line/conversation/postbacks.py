"""What a tapped button means: ``a=<action>`` with row ids, as `messages` wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from . import queueing, visits, waits, welcome
from .answer import Answer, Talk

_LONGEST: Final = 300
_BIGGEST: Final = 2**53


class OldButtonError(ValueError):
    """Data that no button of today's messages carries."""


class Data:
    """A button's data, read with care: it comes from outside."""

    def __init__(self, data: str) -> None:
        try:
            pairs = parse_qsl(data[:_LONGEST], strict_parsing=True, max_num_fields=6)
        except ValueError:
            raise OldButtonError(data[:20]) from None
        self._values: Mapping[str, str] = dict(pairs)

    def word(self, name: str) -> str:
        """A short word, empty when missing."""
        return self._values.get(name, "")

    def id(self, name: str) -> int:
        """A row id or version. Raises `OldButtonError`."""
        value = self.word(name)
        if not (value.isascii() and value.isdigit() and int(value) < _BIGGEST):
            raise OldButtonError(name)
        return int(value)

    def day(self, name: str) -> date:
        """A day, ``2026-11-25``. Raises `OldButtonError`."""
        try:
            return date.fromisoformat(self.word(name))
        except ValueError:
            raise OldButtonError(name) from None


Action = Callable[[Talk, Data], Answer]

AFTERWARDS: Final[Mapping[str, Callable[[Talk], Answer]]] = {
    "take": queueing.take,
    "book": visits.book,
}

_ACTIONS: Final[Mapping[str, Action]] = {
    "city": lambda talk, data: welcome.city(talk, data.id("m"), data.word("n")),
    "desk": lambda talk, data: welcome.desk(talk, data.id("d"), data.word("n"), AFTERWARDS),
    "lang": lambda talk, data: welcome.language(talk, data.word("l")),
    "take": lambda talk, data: queueing.take_of(talk, data.id("s")),
    "later": lambda talk, data: queueing.asked(talk, data.id("t"), queueing.ask_later),
    "later_by": lambda talk, data: queueing.later_by(talk, data.id("t"), data.id("v"), data.id("k")),
    "later_in": lambda talk, data: queueing.later_in(talk, data.id("t"), data.id("v"), data.id("m")),
    "later_at": lambda talk, data: queueing.later_at(talk, data.id("t"), data.id("v")),
    "undo_later": lambda talk, data: queueing.undo_later(talk, data.id("t"), data.id("v")),
    "return": lambda talk, data: queueing.back_in_line(talk, data.id("t")),
    "stop": lambda talk, data: queueing.asked(talk, data.id("t"), queueing.ask_stop),
    "stop_yes": lambda talk, data: queueing.stop_yes(talk, data.id("t")),
    "keep": lambda talk, _data: queueing.kept(talk),
    "move": lambda talk, data: visits.move(talk, data.id("r")),
    "unbook": lambda talk, data: visits.ask_unbook(talk, data.id("r")),
    "unbook_yes": lambda talk, data: visits.unbook_yes(talk, data.id("r"), data.id("v")),
    "checkin": lambda talk, data: visits.check_in(talk, data.id("r")),
    "offer": lambda talk, data: waits.take_offer(talk, data.id("r")),
    "wait_again": lambda talk, data: waits.wait_again(talk, data.id("s"), data.day("d"), data.id("k")),
    "unwait": lambda talk, data: waits.ask_unwait(talk, data.id("s"), data.day("d")),
    "unwait_yes": lambda talk, data: waits.unwait_yes(talk, data.id("s"), data.day("d"), data.id("r")),
}


def tapped(talk: Talk, raw: str) -> Answer:
    """Do what the button says; one of older messages, or data never written by us, gets a kind sentence."""
    try:
        data = Data(raw)
        action = _ACTIONS.get(data.word("a"))
        if action is None:
            raise OldButtonError(raw[:20])
        return action(talk, data)
    except OldButtonError:
        return talk.text(talk.say("old_button"))
