"""今日の窓口: all that a clerk's screen shows of one desk, without any name or phone of a citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.numbers import label
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, TicketState
from ..store import dashboard as rows
from ..store import desks as desk_rows
from ..store import queue, reaching
from ..store.tables import Desk, Service
from . import positions
from .actors import Actor
from .booking_rules import arrival_rules
from .desks import gives_numbers
from .office import Office, Unit

MOST_WAITING: Final = 100
"""A list is not made faster to read by more rows; how many more there are is a figure."""
_SILENT_FOR: Final = timedelta(minutes=3)
_UNSENT_FOR: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class QueueRow:
    """One ticket. `appointment` is ``10:30`` or empty; `bound`: its holder has it in LINE. `unreachable`:
    LINE does not reach who holds it (blocked, or the last call did not arrive); call by voice."""

    ticket_id: int
    number: str
    service: str
    channel: str
    state: str
    waited_minutes: int
    issued_at: datetime
    called_at: datetime | None
    counter_id: int | None
    appointment: str
    priority: int
    calls: int
    bound: bool
    unreachable: bool = False


@dataclass(frozen=True)
class CounterView:
    """One counter, who sits there, and who is served there since when."""

    id: int
    label: str
    staff_id: int | None
    staff_name: str
    ticket: QueueRow | None
    since: datetime | None


@dataclass(frozen=True)
class ReservationRow:
    """One of today's reservations."""

    id: int
    code: str
    time: str
    service: str
    state: str
    late: bool
    channel: str
    ticket_number: str


@dataclass(frozen=True)
class ServiceChoice:
    """A service to issue a number for or to hand over to."""

    id: int
    code: str
    letter: str
    name: str


@dataclass(frozen=True)
class Dashboard:
    """One desk as it stands at `generated_at`. `longest_wait` in minutes.

    `line_health` is ``ok`` or ``late`` (messages wait for over a minute); `printer_health` is ``none``
    (no terminal), ``away`` (silent for minutes) or what the terminal last told.
    """

    desk_id: int
    desk_code: str
    desk_name: str
    open: bool
    paused: bool
    waiting: tuple[QueueRow, ...]
    """The next `MOST_WAITING` in calling order."""
    waiting_count: int
    on_hold: tuple[QueueRow, ...]
    missed: tuple[QueueRow, ...]
    counters: tuple[CounterView, ...]
    reservations: tuple[ReservationRow, ...]
    services: tuple[ServiceChoice, ...]
    longest_wait: int
    places_left_today: int
    line_health: str
    printer_health: str
    generated_at: datetime


def desks_for(office: Office, actor: Actor) -> list[tuple[int, str]]:
    """Ids and names of the desks that the actor may look at."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        found = desk_rows.desks(unit.session, actor.municipality_id)
    return [(desk.id or 0, localized(desk.names, "ja")) for desk, _ in found]


def dashboard(office: Office, actor: Actor, desk_id: int) -> Dashboard:
    """The desk as it stands. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        desk = unit.session.get(Desk, desk_id)
        if desk is None or desk.municipality_id != actor.municipality_id:
            raise Refusal("unknown_desk")
        return _with_unreachable(unit, _build(unit, desk))


def _build(unit: Unit, desk: Desk) -> Dashboard:
    desk_id = desk.id or 0
    services = desk_rows.services(unit.session, desk_id)
    names = {service.id or 0: localized(service.names, "ja") for service in services}
    handled = {
        row.ticket_id: _row(unit, row, names) for row in rows.handled(unit.session, desk_id, unit.today)
    }
    count, since = rows.waiting(unit.session, desk_id, unit.today)
    return Dashboard(
        desk_id=desk_id,
        desk_code=desk.code,
        desk_name=localized(desk.names, "ja"),
        open=gives_numbers(unit, desk),
        paused=desk.paused,
        waiting=_waiting(unit, desk_id, names),
        waiting_count=count,
        on_hold=_in_state(handled, TicketState.ON_HOLD),
        missed=_in_state(handled, TicketState.MISSED),
        counters=_counters(unit, desk_id, handled),
        reservations=_reservations(unit, desk_id, {service.id or 0: service for service in services}),
        services=tuple(_choice(service) for service in services),
        longest_wait=0 if since is None else _minutes(unit, since),
        places_left_today=rows.places_left(unit.session, desk_id, unit.today, unit.now),
        line_health="late" if rows.unsent_messages(unit.session, unit.now - _UNSENT_FOR) else "ok",
        printer_health=_printer_health(unit, desk_id),
        generated_at=unit.now,
    )


