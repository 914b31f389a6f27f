"""What the holder of a ticket sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ..dates import day_texts
from ..domain.errors import Refusal
from ..domain.returning import ReturnRule
from ..domain.tickets import OPEN, Channel, TicketState
from ..store import leases
from ..store import tickets as rows
from ..store.tables import Ticket, TicketChange
from ..store.tickets import TicketRow
from . import pace, positions
from .coming_back import coming_back
from .office import Office, Unit

MOST_POSTPONED: Final = 2
"""So often the holder of a ticket may let others pass."""
UNDO_POSTPONING_FOR: Final = timedelta(minutes=10)
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
    soon: bool = False
    """The turn may come within the minutes that the desk tells before."""
    not_before: datetime | None = None
    """Asked to be called no earlier; only while that time is to come."""
    moved: bool = False
    """Handed over: waits at another desk than the one that gave the number."""
    may_postpone: bool = False
    may_undo_postponing: bool = False
    may_return: bool = False
    """Missed, and its holder may go back into the queue alone."""
    returns: ReturnRule | None = None
    """Where a missed one waits who comes back now."""
    closes_at: datetime | None = None
    """When the desk closes on the ticket's day."""
    desk_closed: bool = False
    """Staff have closed the desk for the day."""


def ticket_by_token(office: Office, token: str) -> TicketView:
    """The ticket with that token, of whatever day. Raises `Refusal`: unknown_ticket, ticket_to_come."""
    with office.look() as unit:
        return view(office, unit, _by_token(unit, token))


def todays_ticket(office: Office, token: str) -> TicketView:
    """The ticket with that token, which dies with its day.

    Raises `Refusal`: unknown_ticket, ticket_to_come, ticket_of_day(day).
    """
    with office.look() as unit:
        row = _by_token(unit, token)
        if row is not None and row.ticket.service_day != unit.today:
            raise Refusal("ticket_of_day", day=day_texts(row.ticket.service_day))
        return view(office, unit, row)


def _by_token(unit: Unit, token: str) -> TicketRow | None:
    row = rows.by_token(unit.session, token[:64])
    if row is None and leases.is_held(unit.session, unit.today, token=token[:64]):
        raise Refusal("ticket_to_come")
    return row


def tickets_of(office: Office, line_user_id: int) -> list[TicketView]:
    """The citizen's open and missed tickets of today, newest first."""
    with office.look() as unit:
        found = rows.of_line_user(unit.session, line_user_id, unit.today, _SHOWN_TO_OWNER)
        return [view(office, unit, row) for row in found]


def view(office: Office, unit: Unit, row: TicketRow | None) -> TicketView:
    """The row as its holder sees it. Raises `Refusal("unknown_ticket")` for None."""
    if row is None:
        raise Refusal("unknown_ticket")
    ticket = row.ticket
    state = TicketState(ticket.state)
    waiting, missed = state is TicketState.WAITING, state is TicketState.MISSED
    later = ticket.not_before if waiting and _to_come(unit, ticket.not_before) else None
    ahead = positions.ahead_of(unit, ticket) if waiting and later is None else None
    wait = None
    if ahead is not None:
        wait = pace.wait(office, unit, ticket.desk_id, ahead, ticket_id=ticket.id or 0)
    closed = row.closed_on == ticket.service_day
    back = None
    if missed and not closed:
        back = coming_back(unit, ticket.id or 0, row.return_rule, row.return_within)
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
        wait=wait,
        bound=ticket.line_user_id is not None,
        claim_code=ticket.claim_code if ticket.line_user_id is None and state in OPEN else None,
        reservation_code=row.reservation_code,
        version=ticket.version,
        soon=wait is not None and wait[0] <= row.near_minutes,
        not_before=later,
        moved=ticket.desk_id != ticket.home_desk_id,
        may_postpone=waiting and ticket.postponed < MOST_POSTPONED,
        may_undo_postponing=waiting and postponing_to_undo(unit, ticket) is not None,
        may_return=back is not None and not ticket.returned and not back.too_late,
        returns=None if back is None else back.rule,
        closes_at=_closing(unit, row),
        desk_closed=closed,
    )


def postponing_to_undo(unit: Unit, ticket: Ticket) -> TicketChange | None:
    """The postponing that its holder may still take back: the last thing that happened, and not long ago."""
    if ticket.place_before is None:
        return None
    last = rows.last_postponing(unit.session, ticket.id or 0)
    return last if last is not None and unit.now - last.changed_at <= UNDO_POSTPONING_FOR else None


def _to_come(unit: Unit, moment: datetime | None) -> bool:
    return moment is not None and moment > unit.now


def _closing(unit: Unit, row: TicketRow) -> datetime:
    return closing_moment(unit, row.ticket.service_day, row.closes_at)


def closing_moment(unit: Unit, day: date, closes_at: time) -> datetime:
    """When a desk closes on that day."""
    return datetime.combine(day, closes_at, unit.zone).astimezone(UTC)
