"""What a citizen may do with the own ticket: leave, let others pass, take that back, come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..domain.errors import Refusal
from ..domain.tickets import Action, TicketState
from ..store import tickets as rows
from ..store.outbox import ANSWERED, CALL
from ..store.tables import Desk, Ticket
from . import one_number, outbox, positions, stages
from .coming_back import coming_back
from .office import Office, Unit
from .steps import Step, locked, put_back, take_step, tried_again
from .ticket_views import (
    MOST_POSTPONED,
    TicketView,
    closing_moment,
    postponing_to_undo,
    ticket_by_token,
    tickets_of,
    view,
)

__all__ = [
    "Postponed",
    "TicketView",
    "Told",
    "cancel_own",
    "postpone_own",
    "return_own",
    "ticket_by_token",
    "tickets_of",
    "told",
    "undo_postponing",
    "view",
    "void_at_terminal",
]


@dataclass(frozen=True, slots=True)
class Postponed:
    """The ticket at its new place."""

    ticket: TicketView
    passed: int
    """How many went before; 0 when a time was asked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer has just told the holder of a ticket, as it stood at that version."""

    ticket_id: int
    version: int
    near: bool
    soon: bool
    called: bool


@tried_again
def cancel_own(office: Office, line_user_id: int, ticket_id: int) -> TicketView:
    """Leave the queue. Doing it twice is fine. Raises `Refusal`: unknown_ticket, not_possible_now."""
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state != TicketState.CANCELLED.value:
            _leave(office, unit, desk, ticket)
        return _seen(office, unit, ticket)


@tried_again
def postpone_own(
    office: Office,
    line_user_id: int,
    ticket_id: int,
    by: int | None = None,
    until: datetime | None = None,
) -> Postponed:
    """Let the next `by` people pass, or all when fewer wait; or be called no earlier than `until`.

    After `until` the place is the old one. Exactly one of the two is given.
    Raises `Refusal`: unknown_ticket, not_possible_now, postponed_enough(most), nobody_behind,
    postpone_past, postpone_too_late(until).
    """
    if (by is None) == (until is None) or (by is not None and by < 1):
        raise ValueError("either by how many people, or until when")
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state != TicketState.WAITING.value:
            raise Refusal("not_possible_now", state=ticket.state, action="postpone")
        if ticket.postponed >= MOST_POSTPONED:
            raise Refusal("postponed_enough", most=MOST_POSTPONED)
        passed = 0
        place: dict[str, object] = {"not_before": until}
        if until is not None:
            _refuse_time(unit, desk, until)
        else:
            placed = positions.behind(unit, ticket, by)
            passed, place = placed.passed, positions.place_columns(ticket, placed.entry)
            if not passed:
                raise Refusal("nobody_behind")
        _postpone(unit, ticket, place)
        return Postponed(_settled(office, unit, desk, ticket), passed)


@tried_again
def undo_postponing(office: Office, line_user_id: int, ticket_id: int) -> TicketView:
    """Back to the place before the last postponing, as if it had never been. Doing it twice is fine.

    Possible until the number is called, and for ten minutes.
    Raises `Refusal`: unknown_ticket, not_possible_now, undo_postponing_late.
    """
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state != TicketState.WAITING.value:
            raise Refusal("not_possible_now", state=ticket.state, action="undo")
        if ticket.place_before is None:
            return _seen(office, unit, ticket)
        change = postponing_to_undo(unit, ticket)
        if change is None:
            raise Refusal("undo_postponing_late")
        put_back(ticket, {name: change.before[name] for name in _PLACE})
        change.undone = True
        return _settled(office, unit, desk, ticket)


@tried_again
def return_own(office: Office, line_user_id: int, ticket_id: int) -> TicketView:
    """An absent one goes back into the queue alone: once, in time, to the place that the desk's rule gives.

    Doing it twice is fine. Raises `Refusal`: unknown_ticket, not_possible_now, desk_closed_today,
    returned_enough, return_too_late(minutes), already_waiting(number).
    """
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state == TicketState.WAITING.value and ticket.returned:
            return _seen(office, unit, ticket)
        if ticket.state != TicketState.MISSED.value:
            raise Refusal("not_possible_now", state=ticket.state, action="return")
        _refuse_return(unit, desk, ticket)
        step = Step(Action.RESUME)
        kept = positions.place_columns(ticket) | {"not_before": None}
        take_step(
            unit,
            ticket,
            step,
            counter_id=None,
            called_at=None,
            near_told=False,
            soon_told=False,
            returned=ticket.returned + 1,
            place_before=None,
            **kept,
        )
        positions.return_place(unit, desk, ticket)
        return _settled(office, unit, desk, ticket)


@tried_again
def told(office: Office, line_user_id: int, answered: Sequence[Told]) -> None:
    """An answer that has arrived told these things: they are not pushed as well.

    Of a ticket to which something happened meanwhile, everything is pushed.
    """
    for one in answered:
        with office.change() as unit:
            _, ticket = locked(unit, one.ticket_id)
            if ticket.line_user_id != line_user_id or ticket.version != one.version:
                continue
            if one.called:
                outbox.need_not_be_told(unit, one.ticket_id, [CALL], ANSWERED)
            if one.near or one.soon:
                ticket.near_told = ticket.near_told or one.near
                ticket.soon_told = ticket.soon_told or one.soon
                stages.over(unit, one.ticket_id, ANSWERED)


@tried_again
def void_at_terminal(office: Office, terminal_id: int, ticket_id: int) -> None:
    """Cancel a ticket whose paper never came out. Raises `Refusal`: unknown_ticket, not_possible_now."""
    with office.change() as unit:
        desk, ticket = locked(unit, ticket_id)
        if ticket.terminal_id != terminal_id:
            raise Refusal("unknown_ticket")
        if ticket.state != TicketState.CANCELLED.value:
            _leave(office, unit, desk, ticket)


def _own(unit: Unit, line_user_id: int, ticket_id: int) -> tuple[Desk, Ticket]:
    desk, ticket = locked(unit, ticket_id)
    if ticket.line_user_id != line_user_id or ticket.service_day != unit.today:
        raise Refusal("unknown_ticket")
    return desk, ticket


def _seen(office: Office, unit: Unit, ticket: Ticket) -> TicketView:
    return view(office, unit, rows.by_id(unit.session, ticket.id or 0))


def _leave(office: Office, unit: Unit, desk: Desk, ticket: Ticket) -> None:
    take_step(unit, ticket, Step(Action.CANCEL))
    positions.tell_near(office, unit, desk)
    unit.desk_changed(ticket.desk_id)


_PLACE = (
    *("queued_at", "priority", "priority_reason", "placed_as", "not_before"),
    *("postponed", "place_before"),
)


def _postpone(unit: Unit, ticket: Ticket, place: dict[str, Any]) -> None:
    kept = positions.place_columns(ticket)
    counted = {"postponed": ticket.postponed + 1, "place_before": ticket.queued_at}
    told_anew = {"near_told": False, "soon_told": False}
    take_step(unit, ticket, Step(Action.POSTPONE), **{**kept, **place, **counted, **told_anew})


def _refuse_time(unit: Unit, desk: Desk, until: datetime) -> None:
    if until <= unit.now:
        raise Refusal("postpone_past")
    if until > closing_moment(unit, unit.today, desk.closes_at):
        raise Refusal("postpone_too_late", until=f"{desk.closes_at:%H:%M}")


def _settled(office: Office, unit: Unit, desk: Desk, ticket: Ticket) -> TicketView:
    """After its holder moved a ticket: what the answer says is not pushed too, and who comes near is told."""
    unit.session.flush()
    seen = _seen(office, unit, ticket)
    ticket.near_told = ticket.near_told or seen.near
    ticket.soon_told = ticket.soon_told or seen.soon
    stages.over(unit, seen.id)
    positions.tell_near(office, unit, desk)
    unit.desk_changed(ticket.desk_id)
    return seen


def _refuse_return(unit: Unit, desk: Desk, ticket: Ticket) -> None:
    if desk.closed_on == unit.today:
        raise Refusal("desk_closed_today")
    if ticket.returned:
        raise Refusal("returned_enough")
    if coming_back(unit, ticket.id or 0, desk.return_rule, desk.return_within).too_late:
        raise Refusal("return_too_late", minutes=desk.return_within)
    one_number.refuse_second(unit, ticket, ticket.service_id)