def _with_unreachable(unit: Unit, board: Dashboard) -> Dashboard:
    unreached = {row.ticket_id for row in reaching.at_desk(unit.session, board.desk_id, unit.today)}
    if not unreached:
        return board

    def marked(listed: tuple[QueueRow, ...]) -> tuple[QueueRow, ...]:
        return tuple(replace(row, unreachable=row.ticket_id in unreached) for row in listed)

    def at_counter(counter: CounterView) -> CounterView:
        return replace(counter, ticket=marked((counter.ticket,))[0]) if counter.ticket else counter

    return replace(
        board,
        waiting=marked(board.waiting),
        on_hold=marked(board.on_hold),
        missed=marked(board.missed),
        counters=tuple(at_counter(counter) for counter in board.counters),
    )


def _waiting(unit: Unit, desk_id: int, names: Mapping[int, str]) -> tuple[QueueRow, ...]:
    front = queue.front(unit.session, desk_id, unit.today, MOST_WAITING)
    order = positions.order_of(unit, desk_id)
    next_ones = [entry.ticket_id for entry in order.of(front)[:MOST_WAITING]]
    found = rows.tickets(unit.session, next_ones)
    return tuple(_row(unit, found[ticket_id], names) for ticket_id in next_ones if ticket_id in found)


def _row(unit: Unit, row: rows.TicketRow, names: Mapping[int, str]) -> QueueRow:
    appointment = row.appointment_at
    return QueueRow(
        ticket_id=row.ticket_id,
        number=label(row.letter, row.number),
        service=names.get(row.service_id, ""),
        channel=row.channel,
        state=row.state,
        waited_minutes=_minutes(unit, row.issued_at),
        issued_at=row.issued_at,
        called_at=row.called_at,
        counter_id=row.counter_id,
        appointment=f"{appointment.astimezone(unit.zone):%H:%M}" if appointment else "",
        priority=row.priority,
        calls=row.calls,
        bound=row.line_user_id is not None,
    )


def _minutes(unit: Unit, since: datetime) -> int:
    return max(0, (unit.now - since) // timedelta(minutes=1))


def _in_state(handled: Mapping[int, QueueRow], state: TicketState) -> tuple[QueueRow, ...]:
    return tuple(row for row in handled.values() if row.state == state.value)


def _counters(unit: Unit, desk_id: int, handled: Mapping[int, QueueRow]) -> tuple[CounterView, ...]:
    at = {row.counter_id: row for row in handled.values() if TicketState(row.state) in AT_COUNTER}
    return tuple(_counter(row, at.get(row.counter_id)) for row in rows.counters(unit.session, desk_id))


def _counter(row: rows.CounterRow, ticket: QueueRow | None) -> CounterView:
    return CounterView(
        id=row.counter_id,
        label=row.label,
        staff_id=row.staff_id,
        staff_name=row.staff_name or "",
        ticket=ticket,
        since=None if ticket is None else ticket.called_at,
    )


def _reservations(unit: Unit, desk_id: int, services: Mapping[int, Service]) -> tuple[ReservationRow, ...]:
    found = rows.reservations(unit.session, desk_id, unit.today)
    return tuple(_reservation(unit, row, services[row.service_id]) for row in found)


def _reservation(unit: Unit, row: rows.ReservationRow, service: Service) -> ReservationRow:
    awaited = row.state == ReservationState.BOOKED.value
    checked_in = row.letter is not None and row.number is not None
    return ReservationRow(
        id=row.reservation_id,
        code=row.code,
        time=f"{row.starts_at.astimezone(unit.zone):%H:%M}",
        service=localized(service.names, "ja"),
        state=row.state,
        late=awaited and unit.now > arrival_rules(service).late_from(row.starts_at),
        channel=row.channel,
        ticket_number=label(row.letter or "", row.number or 0) if checked_in else "",
    )


def _choice(service: Service) -> ServiceChoice:
    return ServiceChoice(service.id or 0, service.code, service.letter, localized(service.names, "ja"))


def _printer_health(unit: Unit, desk_id: int) -> str:
    told = rows.printers(unit.session, desk_id)
    if not told:
        return "none"
    if any(seen_at is None or unit.now - seen_at >= _SILENT_FOR for seen_at, _ in told):
        return "away"
    return next((printer for _, printer in told if printer != "ok"), "ok")
