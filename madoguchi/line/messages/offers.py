"""キャンセル待ち: a place is free, its offer has lapsed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from linebot.v3.messaging import Message

from ...dates import day_text
from ...domain.languages import localized
from ...texts import say
from .bookings import small
from .own_visits import leave_button
from .parts import QUIET, SUCCESS, button, card, flex, postback, quick, row, rule, text
from .tickets import Facts, named
from .values import Setting, when


def offered(language: str, facts: Facts, setting: Setting) -> Message:
    """A place is free and held for a set time. The button works however long the message lies around."""
    shown = {"service": "", "desk": "", "place": "", **named(language, facts)}
    told = {
        **shown,
        "when": when(language, setting, shown["starts_at"]),
        "until": when(language, setting, shown["until"]),
    }
    contents = [
        text(told["when"], size="xl", weight="bold"),
        text(str(shown["service"]), weight="bold"),
        rule(),
        row(say(language, "line.where"), f"{shown['desk']} {shown['place']}".strip()),
        text(say(language, "line.offer_until", until=told["until"]), weight="bold"),
        small(say(language, "line.offer_note")),
    ]
    take = postback(say(language, "line.offer_button"), {"a": "offer", "r": shown["id"]})
    buttons = [
        button(take, style="primary"),
        leave_button(language, shown["service_id"], shown["day"]),
    ]
    bubble = card(say(language, "line.offered"), contents, buttons, tone=SUCCESS)
    return flex(say(language, "line.offered_alt", **told), [bubble], quick(language, "bookings", "book"))


def lapsed(
    language: str,
    service: Mapping[str, str],
    starts_at: datetime,
    again: Mapping[str, object],
    setting: Setting,
) -> Message:
    """The time of the offer is over: sorry, and on the list again if wanted; `again` is its button."""
    shown = {"when": when(language, setting, starts_at), "service": localized(service, language)}
    words = say(language, "line.offer_lapsed", **shown)
    label = say(
        language, "line.wait_again", day=day_text(language, starts_at.astimezone(setting.zone).date())
    )
    buttons = [button(postback(label, again), style="primary")]
    bubble = card(say(language, "line.offer_over"), [text(words)], buttons, tone=QUIET)
    return flex(words, [bubble], quick(language, "book", "bookings"))


OFFER_KINDS: Final = {"place_offered": offered}
