"""Messages about bookings: made, changed, cancelled, soon; and the list of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...texts import say
from .parts import KEY, QUIET, SUCCESS, Json, button, card, flex, link, postback, quick, row, rule, said, text
from .tickets import Facts, named
from .values import Setting, when


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as the list shows it, with what can be done with it now."""

    id: int
    facts: Mapping[str, Any]
    cancellable_until: datetime | None
    may_check_in: bool


def _rows(language: str, shown: Facts, setting: Setting) -> list[Json]:
    rows = [
        text(when(language, setting, shown["starts_at"]), size="xl", weight="bold"),
        text(str(shown.get("service", "")), weight="bold"),
        rule(),
        row(say(language, "line.code"), str(shown.get("code", ""))),
        row(say(language, "line.where"), f"{shown.get('desk', '')} {shown.get('place', '')}".strip()),
    ]
    if shown.get("items"):
        rows.append(text(f"{say(language, 'line.items')}: {shown['items']}", size="sm"))
    return rows


def _telephone(language: str, shown: Facts) -> list[Json]:
    number = "".join(sign for sign in str(shown.get("desk_phone") or "") if sign in "+0123456789-")
    if not number:
        return []
    return [button(link(f"{say(language, 'line.phone')} {number}", f"tel:{number}"), style="link")]


def news(kind: str, *, tone: str = KEY, note: str = "") -> Any:
    """A renderer for what became of a booking."""

    def render(language: str, facts: Facts, setting: Setting) -> Message:
        shown = {"code": "", "service": "", **named(language, facts)}
        contents = _rows(language, shown, setting)
        if note:
            contents.append(text(say(language, note), size="sm", color=QUIET))
        label = say(language, "line.menu.bookings")
        buttons = [button(said(label, label), style="primary"), *_telephone(language, shown)]
        told = {**shown, "when": when(language, setting, shown["starts_at"])}
        alt = say(language, f"line.{kind}_alt", **told)
        bubble = card(say(language, f"line.{kind}"), contents, buttons, tone=tone)
        return flex(alt, [bubble], quick(language, "bookings", "book"))

    return render


def listed(language: str, bookings: Sequence[Booked], setting: Setting) -> Message:
    """The citizen's bookings side by side, the next one first. `bookings` must not be empty."""
    bubbles = [_own(language, booked, setting) for booked in bookings[:12]]
    first = when(language, setting, bookings[0].facts["starts_at"])
    alt = say(language, "line.bookings_alt", count=len(bookings), when=first)
    return flex(alt, bubbles, quick(language, "book", "take"))


def _own(language: str, booked: Booked, setting: Setting) -> Json:
    contents = _rows(language, named(language, booked.facts), setting)
    buttons = []
    if booked.may_check_in:
        data = {"a": "checkin", "r": booked.id}
        buttons.append(button(postback(say(language, "line.check_in"), data), style="primary"))
    if booked.cancellable_until is not None:
        until = when(language, setting, booked.cancellable_until)
        contents.append(text(say(language, "line.until", until=until), size="sm", color=QUIET))
        contents.append(text(say(language, "line.change_note"), size="sm", color=QUIET))
        label = say(language, "line.yes_unbook")
        buttons.append(button(postback(label, {"a": "unbook", "r": booked.id})))
    return card(say(language, "line.bookings"), contents, buttons)


def booking_page(language: str, desk: Mapping[str, str], address: str, *, lasting: bool = False) -> Message:
    """The way to the booking page, good for ten minutes unless it is `lasting`.

    Names and phone numbers are typed there, never in the chat.
    """
    note = "line.book_note_liff" if lasting else "line.book_note"
    name = localized(desk, language)
    contents = [text(name, weight="bold", size="lg"), text(say(language, note), size="sm")]
    buttons = [button(link(say(language, "line.book_button"), address), style="primary")]
    bubble = card(say(language, "line.book"), contents, buttons)
    return flex(
        say(language, "line.book_alt", desk=name), [bubble], quick(language, "bookings", "take", "desk")
    )


BOOKING_KINDS: Final = {
    "booking_made": news("made", tone=SUCCESS, note="line.reminder_note"),
    "booking_changed": news("changed", tone=SUCCESS),
    "booking_cancelled": news("unbooked", tone=QUIET),
    "booking_reminder": news("reminder", note="line.reminder_note"),
}
