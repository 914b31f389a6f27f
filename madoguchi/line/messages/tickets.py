"""Messages about a ticket: taken, its position, near, called and what else becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...texts import say
from .parts import (
    ERROR,
    KEY,
    QUIET,
    SUCCESS,
    Json,
    button,
    card,
    flex,
    link,
    postback,
    quick,
    row,
    rule,
    said,
    text,
)
from .values import Setting, wait

Facts = Mapping[str, Any]
_QUEUEING: Final = ("status", "later", "stop")
_LEAVING: Final = ("later", "stop", "language")
"""Beside a card that has no such buttons, because it does not know the ticket's id."""
_BESIDES: Final = ("bookings", "desk", "language")
"""Beside a card whose own buttons are all that can be done with the number."""
_ANEW: Final = ("take", "book", "desk")


def named(language: str, facts: Facts) -> dict[str, Any]:
    """The facts with every name in the reader's language."""
    return {
        key: localized(value, language) if isinstance(value, Mapping) else value
        for key, value in facts.items()
    }


def number_block(language: str, number: object) -> list[Json]:
    """The number, as large as LINE shows it."""
    return [
        text(say(language, "line.number"), size="sm", color=QUIET, align="center"),
        text(str(number), size="5xl", weight="bold", align="center", wrap=False, adjustMode="shrink-to-fit"),
    ]


def waiting_rows(language: str, facts: Facts) -> list[Json]:
    """How many are before, and for how long, where the facts tell."""
    rows = []
    if facts.get("ahead") is not None:
        people = say(language, "line.people", count=facts["ahead"])
        rows.append(row(say(language, "line.ahead"), people))
    if facts.get("wait"):
        rows.append(row(say(language, "line.wait"), wait(language, facts["wait"])))
    return rows


def names_block(shown: Facts) -> list[Json]:
    """Service and desk, small."""
    found = [str(shown[key]) for key in ("service", "desk") if shown.get(key)]
    return [text(" / ".join(found), size="sm", color=QUIET, align="center")] if found else []


def held(language: str, facts: Facts, setting: Setting, title: str, note: str, alt: str) -> Message:
    """A number that waits: with position, range, and the three things one can do with it."""
    shown = named(language, facts)
    contents = [
        *names_block(shown),
        *number_block(language, shown["number"]),
        rule(),
        *waiting_rows(language, shown),
    ]
    if note:
        contents.append(text(note, size="sm", color=QUIET))
    bubble = card(title, contents, own_buttons(language, shown, setting))
    return flex(alt, [bubble], quick(language, *(_BESIDES if shown.get("ticket") else _LEAVING)))


def own_buttons(language: str, shown: Facts, setting: Setting) -> list[Json]:
    """今の順番, and あとにまわす and やめる where the ticket's id is known."""
    label = say(language, "line.menu.status")
    buttons = [button(said(label, label), style="primary")]
    if shown.get("ticket"):
        undo = undo_button(language, shown)
        buttons += undo
        for command in ("stop",) if undo else ("later", "stop"):
            data = {"a": command, "t": shown["ticket"]}
            buttons.append(button(postback(say(language, f"line.menu.{command}"), data)))
    elif shown.get("token"):
        page = setting.ticket_page(shown["token"])
        buttons.append(button(link(say(language, "line.details"), page)))
    return buttons


def undo_button(language: str, shown: Mapping[str, Any]) -> list[Json]:
    """もとの順番にもどす, where that is still possible."""
    if not shown.get("undo"):
        return []
    data = {"a": "undo_later", "t": shown["ticket"], "v": shown["version"]}
    return [button(postback(say(language, "line.undo_later"), data))]


def return_button(language: str, shown: Facts) -> list[Json]:
    """列に戻る, where the ticket's id is known; whether it is still possible the tap decides."""
    if not shown.get("ticket"):
        return []
    data = {"a": "return", "t": shown["ticket"]}
    return [button(postback(say(language, "line.return"), data), style="primary")]


def waits(kind: str) -> Any:
    """A renderer for a number that waits now, titled by `kind`."""

    def render(language: str, facts: Facts, setting: Setting) -> Message:
        shown = named(language, facts)
        known = {"ahead": 0, "service": "", "desk": "", **shown}
        # Who is near already is not told so again: what was just taken must say it itself.
        near = bool(shown.get("near"))
        alt_key = f"line.{kind}_alt" if kind in _OWN_ALT else "line.taken_alt"
        note_key = f"line.{kind}_note" if kind in _OWN_NOTE else "line.taken_note"
        note = say(language, "line.near_note" if near else note_key)
        if near and kind not in _SAYS_AHEAD:
            alt_key = "line.near_alt"
        if shown.get("wait"):
            known["minutes"] = wait(language, shown["wait"])
        alt = say(language, alt_key, **{"minutes": "", **known})
        return held(language, facts, setting, say(language, f"line.{kind}"), note, alt)

    return render


_OWN_ALT: Final = frozenset({"taken", "near", "soon", "returned", "place_back"})
_SAYS_AHEAD: Final = frozenset({"returned", "place_back"})
"""What was asked for comes first in the notification line; how many are before stands beside it."""
_OWN_NOTE: Final = frozenset({"taken", "near", "soon"})


