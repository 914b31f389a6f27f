"""今日の窓口: all that a clerk's screen shows of one desk, without any name or phone of a citizen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.numbers import label
from ..domain.order import Waiting
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER, TicketState
from ..store import dashboard as rows
from ..store import desks as desk_rows
from ..store import queue, reaching
from ..store.tables import Desk, Service
from . import forecasts, lease_troubles, positions
from .actors import Actor
from .booking_rules import arrival_rules
from .dashboard_next import NextUp, next_ups, uncovered
from .desks import gives_numbers
from .lease_troubles import TroubleLine
from .office import Office, Unit
from .steps import UNDO_FOR, Outcome
from .terminal_states import TerminalState, terminal_states

MOST_WAITING: Final = 100
"""A list is not made faster to read by more rows; how many more there are is a figure."""
MOST_FINISHED: Final = 10
_WAITS: Final = TicketState.WAITING.value
_UNSENT_FOR: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class ServiceChoice:
    """A service to issue a number for or to hand over to."""

    id: int
    code: str
    letter: str
    name: str


@dataclass(frozen=True)
class QueueRow:
    """One ticket. `appointment` is ``10:30`` or empty; `bound`: its holder has it in LINE.

    `not_before` is ``10:40`` or empty: its holder asked to be called no earlier. `unreachable`: LINE
    does not reach its holder (blocked, or the last call did not arrive); call by voice.
    `route`: the services that follow in the same visit.
    """

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
    queued_at: datetime
    priority_reason: str = ""
    not_before: str = ""
    later: bool = False
    """`not_before` has not come yet."""
    postponed: int = 0
    serving_at: datetime | None = None
    route: tuple[ServiceChoice, ...] = ()
    unreachable: bool = False
    expected: tuple[int, int] | None = None
    """Low and high minutes until it is called, as its holder is told; only while it waits."""


@dataclass(frozen=True)
class FinishedRow:
    """A ticket that is done or was cancelled, and when, as ``10:30``."""

    ticket_id: int
    number: str
    service: str
    cancelled: bool
    counter_id: int | None
    ended: str


@dataclass(frozen=True)
class CounterView:
    """One counter, who sits there, and who is served there since when."""

    id: int
    label: str
    staff_id: int | None
    staff_name: str
    ticket: QueueRow | None
    since: datetime | None
    paused: bool = False
    services: tuple[int, ...] = ()
    """Those that it takes; none: all."""
    next: NextUp | None = None
    """Who would be called here next; nobody where nobody sits."""
    uncovered: int = 0
    """How many wait for what neither this nor any open counter takes."""
    absent: Outcome | None = None
    """Who has just become absent here without a click, and how to take it back."""


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
    reached: bool = True
    """LINE can tell who made it."""


@dataclass(frozen=True)
class Dashboard:
    """One desk as it stands at `generated_at`. `longest_wait` in minutes.

    `line_health` is ``ok`` or ``late`` (messages wait for over a minute).
    """

    desk_id: int
    desk_code: str
    desk_name: str
    open: bool
    paused: bool
    stopped: bool
    """Gives no more numbers today; who waits is still called."""
    closed: bool
    """Closed by staff for today."""
    waiting: tuple[QueueRow, ...]
    """The next `MOST_WAITING` in calling order."""
    waiting_count: int
    on_hold: tuple[QueueRow, ...]
    missed: tuple[QueueRow, ...]
    finished: tuple[FinishedRow, ...]
    """Those that ended last, the newest first."""
    counters: tuple[CounterView, ...]
    reservations: tuple[ReservationRow, ...]
    services: tuple[ServiceChoice, ...]
    longest_wait: int
    places_left_today: int
    line_health: str
    terminals: tuple[TerminalState, ...]
    papers: tuple[TroubleLine, ...]
    """Papers given without the network that need a clerk's hand."""
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
        return _build(office, unit, desk)


