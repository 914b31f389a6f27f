"""予約 as staff see them: a desk's day and week, and one reservation.

Nothing here holds a name or a phone number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..domain.booking import ReservationState
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.numbers import label
from ..domain.questions import questions_from_json
from ..domain.roles import Permission, may
from ..store import desks as desk_rows
from ..store import reservation_desk as rows
from ..store.tables import Contact, Desk, Reservation, Service
from .actors import Actor
from .booking_rules import arrival_rules, rules_of
from .booking_views import changeable_until
from .office import Office, Unit

SHOWN: Final = (
    ReservationState.BOOKED,
    ReservationState.CHECKED_IN,
    ReservationState.DONE,
    ReservationState.MISSED,
)
REMOVED_QUESTION: Final = "（質問は削除済み）"
"""Stands for a question that the service asks no more."""
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class DeskReservation:
    """One reservation in a list. `time` is local, ``10:30``; `over` that it lies beyond the capacity."""

    id: int
    code: str
    desk_id: int
    desk: str
    day: date
    time: str
    service_id: int
    service: str
    slot_id: int
    state: str
    channel: str
    party: int
    language: str
    in_line: bool
    over: bool
    late: bool
    ticket_number: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """A place of the day with who has it. `held`: taken by somebody who is still typing."""

    slot_id: int
    pool_id: int
    pool: str
    time: str
    capacity: int
    taken: int
    held: int
    past: bool
    reservations: tuple[DeskReservation, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """A desk's day. `waiting` is how many are on the waiting list, by service."""

    desk_id: int
    day: date
    slots: tuple[SlotView, ...]
    waiting: tuple[tuple[str, int], ...]
    booked: int
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class WeekDay:
    """The sum of one day of the week."""

    day: date
    capacity: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class WeekCell:
    """A time of a day; `slot_id` is 0 where several pools have a place at it."""

    day: date
    slot_id: int
    capacity: int
    taken: int
    past: bool


@dataclass(frozen=True, slots=True)
class WeekView:
    """Monday to Sunday; each time has a cell for each day, None where there is no place."""

    desk_id: int
    days: tuple[WeekDay, ...]
    times: tuple[tuple[str, tuple[WeekCell | None, ...]], ...]
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """All about one reservation but its contact. `answers` are empty for who may not see contacts."""

    shown: DeskReservation
    booked_at: datetime
    moved_at: datetime | None
    over_reason: str
    cancelled_at: datetime | None
    cancel_reason: str
    """Why staff cancelled; empty when the citizen did."""
    bring: str
    changeable_until: datetime
    """Until then the citizen may move or cancel."""
    too_late: bool
    """That moment has passed: only staff change it now."""
    answers: tuple[tuple[str, str], ...]
    masked: bool
    max_party: int
    may_change: bool
    """Moved and cancelled."""
    may_check_in: bool
    early_until: datetime | None
    """It may be checked in, but the service takes people in only from this moment on."""
    may_miss: bool
    may_take_back: bool
    """It was marked absent today, and no ticket came of it."""


def day(office: Office, actor: Actor, desk_id: int, wanted: date, service_id: int = 0) -> DayView:
    """The desk's day; with a service only the places of its pool. Raises `Refusal`: not_allowed,
    unknown_desk, unknown_service."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        places = rows.slots(unit.session, desk_id, wanted, wanted, _pool(unit, desk_id, service_id))
        held = rows.held_in(unit.session, [place.slot_id for place in places])
        by_slot: dict[int, list[DeskReservation]] = defaultdict(list)
        for row in rows.reservations(unit.session, desk_id, wanted, wanted, SHOWN):
            by_slot[row.slot_id].append(shown(unit, row))
        slots = tuple(_slot(unit, place, held, by_slot[place.slot_id]) for place in places)
        return DayView(
            desk_id=desk_id,
            day=wanted,
            slots=slots,
            waiting=_waiting(unit, desk_id, wanted),
            booked=sum(len(slot.reservations) for slot in slots),
            generated_at=unit.now,
        )


def week(office: Office, actor: Actor, desk_id: int, wanted: date, service_id: int = 0) -> WeekView:
    """The week that `wanted` lies in. Raises as `day`."""
    actor.require(Permission.SEE_QUEUE)
    first = wanted - timedelta(days=wanted.weekday())
    days = [first + timedelta(days=ahead) for ahead in range(_WEEK)]
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        found = rows.slots(unit.session, desk_id, first, days[-1], _pool(unit, desk_id, service_id))
        waiting = rows.waiting(unit.session, desk_id, first, days[-1])
        grid: dict[str, dict[date, list[rows.SlotRow]]] = defaultdict(lambda: defaultdict(list))
        for slot in found:
            grid[local(unit, slot.starts_at)][slot.day].append(slot)
        return WeekView(
            desk_id=desk_id,
            days=tuple(_week_day(one, found, waiting) for one in days),
            times=tuple(
                (time, tuple(_cell(unit, grid[time].get(one, [])) for one in days)) for time in sorted(grid)
            ),
            generated_at=unit.now,
        )


def detail(office: Office, actor: Actor, reservation_id: int) -> Detail:
    """Everything about one reservation but its contact. Raises `Refusal`: not_allowed,
    unknown_reservation."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        row = rows.one(unit.session, actor.municipality_id, reservation_id)
        if row is None:
            raise Refusal("unknown_reservation")
        reservation = unit.session.get_one(Reservation, reservation_id)
        service = unit.session.get_one(Service, row.service_id)
        contact = (
            None if reservation.contact_id is None else unit.session.get(Contact, reservation.contact_id)
        )
        return _detail(unit, actor, row, reservation, service, contact)


