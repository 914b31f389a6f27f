"""予約の確認・変更: one's bookings and waiting lists, with what can be done with each now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linebot.v3.messaging import Message

from ...dates import day_text
from ...domain.languages import localized
from ...texts import say
from .bookings import (
    arrive_from,
    cancel_button,
    late_line,
    menu_button,
    small,
    telephone,
    until_line,
    visit_rows,
)
from .parts import SUCCESS, Json, button, card, flex, link, postback, quick, row, rule, text
from .tickets import named
from .values import Setting, when

MOST = 12
"""LINE shows so many bubbles side by side."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking and what can be done with it now; `arrives_from` when check-in opens later today.

    `code_link`: where its number is shown as a QR code for the terminal, on the day.
    """

    id: int
    facts: Mapping[str, Any]
    changeable: bool
    may_check_in: bool
    arrived: bool = False
    arrives_from: datetime | None = None
    code_link: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting list; with the three about an offered place while one is held."""

    service_id: int
    service: Mapping[str, str]
    desk: Mapping[str, str]
    day: date
    reservation_id: int | None = None
    starts_at: datetime | None = None
    until: datetime | None = None


def listed(language: str, bookings: Sequence[Booked], waits: Sequence[Waiting], setting: Setting) -> Message:
    """All of it side by side, what must be decided first. One of both must hold something."""
    offered = [one for one in waits if one.until is not None]
    waiting = [one for one in waits if one.until is None]
    bubbles = [
        *(_offered(language, one, setting) for one in offered),
        *(_booked(language, one, setting) for one in bookings),
        *(_waiting(language, one) for one in waiting),
    ]
    alt = _alt(language, bookings, waits, setting)
    return flex(alt, bubbles[:MOST], quick(language, "book", "take"))


def _alt(language: str, bookings: Sequence[Booked], waits: Sequence[Waiting], setting: Setting) -> str:
    if bookings:
        first = when(language, setting, bookings[0].facts["starts_at"])
        return say(language, "line.bookings_alt", count=len(bookings), when=first)
    first = day_text(language, waits[0].day)
    service = localized(waits[0].service, language)
    return say(language, "line.waits_alt", count=len(waits), day=first, service=service)


def _booked(language: str, booked: Booked, setting: Setting) -> Json:
    shown = named(language, booked.facts)
    contents = visit_rows(language, shown, setting)
    if booked.arrived:
        contents.append(text(say(language, "line.arrived"), size="sm", weight="bold"))
        return card(say(language, "line.bookings"), contents, [menu_button(language, "status")], tone=SUCCESS)
    if booked.arrives_from is not None:
        contents.append(arrive_from(language, setting, booked.arrives_from))
    buttons = []
    if booked.may_check_in:
        action = postback(say(language, "line.check_in"), {"a": "checkin", "r": booked.id})
        buttons.append(button(action, style="primary"))
    if booked.code_link:
        buttons.append(button(link(say(language, "line.code_qr"), booked.code_link)))
    if booked.changeable:
        contents += until_line(language, shown, setting)
        action = postback(say(language, "line.move"), {"a": "move", "r": booked.id})
        buttons.append(button(action, style="secondary" if buttons else "primary"))
        buttons.append(cancel_button(language, booked.id))
    else:
        contents.append(small(say(language, "line.too_late_call")))
        buttons += telephone(language, shown.get("desk_phone"))
    contents += late_line(language, shown, setting)
    return card(say(language, "line.bookings"), contents, buttons)


def _offered(language: str, one: Waiting, setting: Setting) -> Json:
    assert one.starts_at is not None
    assert one.until is not None
    contents = [
        text(when(language, setting, one.starts_at), size="xl", weight="bold"),
        text(localized(one.service, language), weight="bold"),
        rule(),
        row(say(language, "line.where"), localized(one.desk, language)),
        text(say(language, "line.offer_until", until=when(language, setting, one.until)), weight="bold"),
    ]
    take = postback(say(language, "line.offer_button"), {"a": "offer", "r": one.reservation_id})
    return card(
        say(language, "line.offered"),
        contents,
        [button(take, style="primary"), leave_button(language, one.service_id, one.day)],
        tone=SUCCESS,
    )


def _waiting(language: str, one: Waiting) -> Json:
    contents = [
        text(day_text(language, one.day), size="xl", weight="bold"),
        text(localized(one.service, language), weight="bold"),
        rule(),
        row(say(language, "line.where"), localized(one.desk, language)),
        small(say(language, "line.waiting_note")),
    ]
    buttons = [leave_button(language, one.service_id, one.day)]
    return card(say(language, "line.waiting_list"), contents, buttons)


def leave_button(language: str, service_id: int, day: date | str) -> Json:
    """Off the list of that day, after a question."""
    data = {"a": "unwait", "s": service_id, "d": str(day)}
    return button(postback(say(language, "line.unwait"), data))
