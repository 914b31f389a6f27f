"""One number means one person: what would have somebody wait twice, or two wait with the same number."""

from __future__ import annotations

from ..domain.errors import Refusal
from ..domain.tickets import Channel
from ..store import queue, tickets
from ..store.tables import Desk, Ticket
from . import positions
from .office import Unit


def second(unit: Unit, ticket: Ticket, service_id: int) -> Ticket | None:
    """The other open number of the service that the ticket's holder has in LINE."""
    if ticket.line_user_id is None or ticket.channel != Channel.LINE.value:
        return None
    other = tickets.open_in_line(unit.session, ticket.line_user_id, service_id, unit.today)
    return None if other is None or other.ticket.id == ticket.id else other.ticket


def refuse_second(unit: Unit, ticket: Ticket, service_id: int) -> None:
    """Raises `Refusal("already_waiting")` when its holder has another open number of the service in LINE."""
    other = second(unit, ticket, service_id)
    if other is not None:
        raise Refusal("already_waiting", number=positions.number_of(other))


def refuse_taken(unit: Unit, ticket: Ticket, desk: Desk) -> None:
    """Raises `Refusal("number_taken_there")` when somebody at the (locked) desk waits with that number.

    The desk's sequence of the letter is locked from here on: the number is not given there meanwhile.
    """
    queue.hold_sequence(unit.session, desk.id or 0, unit.today, ticket.letter)
    if queue.shown_at(unit.session, desk.id or 0, unit.today, ticket.letter, ticket.number, ticket.id or 0):
        raise Refusal("number_taken_there", number=positions.number_of(ticket), desk=desk.names)
