"""あとにまわす: the question by how much, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...services.ticket_views import TicketView
from ...texts import say
from .parts import QUIET, Json, box, button, card, flex, link, picker, postback, quick, said, text
from .tickets import held, named, names_block, number_block, undo_button
from .values import Setting, clock

BY: Final = (1, 3, 5)
"""So many people to choose from."""
MINUTES: Final = (15, 30, 60)
_LEAST_AHEAD: Final = timedelta(minutes=5)


def question(language: str, ticket: TicketView, setting: Setting, now: datetime) -> Message:
    """By how many people, or until when? The version ties the answer to the place it was asked about."""
    service = localized(ticket.service, language)
    words = say(language, "line.ask_later", number=ticket.number, service=service)
    own = {"t": ticket.id, "v": ticket.version}
    people = [
        button(postback(say(language, "line.later_by", count=count), {"a": "later_by", **own, "k": count}))
        for count in BY
    ]
    contents = [text(words, weight="bold"), _heading(language, "later_people"), _side_by_side(people)]
    times = _times(language, ticket, setting, now)
    if times:
        contents += [_heading(language, "later_time"), *times, _note(language, "later_time_note")]
    keep = button(postback(say(language, "line.no"), {"a": "keep"}))
    title = say(language, "line.menu.later")
    return flex(words, [card(title, contents, [keep])], quick(language, "status"))


def _times(language: str, ticket: TicketView, setting: Setting, now: datetime) -> list[Json]:
    """Times until the desk closes; none when that is near."""
    own = {"t": ticket.id, "v": ticket.version}
    closes = ticket.closes_at
    if closes is None:
        return []
    quickly = [
        button(postback(say(language, "line.later_in", minutes=count), {"a": "later_in", **own, "m": count}))
        for count in MINUTES
        if now + timedelta(minutes=count) <= closes
    ]
    found = [_side_by_side(quickly)] if quickly else []
    earliest = now + _LEAST_AHEAD
    if earliest + _LEAST_AHEAD <= closes:
        bounds = clock(setting, earliest), clock(setting, closes)
        if bounds[0] < bounds[1]:
            found.append(button(picker(say(language, "line.later_pick"), {"a": "later_at", **own}, *bounds)))
    return found


def _side_by_side(buttons: list[Json]) -> Json:
    return box(
        [one | {"flex": 1, "adjustMode": "shrink-to-fit"} for one in buttons], "horizontal", spacing="sm"
    )


def _heading(language: str, key: str) -> Json:
    return text(say(language, f"line.{key}"), size="sm", color=QUIET, margin="lg")


def _note(language: str, key: str) -> Json:
    return text(say(language, f"line.{key}"), size="xs", color=QUIET)


def postponed(language: str, facts: Mapping[str, Any], setting: Setting) -> Message:
    """Where the number stands now, and the way back."""
    shown = named(language, facts)
    title = say(language, "line.postponed")
    if shown.get("until"):
        return _until(language, shown, setting, title)
    passed, asked = shown.get("passed") or 0, shown.get("asked") or 0
    key = "postponed_all_note" if passed < asked else "postponed_note"
    alt = say(language, "line.postponed_alt", **{"ahead": 0, **shown})
    return held(language, facts, setting, title, say(language, f"line.{key}", passed=passed), alt)


def _until(language: str, shown: Mapping[str, Any], setting: Setting, title: str) -> Message:
    until = clock(setting, shown["until"])
    said_so = say(language, "line.not_before", until=until)
    contents = [
        *names_block(shown),
        *number_block(language, shown["number"]),
        text(said_so, weight="bold", align="center"),
        text(say(language, "line.not_before_note", until=until), size="sm", color=QUIET),
    ]
    label = say(language, "line.menu.status")
    buttons = [button(said(label, label), style="primary"), *undo_button(language, shown)]
    if shown.get("token"):
        page = setting.ticket_page(shown["token"])
        buttons.append(button(link(say(language, "line.details"), page), style="link"))
    service = shown.get("service", "")
    alt = say(language, "line.status_alt", number=shown["number"], state=said_so, service=service)
    return flex(alt, [card(title, contents, buttons)], quick(language, "bookings", "desk", "language"))
