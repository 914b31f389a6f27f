"""Queries on single tickets, and on those of one citizen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select
from sqlmodel import Session, col

from ..domain.tickets import AT_COUNTER, OPEN, Action, TicketState
from .direct import execute
from .tables import Call, Counter, Desk, Municipality, Reservation, Service, Ticket, TicketChange

OPEN_STATES = tuple(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket with the names around it, read in one row."""

    ticket: Ticket
    service_code: str
    service: Mapping[str, str]
    desk_code: str
    desk: Mapping[str, str]
    place: Mapping[str, str]
    municipality: Mapping[str, str]
    near_threshold: int
    near_minutes: int
    closes_at: time
    closed_on: date | None
    return_rule: str
    return_within: int
    counter: str | None
    reservation_code: str | None


_ROW: Any = (
    select(
        Ticket,
        col(Service.code),
        col(Service.names),
        col(Desk.code),
        col(Desk.names),
        col(Desk.places),
        col(Municipality.names),
        col(Desk.near_threshold),
        col(Desk.near_minutes),
        col(Desk.closes_at),
        col(Desk.closed_on),
        col(Desk.return_rule),
        col(Desk.return_within),
        col(Counter.label),
        col(Reservation.code),
    )
    .join(Service, col(Ticket.service_id) == col(Service.id))
    .join(Desk, col(Ticket.desk_id) == col(Desk.id))
    .join(Municipality, col(Desk.municipality_id) == col(Municipality.id))
    .outerjoin(Counter, col(Ticket.counter_id) == col(Counter.id))
    .outerjoin(Reservation, col(Ticket.reservation_id) == col(Reservation.id))
)


def _one(session: Session, condition: Any) -> TicketRow | None:
    row = session.execute(_ROW.where(condition)).one_or_none()
    return None if row is None else TicketRow(*row)


def by_id(session: Session, ticket_id: int) -> TicketRow | None:
    """The ticket with that id."""
    return _one(session, col(Ticket.id) == ticket_id)


def by_token(session: Session, token: str) -> TicketRow | None:
    """The ticket with that token."""
    return _one(session, col(Ticket.token) == token)


# Statements of every new ticket are built once: putting them together takes longer than running them.
_BY_ORIGIN: Any = select(col(Ticket.id)).where(col(Ticket.origin) == bindparam("origin"))
_ORIGINS_AMONG: Any = select(col(Ticket.origin)).where(col(Ticket.origin).in_(bindparam("origins")))
_INSERT: Any = insert(Ticket.__table__)  # type: ignore[attr-defined]
_ADD: Any = _INSERT.returning(col(Ticket.id))
_ADD_ALL: Any = _INSERT.returning(col(Ticket.origin), col(Ticket.id))
_FRESH = {"calls": 0, "version": 0, "state": TicketState.WAITING.value}


def id_by_origin(session: Session, origin: str) -> int | None:
    """The id of the ticket that this request made."""
    found: int | None = execute(session, _BY_ORIGIN, origin=origin).scalar_one_or_none()
    return found


def origins_among(session: Session, origins: Sequence[str]) -> set[str]:
    """Those of the requests that have made a ticket already."""
    return set(execute(session, _ORIGINS_AMONG, origins=list(origins)).scalars())


def by_claim_code(session: Session, code: str) -> TicketRow | None:
    """The ticket with that claim code."""
    return _one(session, col(Ticket.claim_code) == code)


def of_line_user(session: Session, line_user_id: int, day: date, states: Sequence[str]) -> list[TicketRow]:
    """The citizen's tickets of the day in any of `states`, newest first."""
    query = _ROW.where(
        col(Ticket.line_user_id) == line_user_id,
        col(Ticket.service_day) == day,
        col(Ticket.state).in_(states),
    ).order_by(col(Ticket.id).desc())
    return [TicketRow(*row) for row in session.execute(query)]