def _build(office: Office, unit: Unit, desk: Desk) -> Dashboard:
    desk_id = desk.id or 0
    services = {service.id or 0: service for service in desk_rows.services(unit.session, desk_id)}
    front = queue.front(unit.session, desk_id, unit.today, MOST_WAITING)
    order = positions.order_of(unit, desk_id)
    shown = _shown(unit, desk_id, [entry.ticket_id for entry in order.of(front)[:MOST_WAITING]])
    unreached = {one.ticket_id for one in reaching.at_desk(unit.session, desk_id, unit.today)}
    row = _Rows(unit, services, shown, unreached)
    handled = {one.ticket_id: row.of(one) for one in shown.values() if one.state != _WAITS}
    count, since = rows.waiting(unit.session, desk_id, unit.today)
    return Dashboard(
        desk_id=desk_id,
        desk_code=desk.code,
        desk_name=localized(desk.names, "ja"),
        open=gives_numbers(unit, desk),
        paused=desk.paused,
        stopped=desk.stopped_on == unit.today,
        closed=desk.closed_on == unit.today,
        waiting=_expected(
            office, unit, desk_id, [row.of(one) for one in shown.values() if one.state == _WAITS]
        ),
        waiting_count=count,
        on_hold=_in_state(handled, TicketState.ON_HOLD),
        missed=_in_state(handled, TicketState.MISSED),
        finished=_finished(unit, desk_id, services),
        counters=_counters(unit, desk_id, order, front, handled),
        reservations=_reservations(unit, desk_id, services),
        services=tuple(
            _choice(service) for service in services.values() if service.walk_in or service.bookable
        ),
        longest_wait=0 if since is None else _minutes(unit, since),
        places_left_today=rows.places_left(unit.session, desk_id, unit.today, unit.now),
        line_health="late" if rows.unsent_messages(unit.session, unit.now - _UNSENT_FOR) else "ok",
        terminals=tuple(terminal_states(office, unit, desk_id)),
        papers=lease_troubles.to_see_to(unit, desk_id),
        generated_at=unit.now,
    )


def _shown(unit: Unit, desk_id: int, next_ones: Sequence[int]) -> dict[int, rows.TicketRow]:
    """The tickets of all lists by id: those waiting, in that order, then those handled."""
    found = rows.tickets(unit.session, next_ones)
    waiting = {ticket_id: found[ticket_id] for ticket_id in next_ones if ticket_id in found}
    handled = {one.ticket_id: one for one in rows.handled(unit.session, desk_id, unit.today)}
    # Read a moment later: who was called in between is at a counter, and waits no more.
    return {ticket_id: one for ticket_id, one in waiting.items() if ticket_id not in handled} | handled


class _Rows:
    """Makes tickets into rows; names the services of the desk, and those that follow at others."""

    def __init__(
        self,
        unit: Unit,
        services: Mapping[int, Service],
        tickets: Mapping[int, rows.TicketRow],
        unreached: Collection[int],
    ) -> None:
        self._unit, self._unreached = unit, unreached
        self._choices = {service_id: _choice(service) for service_id, service in services.items()}
        further = {one for row in tickets.values() for one in row.route if one not in services}
        for service in rows.services(unit.session, sorted(further)):
            self._choices[service.id or 0] = _choice(service)

    def of(self, row: rows.TicketRow) -> QueueRow:
        """One ticket's row."""
        unit = self._unit
        service = self._choices.get(row.service_id)
        return QueueRow(
            ticket_id=row.ticket_id,
            number=label(row.letter, row.number),
            service="" if service is None else service.name,
            channel=row.channel,
            state=row.state,
            waited_minutes=_minutes(unit, row.issued_at),
            issued_at=row.issued_at,
            called_at=row.called_at,
            counter_id=row.counter_id,
            appointment=_time(unit, row.appointment_at),
            priority=row.priority,
            calls=row.calls,
            bound=row.line_user_id is not None,
            unreachable=row.ticket_id in self._unreached,
            queued_at=row.queued_at,
            priority_reason=row.priority_reason,
            not_before=_time(unit, row.not_before),
            later=row.not_before is not None and row.not_before > unit.now,
            postponed=row.postponed,
            serving_at=row.serving_at,
            route=tuple(self._choices[one] for one in row.route if one in self._choices),
        )


