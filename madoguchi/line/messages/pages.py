"""The ways to `/book`: each carries a fresh link, because without LIFF those live for ten minutes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...texts import say
from .bookings import small
from .parts import button, card, flex, link, quick, text
from .values import Setting, when


def _typed_there(language: str, *, lasting: bool) -> str:
    """Names and phone numbers are typed on the page, never in the chat; and how long the link lives."""
    return say(language, "line.book_note_liff" if lasting else "line.book_note")


def booking_page(language: str, desk: Mapping[str, str], address: str, *, lasting: bool = False) -> Message:
    """The way to the booking page, good for ten minutes unless it is `lasting`."""
    name = localized(desk, language)
    note = _typed_there(language, lasting=lasting)
    contents = [text(name, weight="bold", size="lg"), text(note, size="sm")]
    buttons = [button(link(say(language, "line.book_button"), address), style="primary")]
    bubble = card(say(language, "line.book"), contents, buttons)
    return flex(
        say(language, "line.book_alt", desk=name), [bubble], quick(language, "bookings", "take", "desk")
    )


def moving_page(
    language: str,
    service: Mapping[str, str],
    starts_at: datetime,
    address: str,
    setting: Setting,
    *,
    lasting: bool = False,
) -> Message:
    """The way to another time for a booking, which keeps its own until a new one is chosen."""
    moment = when(language, setting, starts_at)
    contents = [
        text(moment, size="xl", weight="bold"),
        text(localized(service, language), weight="bold"),
        text(say(language, "line.move_note"), size="sm"),
        *([] if lasting else [small(say(language, "line.link_note"))]),
    ]
    buttons = [button(link(say(language, "line.move_button"), address), style="primary")]
    bubble = card(say(language, "line.move_page"), contents, buttons)
    alt = say(language, "line.move_alt", when=moment)
    return flex(alt, [bubble], quick(language, "bookings", "take"))


def offer_page(
    language: str,
    service: Mapping[str, str],
    starts_at: datetime,
    until: datetime,
    address: str,
    setting: Setting,
    *,
    lasting: bool = False,
) -> Message:
    """The way to the place that is held for somebody who waited for it."""
    shown = {"when": when(language, setting, starts_at), "until": when(language, setting, until)}
    contents = [
        text(shown["when"], size="xl", weight="bold"),
        text(localized(service, language), weight="bold"),
        text(say(language, "line.offer_until", until=shown["until"]), weight="bold"),
        text(_typed_there(language, lasting=lasting), size="sm"),
    ]
    buttons = [button(link(say(language, "line.book_button"), address), style="primary")]
    bubble = card(say(language, "line.offer_page"), contents, buttons)
    return flex(say(language, "line.offer_alt", **shown), [bubble], quick(language, "bookings", "take"))
