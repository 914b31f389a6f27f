"""Taking a number, asking for the turn, letting others pass, leaving the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from ...domain.errors import Refusal
from ...domain.tickets import TicketState
from ...services import claiming, desks, issuing, tickets
from ...services.issuing import IssuedTicket
from ...services.ticket_views import MOST_POSTPONED, TicketView
from ...texts import refusal_text
from ..messages import choices
from ..messages import later as later_messages
from ..messages.parts import plain
from ..messages.status import facts_of, leavable, postponable, standing
from .answer import Answer, Talk, shown
from .turned_away import no_number
from .welcome import ask_desk

_MOST_BY: Final = 99
_MOST_MINUTES: Final = 24 * 60


def take(talk: Talk) -> Answer:
    """順番待ちをする: pick a service where there are several, else take the number at once."""
    if talk.user.desk_id is None:
        return ask_desk(talk, "take")
    offered = [one for one in desks.services_of(talk.office, talk.user.desk_id) if one.walk_in]
    if not offered:
        return talk.text(talk.say("no_services"), "book", "desk")
    there = [one for one in offered if one.open and one.from_afar]
    if len(offered) == 1 or not there:
        # Of a closed desk any service says so, with the hours; so it does of one that gives none in LINE.
        return take_of(talk, offered[0].id)
    return shown(choices.services(talk.language, there))


def take_of(talk: Talk, service_id: int) -> Answer:
    """Take a number of one service. Somebody who waits for it already sees that number again."""
    try:
        issued = issuing.issue_in_line(
            talk.office,
            line_user_id=talk.user.id,
            service_id=service_id,
            event_id=talk.event.event_id,
        )
    except Refusal as refusal:
        if refusal.code != "already_waiting":
            return no_number(talk, refusal, service_id)
        held = status(talk)
        words = refusal_text(talk.language, refusal)
        return replace(held, messages=(plain(words), *held.messages))
    return talk.matters("ticket_taken", issued_facts(issued))


def issued_facts(issued: IssuedTicket) -> dict[str, Any]:
    """What messages show of a ticket just given; can be stored as JSON."""
    return {
        "number": issued.number,
        "service": dict(issued.service),
        "desk": dict(issued.desk),
        "ahead": issued.waiting_ahead,
        "wait": list(issued.wait),
        "token": issued.token,
        "ticket": issued.id,
        "near": issued.near,
    }


def claim(talk: Talk, code: str) -> Answer:
    """番号札登録: the paper ticket with this code is the sender's now."""
    claimed = claiming.claim(talk.office, talk.user.id, code)
    if claimed.already_yours:
        message = standing(talk.language, [claimed.ticket], talk.setting)
        return Answer((plain(talk.say("claimed_already")), message)).telling(claimed.ticket)
    if claimed.ticket.ahead is None:
        # Called or held meanwhile: what counts is its state now, and a push could only repeat it late.
        message = standing(talk.language, [claimed.ticket], talk.setting)
        return Answer((plain(talk.say("claimed")), message))
    return talk.matters("ticket_claimed", facts_of(claimed.ticket)).telling(claimed.ticket)


def status(talk: Talk) -> Answer:
    """今の順番."""
    found = tickets.tickets_of(talk.office, talk.user.id)
    if not found:
        return nothing_held(talk)
    return shown(standing(talk.language, found, talk.setting)).telling(*found)


def nothing_held(talk: Talk) -> Answer:
    """No number, hence no position."""
    return talk.text(talk.say("no_tickets"), "take", "book", "bookings", "desk")


Ask = Callable[[Talk, TicketView], Answer]


def later(talk: Talk) -> Answer:
    """あとにまわす, said in words."""
    return _which(talk, postponable(_held(talk)), "later", ask_later)


def stop(talk: Talk) -> Answer:
    """順番待ちをやめる, said in words."""
    return _which(talk, leavable(_held(talk)), "stop", ask_stop)


def waits_in_line(talk: Talk) -> bool:
    """Whether the citizen holds a number."""
    return bool(_held(talk))


def _held(talk: Talk) -> list[TicketView]:
    return tickets.tickets_of(talk.office, talk.user.id)


