"""今の順番: every number that a citizen holds, as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...domain.tickets import TicketState
from ...services.tickets import TicketView
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
    text,
)
from .tickets import names_block, number_block, return_button, undo_button, waiting_rows
from .values import Setting, clock, wait

_TONES = {TicketState.CALLED: SUCCESS, TicketState.SERVING: SUCCESS, TicketState.MISSED: ERROR}
_LEAVABLE = (TicketState.WAITING, TicketState.ON_HOLD)


def facts_of(ticket: TicketView) -> dict[str, Any]:
    """What messages show of a ticket; can be stored as JSON."""
    return {
        "number": ticket.number,
        "service": dict(ticket.service),
        "desk": dict(ticket.desk),
        "place": dict(ticket.place),
        "ahead": ticket.ahead,
        "wait": list(ticket.wait) if ticket.wait else None,
        "token": ticket.token,
        "ticket": ticket.id,
        "version": ticket.version,
        "near": ticket.near,
        "undo": ticket.may_undo_postponing,
        "until": ticket.not_before.isoformat() if ticket.not_before else None,
    }


def standing(language: str, tickets: Sequence[TicketView], setting: Setting) -> Message:
    """One bubble per ticket; the notification line tells of the first. `tickets` must not be empty."""
    alt = _alt(language, tickets[0], setting)
    bubbles = [_bubble(language, ticket, setting) for ticket in tickets[:12]]
    waiting = any(ticket.state is TicketState.WAITING for ticket in tickets)
    then = ("status", "desk", "language") if waiting else ("status", "take", "desk")
    return flex(alt, bubbles, quick(language, *then))


def _alt(language: str, ticket: TicketView, setting: Setting) -> str:
    service = localized(ticket.service, language)
    if ticket.state is TicketState.CALLED and ticket.counter:
        desk = localized(ticket.desk, language)
        return say(language, "line.called_alt", number=ticket.number, counter=ticket.counter, desk=desk)
    if ticket.not_before is not None:
        until = say(language, "line.not_before", until=clock(setting, ticket.not_before))
        return say(language, "line.status_alt", number=ticket.number, state=until, service=service)
    if ticket.ahead is not None and ticket.wait:
        shown = {"number": ticket.number, "ahead": ticket.ahead, "service": service}
        return say(language, "line.status_waiting_alt", wait=wait(language, ticket.wait), **shown)
    state = say(language, f"line.state_{ticket.state.value}")
    return say(language, "line.status_alt", number=ticket.number, state=state, service=service)


def _bubble(language: str, ticket: TicketView, setting: Setting) -> Json:
    shown: Mapping[str, Any] = {
        "service": localized(ticket.service, language),
        "desk": localized(ticket.desk, language),
        "ahead": ticket.ahead,
        "wait": ticket.wait,
    }
    contents = [*names_block(shown), *number_block(language, ticket.number), rule()]
    if ticket.counter and ticket.state in (TicketState.CALLED, TicketState.SERVING):
        counter = say(language, "line.counter_number", counter=ticket.counter)
        contents.append(text(counter, size="xxl", weight="bold", align="center", color=KEY))
    contents += waiting_rows(language, shown)
    if ticket.not_before is not None:
        until = clock(setting, ticket.not_before)
        contents.append(text(say(language, "line.not_before", until=until), weight="bold", align="center"))
        contents.append(text(say(language, "line.not_before_note", until=until), size="sm", color=QUIET))
    place = localized(ticket.place, language)
    if place:
        contents.append(row(say(language, "line.where"), place))
    title = say(language, f"line.state_{ticket.state.value}")
    tone = _TONES.get(ticket.state, KEY if ticket.state is TicketState.WAITING else QUIET)
    return card(title, contents, _buttons(language, ticket, setting), tone=tone)


def _buttons(language: str, ticket: TicketView, setting: Setting) -> list[Json]:
    own = {"ticket": ticket.id, "version": ticket.version, "undo": ticket.may_undo_postponing}
    buttons = [*undo_button(language, own), *(return_button(language, own) if ticket.may_return else ())]
    commands = [
        *(("later",) if ticket.may_postpone else ()),
        *(("stop",) if ticket.state in _LEAVABLE else ()),
    ]
    for command in commands:
        data = {"a": command, "t": ticket.id}
        buttons.append(button(postback(say(language, f"line.menu.{command}"), data)))
    page = setting.ticket_page(ticket.token)
    buttons.append(button(link(say(language, "line.details"), page), style="link"))
    return buttons


def leavable(tickets: Sequence[TicketView]) -> list[TicketView]:
    """The tickets that their holder may still give up."""
    return [ticket for ticket in tickets if ticket.state in _LEAVABLE]


def postponable(tickets: Sequence[TicketView]) -> list[TicketView]:
    """The tickets that their holder may let others pass."""
    return [ticket for ticket in tickets if ticket.state is TicketState.WAITING]
