"""News about bookings: made, changed, cancelled, soon."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from linebot.v3.messaging import Message

from ...domain.arrival import LatePolicy
from ...domain.booking import CancelReason
from ...domain.phones import national
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
from .tickets import Facts, named
from .values import Setting, clock, when


def visit_rows(language: str, shown: Facts, setting: Setting) -> list[Json]:
    """When, what for, the number to quote, where, what to bring."""
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


def small(words: str) -> Json:
    """A remark."""
    return text(words, size="sm", color=QUIET)


def until_line(language: str, shown: Facts, setting: Setting) -> list[Json]:
    """Until when it can be changed, where the facts tell."""
    if not shown.get("changeable_until"):
        return []
    until = when(language, setting, shown["changeable_until"])
    return [small(say(language, "line.until", until=until))]


def late_line(language: str, shown: Facts, setting: Setting) -> list[Json]:
    """What being late costs, in one sentence, where the facts tell."""
    if shown.get("late_policy") not in set(LatePolicy) or not shown.get("late_from"):
        return []
    time = clock(setting, shown["late_from"])
    return [small(say(language, f"line.late_{shown['late_policy']}", time=time))]


def telephone(language: str, phone: object) -> list[Json]:
    """A button that calls the office, where it has a number."""
    number = "".join(sign for sign in str(phone or "") if sign in "+0123456789-")
    if not number:
        return []
    read = national(number) if number.startswith("+") else number
    return [button(link(f"{say(language, 'line.phone')} {read}", f"tel:{number}"), style="link")]


def menu_button(language: str, command: str, *, style: str = "primary") -> Json:
    """A button that says a menu label."""
    label = say(language, f"line.menu.{command}")
    return button(said(label, label), style=style)


def cancel_button(language: str, reservation_id: object) -> Json:
    """キャンセル: whether it is still possible is looked at when it is tapped."""
    label = say(language, "line.cancel")
    return button(postback(label, {"a": "unbook", "r": reservation_id}))


def _filled(language: str, facts: Facts, setting: Setting) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts in the reader's language, and the same with times as sentences show them."""
    shown = {"code": "", "service": "", "desk": "", "place": "", **named(language, facts)}
    place = " ".join(str(shown[key]) for key in ("desk", "place") if shown[key])
    told = {
        **shown,
        "place": place,
        "when": when(language, setting, shown["starts_at"]),
        "time": clock(setting, shown["starts_at"]),
    }
    return shown, told


def made(language: str, facts: Facts, setting: Setting) -> Message:
    """The booking stands."""
    shown, told = _filled(language, facts, setting)
    contents = [
        *visit_rows(language, shown, setting),
        *until_line(language, shown, setting),
        *late_line(language, shown, setting),
        small(say(language, "line.reminder_note")),
    ]
    buttons = [menu_button(language, "bookings"), *telephone(language, shown.get("desk_phone"))]
    bubble = card(say(language, "line.made"), contents, buttons, tone=SUCCESS)
    return flex(say(language, "line.made_alt", **told), [bubble], quick(language, "book", "take"))


def changed(language: str, facts: Facts, setting: Setting) -> Message:
    """It has another time now; when the office did it, that is said and how to change it again."""
    shown, told = _filled(language, facts, setting)
    key = "line.changed_by_office" if shown.get("by_office") else "line.changed"
    contents = visit_rows(language, shown, setting)
    if shown.get("former"):
        former = told["former"] = when(language, setting, shown["former"])
        contents.insert(3, row(say(language, "line.former"), former))
    elif shown.get("by_office"):
        told["former"] = "－"
    contents += [*until_line(language, shown, setting), *late_line(language, shown, setting)]
    if shown.get("by_office"):
        contents.append(small(say(language, "line.changed_by_office_note")))
    buttons = [menu_button(language, "bookings"), *telephone(language, shown.get("desk_phone"))]
    tone = KEY if shown.get("by_office") else SUCCESS
    bubble = card(say(language, key), contents, buttons, tone=tone)
    return flex(say(language, f"{key}_alt", **told), [bubble], quick(language, "book", "take"))


def cancelled(language: str, facts: Facts, setting: Setting) -> Message:
    """It is given up; when the office did it, why, and how to book again."""
    shown, told = _filled(language, facts, setting)
    contents = [
        text(told["when"], size="xl", weight="bold"),
        text(str(shown["service"]), weight="bold"),
        rule(),
    ]
    key, tone = "line.unbooked", QUIET
    if shown.get("reason"):
        key, tone = "line.cancelled_by_office", ERROR
        told["reason"] = _reason(language, shown["reason"])
        contents += [small(say(language, "line.why")), text(told["reason"], weight="bold")]
    contents.append(small(say(language, "line.book_again")))
    buttons = [menu_button(language, "book"), *telephone(language, shown.get("desk_phone"))]
    bubble = card(say(language, key), contents, buttons, tone=tone)
    return flex(say(language, f"{key}_alt", **told), [bubble], quick(language, "bookings", "take"))


def _reason(language: str, reason: object) -> str:
    code = reason if reason in set(CancelReason) else CancelReason.OTHER.value
    return say(language, f"line.why_{code}")


def reminder(language: str, facts: Facts, setting: Setting) -> Message:
    """The visit is near, or today."""
    shown, told = _filled(language, facts, setting)
    today = bool(shown.get("today"))
    key = "line.reminder_today" if today else "line.reminder"
    contents = [
        *visit_rows(language, shown, setting),
        *(_arrival(language, shown, setting) if today else until_line(language, shown, setting)),
        *late_line(language, shown, setting),
    ]
    bubble = card(say(language, key), contents, _reminder_buttons(language, shown, today=today))
    return flex(say(language, f"{key}_alt", **told), [bubble], quick(language, "bookings", "book"))


def _arrival(language: str, shown: Facts, setting: Setting) -> list[Json]:
    lines = [small(say(language, "line.reminder_today_note"))]
    if shown.get("check_in_from"):
        lines.insert(0, arrive_from(language, setting, shown["check_in_from"]))
    return lines


def arrive_from(language: str, setting: Setting, moment: datetime | str) -> Json:
    """From when one can check in."""
    return text(say(language, "line.arrive_from", time=clock(setting, moment)), size="sm", weight="bold")


def _reminder_buttons(language: str, shown: Facts, *, today: bool) -> list[Json]:
    booking = shown.get("id")
    if booking is None:
        return [menu_button(language, "bookings")]
    first = ("line.check_in", "checkin") if today else ("line.rebook", "move")
    action = postback(say(language, first[0]), {"a": first[1], "r": booking})
    return [button(action, style="primary"), cancel_button(language, booking)]


def too_late(language: str, facts: Facts, setting: Setting) -> Message:
    """Asked to change or cancel after the deadline: until when it was possible, and whom to call."""
    shown, told = _filled(language, facts, setting)
    told["until"] = when(language, setting, shown["changeable_until"])
    words = say(language, "line.too_late_note", **told)
    contents = [text(words), *late_line(language, shown, setting)]
    bubble = card(
        say(language, "line.too_late"), contents, telephone(language, shown.get("desk_phone")), tone=QUIET
    )
    return flex(words, [bubble], quick(language, "bookings", "take"))


BOOKING_KINDS: Final = {
    "booking_made": made,
    "booking_changed": changed,
    "booking_cancelled": cancelled,
    "booking_reminder": reminder,
}