def open_in_line(session: Session, line_user_id: int, service_id: int, day: date) -> TicketRow | None:
    """The citizen's open ticket for the service, through whatever door it came."""
    query = (
        _ROW.where(
            col(Ticket.line_user_id) == line_user_id,
            col(Ticket.service_id) == service_id,
            col(Ticket.service_day) == day,
            col(Ticket.state).in_(OPEN_STATES),
        )
        .order_by(col(Ticket.id))
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else TicketRow(*row)


def add(session: Session, values: Mapping[str, object]) -> int:
    """Insert a ticket; its id. Columns that every new ticket shares are filled in."""
    return int(execute(session, _ADD, **{**_FRESH, **values}).scalar_one())


def add_all(session: Session, rows: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Insert several tickets in one statement; their ids by origin."""
    added = session.connection().execute(_ADD_ALL, [{**_FRESH, **row} for row in rows]) if rows else ()
    return {origin: int(ticket_id) for origin, ticket_id in added}


def desk_id_of(session: Session, ticket_id: int) -> int | None:
    """The desk of the ticket."""
    found: int | None = session.execute(
        select(col(Ticket.desk_id)).where(col(Ticket.id) == ticket_id)
    ).scalar_one_or_none()
    return found


_AT_COUNTER: Any = select(Ticket).where(
    col(Ticket.counter_id) == bindparam("counter"),
    col(Ticket.service_day) == bindparam("day"),
    col(Ticket.state).in_([state.value for state in AT_COUNTER]),
)
_LOCK: Any = (
    select(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_UNTOLD: Any = select(Ticket).where(
    col(Ticket.id).in_(bindparam("tickets", expanding=True)), col(Ticket.near_told).is_(False)
)
_THOSE: Any = select(Ticket).where(col(Ticket.id).in_(bindparam("tickets", expanding=True)))

# An index on desk, day and state leads; of those few the holders in LINE are left.
_UNTOLD_SOON: Any = select(col(Ticket.id)).where(
    col(Ticket.desk_id) == bindparam("desk"),
    col(Ticket.service_day) == bindparam("day"),
    col(Ticket.state) == TicketState.WAITING.value,
    col(Ticket.line_user_id).is_not(None),
    col(Ticket.soon_told).is_(False),
)


def at_counter(session: Session, counter_id: int, day: date) -> list[Ticket]:
    """The tickets called to or served at the counter: one at most, when all is well."""
    return list(session.execute(_AT_COUNTER, {"counter": counter_id, "day": day}).scalars())


_ROUTE_AT_COUNTER: Any = select(col(Ticket.route)).where(
    col(Ticket.counter_id) == bindparam("counter"),
    col(Ticket.service_day) == bindparam("day"),
    col(Ticket.state).in_([state.value for state in AT_COUNTER]),
)
_LAST_CALL: Any = (
    select(func.max(col(Call.id))).where(col(Call.ticket_id) == bindparam("ticket")).scalar_subquery()
)
_LAST_MOVE: Any = (
    select(func.max(col(TicketChange.changed_at)))
    .where(
        col(TicketChange.ticket_id) == bindparam("ticket"),
        col(TicketChange.action).in_([Action.HAND_OVER.value, Action.SEND_ON.value]),
        col(TicketChange.undone).is_(False),
    )
    .scalar_subquery()
)
_COUNTER_TOLD: Any = (
    select(col(Counter.label))
    .join(Call, col(Call.counter_id) == col(Counter.id))
    .where(col(Call.id) == _LAST_CALL, or_(_LAST_MOVE.is_(None), col(Call.called_at) > _LAST_MOVE))
)


def route_at_counter(session: Session, counter_id: int, day: date) -> list[int]:
    """The services that follow in the visit of whoever is at the counter; empty also when nobody is."""
    found = execute(session, _ROUTE_AT_COUNTER, counter=counter_id, day=day).scalars().first()
    return list(found or [])


def counter_told(session: Session, ticket_id: int) -> str | None:
    """The counter that the ticket was last called to since it took its place for the present service."""
    told: str | None = execute(session, _COUNTER_TOLD, ticket=ticket_id).scalar_one_or_none()
    return told


def lock(session: Session, ticket_id: int) -> Ticket | None:
    """The ticket, locked for a change."""
    found: Ticket | None = session.execute(_LOCK, {"ticket": ticket_id}).scalar_one_or_none()
    return found


def untold(session: Session, ticket_ids: Sequence[int]) -> list[Ticket]:
    """Those of the tickets that were not told yet that their turn is near."""
    return list(session.execute(_UNTOLD, {"tickets": list(ticket_ids)}).scalars())


def those(session: Session, ticket_ids: Sequence[int]) -> list[Ticket]:
    """The tickets with these ids."""
    return list(session.execute(_THOSE, {"tickets": list(ticket_ids)}).scalars()) if ticket_ids else []


def untold_soon(session: Session, desk_id: int, day: date) -> list[int]:
    """The ids of waiting tickets whose LINE holders were not told yet that it is soon."""
    return list(session.execute(_UNTOLD_SOON, {"desk": desk_id, "day": day}).scalars())


def desks_to_tell(session: Session, day: date) -> list[int]:
    """The desks where a LINE holder waits who has not been told everything yet."""
    query = (
        select(col(Ticket.desk_id))
        .where(
            col(Ticket.service_day) == day,
            col(Ticket.state) == TicketState.WAITING.value,
            col(Ticket.line_user_id).is_not(None),
            or_(col(Ticket.near_told).is_(False), col(Ticket.soon_told).is_(False)),
        )
        .distinct()
        .order_by(col(Ticket.desk_id))
    )
    return list(session.execute(query).scalars())


def last_postponing(session: Session, ticket_id: int) -> TicketChange | None:
    """The last change of the ticket that stands, if it is a postponing: only that can be taken back."""
    query = (
        select(TicketChange)
        .where(col(TicketChange.ticket_id) == ticket_id, col(TicketChange.undone).is_(False))
        .order_by(col(TicketChange.id).desc())
        .limit(1)
    )
    last: TicketChange | None = session.execute(query).scalar_one_or_none()
    return last if last is not None and last.action == Action.POSTPONE.value else None
