"""What a citizen sees of a ticket, and may do with the own one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..domain.errors import Refusal
from ..domain.tickets import OPEN, Action, Channel, TicketState
from ..store import tickets as rows
from ..store.tables import Desk, Ticket
from ..store.tickets import TicketRow
from . import pace, positions
from .office import Office, Unit
from .steps import Step, locked, take_step

LATER_BY: Final = 3
"""「あとにまわす」 lets this many people pass."""
_SHOWN_TO_OWNER: Final = tuple(state.value for state in (*OPEN, TicketState.MISSED))


@dataclass(frozen=True, slots=True)
class TicketView:
    """番号札 as its holder sees it. `ahead` and `wait` (minutes) only while waiting."""

    id: int
    token: str
    number: str
    state: TicketState
    channel: Channel
    language: str
    service_id: int
    service_code: str
    service: Mapping[str, str]
    desk_id: int
    desk_code: str
    desk: Mapping[str, str]
    place: Mapping[str, str]
    municipality: Mapping[str, str]
    issued_at: datetime
    called_at: datetime | None
    calls: int
    counter: str | None
    ahead: int | None
    near: bool
    """Few enough are before for its holder to come to the waiting room."""
    wait: tuple[int, int] | None
    bound: bool
    claim_code: str | None
    reservation_code: str | None
    version: int


def ticket_by_token(office: Office, token: str) -> TicketView:
    """The ticket with that token. Raises `Refusal("unknown_ticket")`."""
    with office.look() as unit:
        return view(office, unit, rows.by_token(unit.session, token[:64]))


def tickets_of(office: Office, line_user_id: int) -> list[TicketView]:
    """The citizen's open and missed tickets of today, newest first."""
    with office.look() as unit:
        found = rows.of_line_user(unit.session, line_user_id, unit.today, _SHOWN_TO_OWNER)
        return [view(office, unit, row) for row in found]


def cancel_own(office: Office, line_user_id: int, ticket_id: int) -> TicketView:
    """Leave the queue. Doing it twice is fine. Raises `Refusal`: unknown_ticket, not_possible_now."""
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state != TicketState.CANCELLED.value:
            _leave(office, unit, desk, ticket)
        return view(office, unit, rows.by_id(unit.session, ticket_id))


def postpone_own(office: Office, line_user_id: int, ticket_id: int) -> TicketView:
    """Let the next three pass. Raises `Refusal`: unknown_ticket, not_possible_now, nobody_behind."""
    with office.change() as unit:
        desk, ticket = _own(unit, line_user_id, ticket_id)
        if ticket.state != TicketState.WAITING.value:
            raise Refusal("not_possible_now", state=ticket.state, action="postpone")
        if not positions.move_back(unit, desk, ticket, LATER_BY):
            raise Refusal("nobody_behind")
        ticket.version += 1
        positions.tell_near(office, unit, desk)
        unit.desk_changed(ticket.desk_id)
        return view(office, unit, rows.by_id(unit.session, ticket_id))


def void_at_terminal(office: Office, terminal_id: int, ticket_id: int) -> None:
    """Cancel a ticket whose paper never came out. Raises `Refusal`: unknown_ticket, not_possible_now."""
    with office.change() as unit:
        desk, ticket = locked(unit, ticket_id)
        if ticket.terminal_id != terminal_id:
            raise Refusal("unknown_ticket")
        if ticket.state != TicketState.CANCELLED.value:
            _leave(office, unit, desk, ticket)


def view(office: Office, unit: Unit, row: TicketRow | None) -> TicketView:
    """The row as its holder sees it. Raises `Refusal("unknown_ticket")` for None."""
    if row is None:
        raise Refusal("unknown_ticket")
    ticket = row.ticket
    state = TicketState(ticket.state)
    ahead = positions.ahead_of(unit, ticket) if state is TicketState.WAITING else None
    return TicketView(
        id=ticket.id or 0,
        token=ticket.token,
        number=positions.number_of(ticket),
        state=state,
        channel=Channel(ticket.channel),
        language=ticket.language,
        service_id=ticket.service_id,
        service_code=row.service_code,
        service=row.service,
        desk_id=ticket.desk_id,
        desk_code=row.desk_code,
        desk=row.desk,
        place=row.place,
        municipality=row.municipality,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        calls=ticket.calls,
        counter=row.counter,
        ahead=ahead,
        near=ahead is not None and ahead <= row.near_threshold,
        wait=None
        if ahead is None
        else pace.wait(office, unit, ticket.desk_id, ahead, ticket_id=ticket.id or 0),
        bound=ticket.line_user_id is not None,
        claim_code=ticket.claim_code if ticket.line_user_id is None and state in OPEN else None,
        reservation_code=row.reservation_code,
        version=ticket.version,
    )


def _own(unit: Unit, line_user_id: int, ticket_id: int) -> tuple[Desk, Ticket]:
    desk, ticket = locked(unit, ticket_id)
    if ticket.line_user_id != line_user_id or ticket.service_day != unit.today:
        raise Refusal("unknown_ticket")
    return desk, ticket


def _leave(office: Office, unit: Unit, desk: Desk, ticket: Ticket) -> None:
    take_step(unit, ticket, Step(Action.CANCEL))
    positions.tell_near(office, unit, desk)
    unit.desk_changed(ticket.desk_id)