def _expected(office: Office, unit: Unit, desk_id: int, waiting: Sequence[QueueRow]) -> tuple[QueueRow, ...]:
    """Those waiting, in order, with the minutes that are known. None are worked out while a clerk waits."""
    known = forecasts.known(office, unit, desk_id)
    if known is None:
        return tuple(waiting)
    told, ahead = [], 0
    for row in waiting:
        minutes = None if row.later else known.of(ahead, ticket_id=row.ticket_id).shown
        told.append(replace(row, expected=minutes))
        ahead += not row.later
    return tuple(told)


def _time(unit: Unit, moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(unit.zone):%H:%M}"


def _minutes(unit: Unit, since: datetime) -> int:
    return max(0, (unit.now - since) // timedelta(minutes=1))


def _in_state(handled: Mapping[int, QueueRow], state: TicketState) -> tuple[QueueRow, ...]:
    return tuple(row for row in handled.values() if row.state == state.value)


def _finished(unit: Unit, desk_id: int, services: Mapping[int, Service]) -> tuple[FinishedRow, ...]:
    found = rows.finished(unit.session, desk_id, unit.today, MOST_FINISHED)
    return tuple(
        FinishedRow(
            ticket_id=row.ticket_id,
            number=label(row.letter, row.number),
            service=localized(services[row.service_id].names, "ja") if row.service_id in services else "",
            cancelled=row.state == TicketState.CANCELLED.value,
            counter_id=row.counter_id,
            ended=_time(unit, row.ended_at),
        )
        for row in found
    )


def _counters(
    unit: Unit,
    desk_id: int,
    order: positions.Order,
    front: Sequence[Waiting],
    handled: Mapping[int, QueueRow],
) -> tuple[CounterView, ...]:
    counters = rows.counters(unit.session, desk_id)
    ups = next_ups(unit, desk_id, order, front, counters)
    some_choose = any(counter.services for counter in counters)
    waiting = queue.waiting_by_service(unit.session, desk_id, unit.today) if some_choose else {}
    uncovered_at = uncovered(waiting, counters)
    absent = _just_absent(unit, handled)
    at = {row.counter_id: row for row in handled.values() if TicketState(row.state) in AT_COUNTER}

    def view(counter: rows.CounterRow) -> CounterView:
        ticket = at.get(counter.counter_id)
        return CounterView(
            id=counter.counter_id,
            label=counter.label,
            staff_id=counter.staff_id,
            staff_name=counter.staff_name or "",
            ticket=ticket,
            since=None if ticket is None else ticket.serving_at or ticket.called_at,
            paused=counter.paused,
            services=tuple(counter.services),
            next=ups.get(counter.counter_id),
            uncovered=uncovered_at(counter.counter_id),
            absent=absent.get(counter.counter_id),
        )

    return tuple(view(counter) for counter in counters)


def _just_absent(unit: Unit, handled: Mapping[int, QueueRow]) -> dict[int, Outcome]:
    """Who became absent without a click in the last seconds, by the counter that had called."""
    missed = [row.ticket_id for row in handled.values() if row.state == TicketState.MISSED.value]
    return {
        change.counter_id: Outcome(
            change.batch, change.ticket_id, handled[change.ticket_id].number, change.changed_at + UNDO_FOR
        )
        for change in rows.absences(unit.session, missed, unit.now - UNDO_FOR)
    }


def _reservations(unit: Unit, desk_id: int, services: Mapping[int, Service]) -> tuple[ReservationRow, ...]:
    found = rows.reservations(unit.session, desk_id, unit.today)
    return tuple(_reservation(unit, row, services[row.service_id]) for row in found)


def _reservation(unit: Unit, row: rows.ReservationRow, service: Service) -> ReservationRow:
    awaited = row.state == ReservationState.BOOKED.value
    checked_in = row.letter is not None and row.number is not None
    return ReservationRow(
        id=row.reservation_id,
        code=row.code,
        time=_time(unit, row.starts_at),
        service=localized(service.names, "ja"),
        state=row.state,
        late=awaited and unit.now > arrival_rules(service).late_from(row.starts_at),
        channel=row.channel,
        ticket_number=label(row.letter or "", row.number or 0) if checked_in else "",
        reached=bool(row.following),
    )


def _choice(service: Service) -> ServiceChoice:
    return ServiceChoice(service.id or 0, service.code, service.letter, localized(service.names, "ja"))