def _which(talk: Talk, found: Sequence[TicketView], action: str, ask: Ask) -> Answer:
    if not found:
        return status(talk)
    if len(found) == 1:
        return ask(talk, found[0])
    return shown(choices.tickets(talk.language, found, action))


def asked(talk: Talk, ticket_id: int, ask: Ask) -> Answer:
    """A button of one ticket was tapped: ask before doing it. An old button shows how things stand."""
    found = {ticket.id: ticket for ticket in leavable(_held(talk))}
    return ask(talk, found[ticket_id]) if ticket_id in found else status(talk)


def ask_later(talk: Talk, ticket: TicketView) -> Answer:
    """By how much? The version ties the answer to the place it was asked about."""
    if ticket.state is TicketState.WAITING and not ticket.may_postpone:
        raise Refusal("postponed_enough", most=MOST_POSTPONED)
    return shown(later_messages.question(talk.language, ticket, talk.setting, talk.office.clock.now()))


def ask_stop(talk: Talk, ticket: TicketView) -> Answer:
    """Really leave?"""
    words = talk.say("ask_stop", number=ticket.number, service=ticket.service)
    data = {"a": "stop_yes", "t": ticket.id}
    return shown(choices.confirm(talk.language, words, talk.say("yes_stop"), data))


def later_by(talk: Talk, ticket_id: int, version: int, count: int) -> Answer:
    """Let so many pass, once: a second tap, or a redelivery, finds the version gone and shows the place."""
    return _postpone(talk, ticket_id, version, by=max(1, min(count, _MOST_BY)))


def later_in(talk: Talk, ticket_id: int, version: int, minutes: int) -> Answer:
    """Not before so many minutes from now."""
    until = talk.office.clock.now() + timedelta(minutes=max(1, min(minutes, _MOST_MINUTES)))
    return _postpone(talk, ticket_id, version, until=until)


def later_at(talk: Talk, ticket_id: int, version: int) -> Answer:
    """Not before the time of today that was picked."""
    picked = str(talk.event.body.get("time", ""))
    if not picked:
        return status(talk)
    at = datetime.combine(talk.office.today(), time.fromisoformat(picked), talk.office.settings.zone)
    return _postpone(talk, ticket_id, version, until=at.astimezone(UTC))


def _postpone(
    talk: Talk, ticket_id: int, version: int, by: int | None = None, until: datetime | None = None
) -> Answer:
    held = _unchanged(talk, ticket_id, version)
    if held is None:
        return status(talk)
    moved = tickets.postpone_own(talk.office, talk.user.id, ticket_id, by, until)
    facts = facts_of(moved.ticket) | {"asked": by or 0, "passed": moved.passed}
    return talk.matters("ticket_postponed", facts)


def undo_later(talk: Talk, ticket_id: int, version: int) -> Answer:
    """もとの順番にもどす. Tapped again, or when things are different by now: how they stand."""
    held = _unchanged(talk, ticket_id, version)
    if held is None or held.state is not TicketState.WAITING:
        return status(talk)
    back = tickets.undo_postponing(talk.office, talk.user.id, ticket_id)
    return talk.matters("ticket_place_back", facts_of(back))


def back_in_line(talk: Talk, ticket_id: int) -> Answer:
    """列に戻る, for one who was absent. Tapped again, or when called meanwhile: how things stand."""
    held = {ticket.id: ticket for ticket in _held(talk)}.get(ticket_id)
    if held is None or held.state is not TicketState.MISSED:
        return status(talk)
    back = tickets.return_own(talk.office, talk.user.id, ticket_id)
    return talk.matters("ticket_returned", facts_of(back))


def _unchanged(talk: Talk, ticket_id: int, version: int) -> TicketView | None:
    held = {ticket.id: ticket for ticket in _held(talk)}.get(ticket_id)
    return held if held is not None and held.version == version else None


def stop_yes(talk: Talk, ticket_id: int) -> Answer:
    """Leave the queue."""
    left = tickets.cancel_own(talk.office, talk.user.id, ticket_id)
    facts = {
        "number": left.number,
        "service": dict(left.service),
        "desk": dict(left.desk),
        "own": True,
    }
    return talk.matters("ticket_cancelled", facts)


def kept(talk: Talk) -> Answer:
    """The question was answered with no."""
    return talk.text(talk.say("kept"), "status", "take", "bookings")
