"""Greeting, and choosing city, desk and language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ...services import desks, line_users
from ..messages import choices
from ..messages.parts import plain
from .answer import Answer, Talk, shown

Then = Callable[[Talk], Answer]


def greet(talk: Talk, *, again: bool) -> Answer:
    """Somebody added the account, or took a block back: say what it is for and let them pick a desk."""
    words = talk.say("welcome_back" if again else "welcome")
    if again and talk.user.desk_id is not None:
        return talk.text(words)
    return Answer((plain(words), *ask_desk(talk).messages))


def ask_desk(talk: Talk, then: str = "") -> Answer:
    """Let the citizen pick a city, or at once a desk where there is but one city."""
    cities = desks.municipalities(talk.office)
    if len(cities) > 1:
        return shown(choices.cities(talk.language, cities, then))
    return _ask_desk_of(talk, None, then)


def city(talk: Talk, municipality_id: int, then: str) -> Answer:
    """A city was picked."""
    return _ask_desk_of(talk, municipality_id, then)


def _ask_desk_of(talk: Talk, municipality_id: int | None, then: str) -> Answer:
    found = desks.desks(talk.office, municipality_id)
    if not found:
        return talk.text(talk.say("no_desks"), "desk", "language")
    return shown(choices.desks(talk.language, found, then))


def desk(talk: Talk, desk_id: int, then: str, afterwards: Mapping[str, Then]) -> Answer:
    """A desk was picked; go on with what the citizen was about to do."""
    chosen = desks.desk(talk.office, desk_id)
    line_users.choose_desk(talk.office, talk.user.id, desk_id)
    going_on = afterwards.get(then)
    if going_on is not None:
        return going_on(replace(talk, user=replace(talk.user, desk_id=desk_id)))
    return talk.text(talk.say("desk_chosen", desk=chosen.names), "take", "book", "status", "bookings")


def ask_language(talk: Talk) -> Answer:
    """Let the citizen pick a language."""
    return shown(choices.languages(talk.language))


def language(talk: Talk, code: str) -> Answer:
    """A language was picked."""
    line_users.choose_language(talk.office, talk.user.id, code)
    speaking = replace(talk, user=replace(talk.user, language=code))
    words = speaking.say("language_chosen")
    if talk.user.desk_id is None:
        return Answer((plain(words), *ask_desk(speaking).messages))
    return speaking.text(words)