def handed_over(language: str, facts: Facts, setting: Setting) -> Message:
    """Another service comes next: where to go, and how many are before there."""
    shown = {"desk": "", "place": "", "service": "", "ahead": 0, **named(language, facts)}
    kind = "moved" if shown.get("moved") else "handed_over"
    note = say(language, "line.near_note" if shown.get("near") else f"line.{kind}_note")
    places = [str(part) for part in (shown["desk"], shown["place"]) if part]
    contents = [
        text(str(shown["service"]), weight="bold", align="center"),
        *number_block(language, shown["number"]),
        rule(),
        *([row(say(language, "line.go_to"), " ".join(places))] if places else []),
        *waiting_rows(language, shown),
        text(note, size="sm", color=QUIET),
    ]
    bubble = card(say(language, f"line.{kind}"), contents, own_buttons(language, shown, setting))
    alt = say(language, f"line.{kind}_alt", **{**shown, "where": " ".join(places)})
    return flex(alt, [bubble], quick(language, *(_BESIDES if shown.get("ticket") else _LEAVING)))


def called(language: str, facts: Facts, setting: Setting) -> Message:
    """Come to the counter now: number and counter, nothing to search for."""
    shown = {"desk": "", "place": "", "calls": 1, "counter": "", **named(language, facts)}
    moved = bool(shown.get("before"))
    again = int(shown["calls"] or 1) > 1
    title = say(
        language, "line.counter_changed" if moved else "line.called_again" if again else "line.called"
    )
    counter = say(language, "line.counter_number", counter=shown["counter"])
    where = " / ".join(str(shown[key]) for key in ("desk", "place") if shown[key])
    contents = [
        *number_block(language, shown["number"]),
        rule(),
        text(say(language, "line.counter"), size="sm", color=QUIET, align="center"),
        *([text(_counter_before(language, shown), size="sm", align="center")] if moved else []),
        text(counter, size="xxl", weight="bold", align="center", color=KEY),
        text(say(language, "line.called_note", counter=shown["counter"]), weight="bold", align="center"),
        text(where, size="sm", align="center"),
    ]
    buttons = []
    if shown.get("token"):
        page = setting.ticket_page(shown["token"])
        buttons = [button(link(say(language, "line.details"), page))]
    bubble = card(title, contents, buttons, tone=SUCCESS)
    alt = say(language, "line.counter_changed_alt" if moved else "line.called_alt", **shown)
    return flex(alt, [bubble], quick(language, "status"))


def _counter_before(language: str, shown: Facts) -> str:
    before, now = (say(language, "line.counter_number", counter=shown[key]) for key in ("before", "counter"))
    return f"{before} → {now}"


def tells(kind: str, *, tone: str = QUIET, then: Sequence[str] = _ANEW) -> Any:
    """A renderer for news about a number that has no buttons of its own: call undone, no more numbers."""

    def render(language: str, facts: Facts, setting: Setting) -> Message:
        return _told(language, named(language, facts), setting, kind, tone=tone, then=then)

    return render


def _told(
    language: str,
    facts: Facts,
    setting: Setting,
    kind: str,
    *,
    note: str = "",
    buttons: Sequence[Json] = (),
    tone: str = QUIET,
    then: Sequence[str] = _ANEW,
) -> Message:
    shown = {"desk": "", "service": "", **facts}
    contents = [
        *names_block(shown),
        *number_block(language, shown["number"]),
        rule(),
        text(say(language, f"line.{note or kind}_note")),
    ]
    all_buttons = list(buttons)
    if shown.get("token"):
        page = setting.ticket_page(shown["token"])
        all_buttons.append(button(link(say(language, "line.details"), page)))
    bubble = card(say(language, f"line.{kind}"), contents, all_buttons, tone=tone)
    return flex(say(language, f"line.{note or kind}_alt", **shown), [bubble], quick(language, *then))


def missed(language: str, facts: Facts, setting: Setting) -> Message:
    """Called and not there: whoever still may goes back into the queue with one tap."""
    shown = named(language, facts)
    buttons = return_button(language, shown) if shown.get("may_return", True) else []
    return _told(
        language,
        shown,
        setting,
        "missed",
        note="missed" if buttons else "missed_staff",
        buttons=buttons,
        tone=ERROR,
        then=("status", "take", "desk"),
    )


def cancelled(language: str, facts: Facts, setting: Setting) -> Message:
    """The wait is over: given up by its holder, or ended by the office."""
    kind = "left" if facts.get("own") else "cancelled"
    return _told(language, named(language, facts), setting, kind)


TICKET_KINDS: Final = {
    "ticket_taken": waits("taken"),
    "ticket_claimed": waits("claimed"),
    "ticket_checked_in": waits("checked_in"),
    "ticket_place_back": waits("place_back"),
    "ticket_near": waits("near"),
    "ticket_soon": waits("soon"),
    "ticket_handed_over": handed_over,
    "ticket_returned": waits("returned"),
    "ticket_called": called,
    "ticket_missed": missed,
    "ticket_cancelled": cancelled,
    "ticket_call_undone": tells("undone", then=_QUEUEING),
}
