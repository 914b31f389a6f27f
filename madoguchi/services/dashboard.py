"""今日の窓口: all that a clerk's screen shows of one desk, without any name or phone of a citizen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.order import Waiting, calling_order
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, TicketState
from ..store import dashboard as rows
from ..store import desks as desk_rows
from ..store.tables import Counter, Desk, Reservation, Service, Ticket
from . import positions
from .actors import Actor
from .desks import gives_numbers
from .office import Office, Unit

LATE_AFTER: Final = timedelta(minutes=10)
_SHOWN: Final = (TicketState.WAITING, *AT_COUNTER, TicketState.ON_HOLD, TicketState.MISSED)
_SILENT_FOR: Final = timedelta(minutes=3)
_UNSENT_FOR: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class QueueRow:
    """One ticket. `appointment` is ``10:30`` or empty; `bound`: its holder has it in LINE."""

    ticket_id: int
    number: str
    service: str
    channel: str
    state: str
    waited_minutes: int
    issued_at: datetime
    appointment: str
    priority: int
    calls: int
    bound: bool


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
        return _build(unit, desk)


def _build(unit: Unit, desk: Desk) -> Dashboard:
    desk_id = desk.id or 0
    services = desk_rows.services(unit.session, desk_id)
    found = rows.tickets(unit.session, desk_id, unit.today, _SHOWN)
    shown = {ticket.id or 0: _row(unit, ticket, services) for ticket in found}
    waiting = [shown[entry.ticket_id] for entry in _in_calling_order(unit, found)]
    return Dashboard(
        desk_id=desk_id,
        desk_code=desk.code,
        desk_name=localized(desk.names, "ja"),
        open=gives_numbers(unit, desk),
        paused=desk.paused,
        waiting=tuple(waiting),
        on_hold=_in_state(shown, TicketState.ON_HOLD),
        missed=_in_state(shown, TicketState.MISSED),
        counters=_counters(unit, desk_id, found, shown),
        reservations=_reservations(unit, desk_id, services),
        services=tuple(_choice(service) for service in services),
        longest_wait=max((row.waited_minutes for row in waiting), default=0),
        places_left_today=rows.places_left(unit.session, desk_id, unit.today, unit.now),
        line_health="late" if rows.unsent_messages(unit.session, unit.now - _UNSENT_FOR) else "ok",
        printer_health=_printer_health(unit, desk_id),
        generated_at=unit.now,
    )


def _in_calling_order(unit: Unit, found: Sequence[Ticket]) -> Sequence[Waiting]:
    queue = [
        Waiting(ticket.id or 0, ticket.queued_at, ticket.priority, ticket.appointment_at)
        for ticket in found
        if ticket.state == TicketState.WAITING.value
    ]
    return calling_order(queue, positions.POLICY, unit.now)


def _row(unit: Unit, ticket: Ticket, services: Sequence[Service]) -> QueueRow:
    names = next((service.names for service in services if service.id == ticket.service_id), {})
    appointment = ticket.appointment_at
    return QueueRow(
        ticket_id=ticket.id or 0,
        number=positions.number_of(ticket),
        service=localized(names, "ja"),
        channel=ticket.channel,
        state=ticket.state,
        waited_minutes=max(0, (unit.now - ticket.issued_at) // timedelta(minutes=1)),
        issued_at=ticket.issued_at,
        appointment=f"{appointment.astimezone(unit.zone):%H:%M}" if appointment else "",
        priority=ticket.priority,
        calls=ticket.calls,
        bound=ticket.line_user_id is not None,
    )


def _in_state(shown: dict[int, QueueRow], state: TicketState) -> tuple[QueueRow, ...]:
    return tuple(row for row in shown.values() if row.state == state.value)


def _counters(
    unit: Unit, desk_id: int, found: Sequence[Ticket], shown: dict[int, QueueRow]
) -> tuple[CounterView, ...]:
    at = {ticket.counter_id: ticket for ticket in found if TicketState(ticket.state) in AT_COUNTER}
    pairs = rows.counters_with_staff(unit.session, desk_id)
    pairs.sort(key=lambda pair: (len(pair[0].label), pair[0].label))
    return tuple(_counter(counter, name, at.get(counter.id), shown) for counter, name in pairs)


def _counter(
    counter: Counter, staff_name: str | None, ticket: Ticket | None, shown: dict[int, QueueRow]
) -> CounterView:
    return CounterView(
        id=counter.id or 0,
        label=counter.label,
        staff_id=counter.staff_id,
        staff_name=staff_name or "",
        ticket=None if ticket is None else shown[ticket.id or 0],
        since=None if ticket is None else ticket.called_at,
    )


def _reservations(unit: Unit, desk_id: int, services: Sequence[Service]) -> tuple[ReservationRow, ...]:
    names = {service.id: localized(service.names, "ja") for service in services}
    return tuple(
        _reservation(unit, reservation, ticket, names.get(reservation.service_id, ""))
        for reservation, ticket in rows.reservations(unit.session, desk_id, unit.today)
    )


def _reservation(unit: Unit, row: Reservation, ticket: Ticket | None, service: str) -> ReservationRow:
    awaited = row.state == ReservationState.BOOKED.value
    return ReservationRow(
        id=row.id or 0,
        code=row.code,
        time=f"{row.starts_at.astimezone(unit.zone):%H:%M}",
        service=service,
        state=row.state,
        late=awaited and unit.now > row.starts_at + LATE_AFTER,
        channel=row.channel,
        ticket_number="" if ticket is None else positions.number_of(ticket),
    )


def _choice(service: Service) -> ServiceChoice:
    return ServiceChoice(service.id or 0, service.code, service.letter, localized(service.names, "ja"))


def _printer_health(unit: Unit, desk_id: int) -> str:
    terminals = rows.terminals(unit.session, desk_id)
    if not terminals:
        return "none"
    heard = [one for one in terminals if one.seen_at is not None and unit.now - one.seen_at < _SILENT_FOR]
    if len(heard) < len(terminals):
        return "away"
    return next((one.printer for one in heard if one.printer != "ok"), "ok")