def these(office: Office, actor: Actor, reservation_ids: Sequence[int]) -> list[DeskReservation]:
    """The municipality's reservations with these ids as they stand now, in this order; others are left
    out. Raises `Refusal("not_allowed")`."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        found = rows.some(unit.session, actor.municipality_id, reservation_ids)
        return [shown(unit, found[one]) for one in reservation_ids if one in found]


def own_desk(unit: Unit, actor: Actor, desk_id: int) -> Desk:
    """The desk, if it is one of the actor's municipality. Raises `Refusal("unknown_desk")`."""
    desk = unit.session.get(Desk, desk_id)
    if desk is None or desk.municipality_id != actor.municipality_id:
        raise Refusal("unknown_desk")
    return desk


def shown(unit: Unit, row: rows.ReservationRow) -> DeskReservation:
    """The reservation as lists show it."""
    late_from = row.starts_at + timedelta(minutes=row.late_minutes)
    return DeskReservation(
        id=row.id,
        code=row.code,
        desk_id=row.desk_id,
        desk=localized(row.desk, "ja"),
        day=row.day,
        time=local(unit, row.starts_at),
        service_id=row.service_id,
        service=localized(row.service, "ja"),
        slot_id=row.slot_id,
        state=row.state,
        channel=row.channel,
        party=row.party,
        language=row.language,
        in_line=row.line_user_id is not None,
        over=row.over_reason is not None,
        late=row.state == ReservationState.BOOKED.value and unit.now > late_from,
        ticket_number=label(row.letter, row.number) if row.letter and row.number else "",
    )


def _detail(
    unit: Unit,
    actor: Actor,
    row: rows.ReservationRow,
    reservation: Reservation,
    service: Service,
    contact: Contact | None,
) -> Detail:
    booked = row.state == ReservationState.BOOKED.value
    today = row.day == unit.today
    desk = unit.session.get_one(Desk, reservation.desk_id)
    deadline = changeable_until(reservation, desk, rules_of(unit, service, desk))
    takes_from = arrival_rules(service).opens_at(row.starts_at)
    assert reservation.booked_at is not None
    return Detail(
        shown=shown(unit, row),
        booked_at=reservation.booked_at,
        moved_at=reservation.moved_at,
        over_reason=reservation.over_reason or "",
        cancelled_at=reservation.ended_at if row.state == ReservationState.CANCELLED.value else None,
        cancel_reason=reservation.cancel_reason or "",
        bring=localized(service.items, "ja"),
        changeable_until=deadline,
        too_late=unit.now > deadline,
        answers=answers_of(service, reservation) if may(actor.role, Permission.SEE_CONTACT) else (),
        masked=contact is None or contact.masked_at is not None,
        max_party=max(1, service.max_party),
        may_change=booked,
        may_check_in=booked and today,
        early_until=takes_from if booked and today and unit.now < takes_from else None,
        may_miss=booked and today and unit.now >= row.starts_at,
        may_take_back=row.state == ReservationState.MISSED.value and today and row.number is None,
    )


def answers_of(service: Service, reservation: Reservation) -> tuple[tuple[str, str], ...]:
    """What was answered to each question, readable, Japanese."""
    left, found = dict(reservation.answers), []
    for question in questions_from_json(service.questions):
        answer = left.pop(question.key, None)
        if answer is not None:
            options = question.options or {}
            readable = localized(options[answer], "ja") if answer in options else str(answer)
            found.append((localized(question.label, "ja"), readable))
    return (*found, *((REMOVED_QUESTION, str(answer)) for answer in left.values()))


def _pool(unit: Unit, desk_id: int, service_id: int) -> int | None:
    if not service_id:
        return None
    service = unit.session.get(Service, service_id)
    if service is None or service.desk_id != desk_id:
        raise Refusal("unknown_service")
    return service.pool_id


def _slot(
    unit: Unit, place: rows.SlotRow, held: Mapping[int, int], reservations: list[DeskReservation]
) -> SlotView:
    return SlotView(
        slot_id=place.slot_id,
        pool_id=place.pool_id,
        pool=place.pool,
        time=local(unit, place.starts_at),
        capacity=place.capacity,
        taken=place.taken,
        held=held.get(place.slot_id, 0),
        past=place.starts_at < unit.now,
        reservations=tuple(reservations),
    )


def _waiting(unit: Unit, desk_id: int, wanted: date) -> tuple[tuple[str, int], ...]:
    counts = rows.waiting(unit.session, desk_id, wanted, wanted)
    names = {one.id: localized(one.names, "ja") for one in desk_rows.services(unit.session, desk_id)}
    return tuple((names[service_id], count) for (_, service_id), count in sorted(counts.items()))


def _week_day(wanted: date, found: list[rows.SlotRow], waiting: Mapping[tuple[date, int], int]) -> WeekDay:
    of_day = [slot for slot in found if slot.day == wanted]
    return WeekDay(
        day=wanted,
        capacity=sum(slot.capacity for slot in of_day),
        taken=sum(slot.taken for slot in of_day),
        waiting=sum(count for (one, _), count in waiting.items() if one == wanted),
    )


def _cell(unit: Unit, found: list[rows.SlotRow]) -> WeekCell | None:
    if not found:
        return None
    return WeekCell(
        day=found[0].day,
        slot_id=found[0].slot_id if len(found) == 1 else 0,
        capacity=sum(slot.capacity for slot in found),
        taken=sum(slot.taken for slot in found),
        past=found[0].starts_at < unit.now,
    )


def local(unit: Unit, moment: datetime) -> str:
    """``10:30`` in the office's zone."""
    return f"{moment.astimezone(unit.zone):%H:%M}"
