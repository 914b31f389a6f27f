"""The conversation: one event in, one answer out. No name is ever asked, no profile ever read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ...domain.codes import claim_code_in
from ...domain.errors import Refusal
from ...services import line_users
from ...services.inbox import Event
from ...services.line_users import LineUserView
from ...services.office import Office
from . import postbacks, queueing, turned_away, visits, welcome
from .answer import SILENCE, Answer, Matter, Talk
from .commands import command_in

__all__ = ["Answer", "Matter", "answer", "apology"]

_COMMANDS: Final[Mapping[str, Callable[[Talk], Answer]]] = {
    "book": visits.book,
    "bookings": visits.bookings,
    "take": queueing.take,
    "status": queueing.status,
    "later": queueing.later,
    "stop": visits.stop,
    "desk": welcome.ask_desk,
    "language": welcome.ask_language,
}


def answer(office: Office, event: Event) -> Answer:
    """Do what the event asks and say what came of it.

    Working the same event again does nothing twice: tickets are tied to the event's id, the other
    steps are the same done once or twice.
    """
    kind = event.body.get("type")
    if kind in ("follow", "unfollow"):
        line_users.set_following(office, event.user_id, kind == "follow", event.occurred_at)
    if kind == "unfollow" or event.body.get("standby"):
        return SILENCE
    talk = Talk(office, _speaker(office, event), event)
    try:
        return _by_kind(talk, kind, event.body)
    except Refusal as refusal:
        return turned_away.refused(talk, refusal)


def _speaker(office: Office, event: Event) -> LineUserView:
    """Whoever writes has us unblocked, also when the event that said so never came."""
    user = line_users.line_user(office, event.user_id)
    if not user.following:
        line_users.set_following(office, event.user_id, True, event.occurred_at)
    return user


def _by_kind(talk: Talk, kind: object, body: Mapping[str, Any]) -> Answer:
    if kind == "follow":
        return welcome.greet(talk, again=bool(body.get("unblocked")))
    if kind == "postback":
        return postbacks.tapped(talk, str(body.get("data", "")))
    if kind == "text":
        return _heard(talk, str(body.get("text", "")))
    if kind == "message":
        return talk.text(talk.say("only_text"))
    return SILENCE


def _heard(talk: Talk, text: str) -> Answer:
    code = claim_code_in(text)
    if code is not None:
        return queueing.claim(talk, code)
    command = command_in(text)
    return _COMMANDS[command](talk) if command else talk.text(talk.say("help"))


def apology(office: Office, event: Event) -> Answer:
    """For an event that could not be worked."""
    talk = Talk(office, line_users.line_user(office, event.user_id), event)
    return talk.text(talk.say("trouble"))
