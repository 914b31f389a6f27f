"""One number means one person: what would have somebody wait twice, or two wait with the same number."""

from __future__ import annotations

from collections.abc import Iterable

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


def hold(unit: Unit, wanted: Iterable[tuple[Ticket, int]]) -> None:
    """Lock the sequences of tickets that come to desks, in the order of the rule.

    From here on no number of these letters is given there, and whoever gives the next looks at who came.
    """
    places: dict[tuple[int, str], bool] = {}
    for ticket, desk_id in wanted:
        place = (desk_id, ticket.letter)
        places[place] = places.get(place, False) or desk_id != ticket.home_desk_id
    for (desk_id, letter), visitor in sorted(places.items()):
        queue.hold_sequence(unit.session, desk_id, unit.today, letter, visitor=visitor)


def taken(unit: Unit, ticket: Ticket, desk_id: int) -> bool:
    """Whether somebody else at the (locked) desk has that number; its sequence is held."""
    return queue.shown_at(unit.session, desk_id, unit.today, ticket.letter, ticket.number, ticket.id or 0)


def refuse_taken(unit: Unit, ticket: Ticket, desk: Desk) -> None:
    """Raises `Refusal("number_taken_there")` when somebody else at the (locked) desk has that number.

    The desk's sequence of the letter is locked from here on: the number is not given there meanwhile.
    """
    hold(unit, [(ticket, desk.id or 0)])
    if taken(unit, ticket, desk.id or 0):
        raise Refusal("number_taken_there", number=positions.number_of(ticket), desk=desk.names)
