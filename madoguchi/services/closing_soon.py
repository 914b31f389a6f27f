"""The end of the desk's day by hand: no more numbers, or everybody home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..domain.tickets import Action, TicketState
from ..store import desks, queue
from ..store.tables import Desk, Ticket
from . import audit, desk_changes, early_closing, outbox, positions
from .actors import Actor
from .calling import outcome, unchanged
from .holidays import is_holiday
from .news import NEWS_MOMENT
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome, Step, new_batch, take_step

_STILL_TO_COME: Final = (TicketState.WAITING, TicketState.ON_HOLD)
_SENT_HOME: Final = (*_STILL_TO_COME, TicketState.CALLED)


def stop_numbers(office: Office, actor: Actor, desk_id: int, stopped: bool) -> Outcome:
    """Give no more numbers today, or give them again, also after `close_today`. Who waits is still called.

    Citizens get none at the terminal nor in LINE; staff may still give one. Who waits and is known to LINE
    is told, once. When it is so already nothing happens. Raises `Refusal`: not_allowed, unknown_desk.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk = _locked(unit, actor, desk_id)
        ended = {desk.stopped_on, desk.closed_on}
        if stopped is (unit.today in ended):
            return unchanged(None)
        batch = new_batch()
        told: list[str] = []
        if stopped:
            waiting = queue.open_at(unit.session, desk_id, unit.today, _STILL_TO_COME)
            told = tell(unit, waiting, "desk_stopped", {"desk": desk.names})
            desk_changes.change(unit, actor, desk, batch, told, stopped_on=unit.today)
        else:
            desk_changes.change(unit, actor, desk, batch, told, stopped_on=None, closed_on=None)
        audit.record(unit, actor.staff_id, "stop_numbers", f"desk:{desk_id}", stopped=stopped)
        unit.desk_changed(desk_id)
        return outcome(unit, batch, None)


def close_today(office: Office, actor: Actor, desk_id: int) -> Outcome:
    """Close the desk for today. Who waits or is on hold is cancelled, who is called absent; all are told when
    the desk opens next. Whoever is being served stays until finished. Bookings still to come stand, and who
    made them in LINE is told.

    One click, undone with everything in it. When it is closed already nothing happens.
    Raises `Refusal`: not_allowed, unknown_desk.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk = _locked(unit, actor, desk_id)
        if desk.closed_on == unit.today:
            return unchanged(None)
        batch = new_batch()
        sent_home = queue.open_at(unit.session, desk_id, unit.today, _SENT_HOME)
        for ticket in sent_home:
            called = ticket.state == TicketState.CALLED.value
            action, counter_id = (Action.MISS, ticket.counter_id) if called else (Action.CANCEL, None)
            take_step(unit, ticket, Step(action, actor.staff_id, counter_id, batch))
        told = tell(unit, sent_home, "desk_closed_today", until_when(unit, desk))
        booked = early_closing.tell(unit, desk)
        desk_changes.change(unit, actor, desk, batch, [*told, *booked], closed_on=unit.today)
        audit.record(unit, actor.staff_id, "close_desk", f"desk:{desk_id}", tickets=len(sent_home))
        unit.desk_changed(desk_id)
        return outcome(unit, batch, None)


def _locked(unit: Unit, actor: Actor, desk_id: int) -> Desk:
    if not desks.in_municipality(unit.session, desk_id, actor.municipality_id):
        raise Refusal("unknown_desk")
    desk = desks.lock_desk(unit.session, desk_id)
    assert desk is not None
    return desk


def until_when(unit: Unit, desk: Desk) -> Mapping[str, object]:
    """What is told with a closing: the desk, and when it opens next."""
    hours = desks.hours_of(desk)
    day = hours.next_day(unit.today, is_holiday)
    return {
        "desk": desk.names,
        "day": None if day is None else day.isoformat(),
        "opens_at": f"{hours.opens_at:%H:%M}",
    }


def tell(unit: Unit, tickets: Sequence[Ticket], kind: str, facts: Mapping[str, object]) -> list[str]:
    """Write to the holders known to LINE, once per ticket and kind; the causes written. Held for an undo."""
    # Sent home, a ticket that was taken back and is sent home again is news again.
    again = kind == "desk_closed_today"
    messages = [
        outbox.Message(
            cause=f"{kind}:{ticket.id}:{ticket.version}" if again else f"{kind}:{ticket.id}",
            kind=kind,
            line_user_id=ticket.line_user_id,
            language=outbox.language_of(unit, ticket.line_user_id),
            facts={"number": positions.number_of(ticket), "token": ticket.token, **facts},
            expires_in=NEWS_MOMENT,
            # A slip of the clerk's finger, undone in time, is never told.
            hold_for=UNDO_FOR,
            ticket_id=ticket.id,
        )
        for ticket in tickets
        if ticket.line_user_id is not None
    ]
    outbox.enqueue_all(unit, messages)
    return [message.cause for message in messages]
