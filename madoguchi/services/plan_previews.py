"""What a change of a pool's plan would do, before anybody does it: the next six weeks, and the bookings
that their time would have no place for any more."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..domain.booking import ReservationState
from ..domain.booking_rules import BookingRules
from ..domain.languages import localized
from ..domain.plan_preview import Occupant, Room, alternatives, beyond, nearest_rooms
from ..domain.roles import Permission
from ..domain.slot_plans import ClosedBy, PlanChange, PoolPlan, bands_as_json, changed
from ..store import slot_plans as rows
from ..store.slot_plans import PlaceTaken, SlotRow
from ..store.tables import Desk, Pool
from .actors import Actor
from .booking_limits import VISITS
from .booking_rules import rules_of
from .holidays import is_holiday
from .making_slots import difference, last_day, wanted
from .office import Office, Unit
from .pools import own

SHOWN_DAYS: Final = 42
CHOICES: Final = 6
MOST_WITH_CHOICES: Final = 60
"""With more touched bookings each is offered its nearest time only."""
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimePreview:
    """One time of a day; `at` is local, ``09:30``. Times that are over are left out."""

    at: str
    before: int
    after: int
    taken: int


@dataclass(frozen=True, slots=True)
class DayPreview:
    """A day of the next six weeks under the new plan."""

    day: date
    closed: ClosedBy | None
    note: str
    times: tuple[TimePreview, ...]


@dataclass(frozen=True, slots=True)
class TouchedBooking:
    """A booking beyond its time's capacity, the latest booked first. Tells nothing about who it is."""

    id: int
    code: str
    service: str
    starts_at: datetime
    nearest: datetime | None
    """The nearest time with a free place that nobody else in the list is offered."""
    others: tuple[datetime, ...] = ()
    """Further free times, the nearest first; these are offered to others too."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. `version` names the plan that it was worked out on."""

    version: str
    days: tuple[DayPreview, ...]
    touched: tuple[TouchedBooking, ...]
    before: int
    after: int
    """Places of the shown days in all."""
    last: date
    """Until when slots are made; the touched bookings are all of these days."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A pool's times as they would be: by start, for one transaction."""

    slots: tuple[SlotRow, ...]
    after: Mapping[datetime, int]
    """Capacity of every time, those that are new too."""
    less: frozenset[datetime]
    """Times that lose places."""

    @property
    def rooms(self) -> list[Room]:
        """Every time with what is taken there."""
        taken = {slot.starts_at: slot.taken for slot in self.slots}
        return [Room(moment, capacity, taken.get(moment, 0)) for moment, capacity in self.after.items()]


def preview(office: Office, actor: Actor, pool_id: int, change: PlanChange) -> Preview:
    """What `change` would do to the pool; an empty change shows the plan as it is.

    Raises `Refusal`: not_allowed, unknown_pool, and what `slot_plans.changed` raises.
    """
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        pool, desk = own(unit, actor, pool_id)
        old = rows.plan(unit.session, pool)
        new = changed(old, change, unit.today)
        slots = rows.slots_from(unit.session, pool_id, unit.now)
        seen = prospect(unit, pool, new, slots)
        days = _days(unit, new, seen)
        return Preview(
            version=version_of(old),
            days=days,
            touched=tuple(touched(unit, desk, pool_id, seen, seen.less)),
            before=sum(one.before for day in days for one in day.times),
            after=sum(one.after for day in days for one in day.times),
            last=last_day(unit, pool, slots),
        )


def over_full(office: Office, actor: Actor, pool_id: int) -> tuple[list[TouchedBooking], int]:
    """要調整: the bookings beyond their time's capacity as it is now, and how many times have too many.

    Raises `Refusal`: not_allowed, unknown_pool.
    """
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        _pool, desk = own(unit, actor, pool_id)
        slots = rows.slots_from(unit.session, pool_id, unit.now)
        full = frozenset(slot.starts_at for slot in slots if slot.taken > slot.capacity)
        seen = Prospect(tuple(slots), {slot.starts_at: slot.capacity for slot in slots}, full)
        return list(touched(unit, desk, pool_id, seen, full)), len(full)


def prospect(unit: Unit, pool: Pool, plan: PoolPlan, slots: Iterable[SlotRow]) -> Prospect:
    """The pool's `slots` from now on under `plan`."""
    there = tuple(slots)
    found = difference(wanted(unit, plan, last_day(unit, pool, there)), there)
    after = {slot.starts_at: found.capacities.get(slot.id, slot.capacity) for slot in there}
    less = frozenset(slot.starts_at for slot in there if after[slot.starts_at] < slot.capacity)
    after |= {moment: capacity for _, moment, capacity in found.new}
    return Prospect(there, after, less)


def touched(
    unit: Unit, desk: Desk, pool_id: int, seen: Prospect, moments: Collection[datetime]
) -> list[TouchedBooking]:
    """The bookings at `moments` that have no place there any more, with the nearest free one for each."""
    if not moments:
        return []
    taken = {one.id: one for one in rows.places_taken(unit.session, pool_id, unit.now)}
    over = beyond(map(_occupant, taken.values()), {moment: seen.after[moment] for moment in moments})
    services = {one.id: one for one in rows.services_of(unit.session, pool_id)}
    rules = {service_id: rules_of(unit, one, desk) for service_id, one in services.items()}

    busy = rows.other_days(unit.session, [one.id for one in over], VISITS, unit.today)
    opened: dict[tuple[int, date], bool] = {}

    def allowed(one: Occupant, moment: datetime) -> bool:
        """Whether staff may put the booking there; asked for thousands of times, so kept by day."""
        service_id, day = taken[one.id].service_id, moment.astimezone(unit.zone).date()
        if (service_id, day) not in opened:
            opened[service_id, day] = _opened(unit, rules.get(service_id), day)
        if day in busy.get(one.id, ()) and day != one.starts_at.astimezone(unit.zone).date():
            return False
        return moment >= unit.now and opened[service_id, day]

    rooms = seen.rooms
    near = nearest_rooms(over, rooms, allowed)
    found = []
    for one in over:
        booking = taken[one.id]
        service = services.get(booking.service_id)
        name = "" if service is None else localized(service.names, "ja")
        own = near.get(one.id)
        more = alternatives(one, rooms, allowed, CHOICES) if len(over) <= MOST_WITH_CHOICES else []
        others = tuple(moment for moment in more if moment != own)
        found.append(TouchedBooking(one.id, booking.code, name, one.starts_at, own, others))
    return found


def version_of(plan: PoolPlan) -> str:
    """A name that changes with anything in the plan."""
    content = [
        [[f"{one.effective_from}", bands_as_json(one.bands)] for one in plan.patterns],
        [
            [f"{day}", one.kind.value, one.capacity, bands_as_json(one.bands), one.note]
            for day, one in sorted(plan.exceptions.items())
        ],
        [plan.closed_on_holidays, plan.closed_year_end],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:16]


def _opened(unit: Unit, rules: BookingRules | None, day: date) -> bool:
    """Whether bookings of the day have opened; staff book no earlier than anybody."""
    return rules is not None and rules.opening(day) <= unit.now


def _occupant(one: PlaceTaken) -> Occupant:
    return Occupant(one.id, one.starts_at, ReservationState(one.state), one.since)


def _days(unit: Unit, plan: PoolPlan, seen: Prospect) -> tuple[DayPreview, ...]:
    before = {slot.starts_at: (slot.capacity, slot.taken) for slot in seen.slots}
    by_day: dict[date, list[TimePreview]] = defaultdict(list)
    for moment, capacity in sorted(seen.after.items()):
        had, taken = before.get(moment, (0, 0))
        if had or capacity or taken:
            local = moment.astimezone(unit.zone)
            by_day[local.date()].append(TimePreview(f"{local:%H:%M}", had, capacity, taken))
    days = []
    for ahead in range(SHOWN_DAYS):
        day = unit.today + ahead * _ONE_DAY
        exceptional = plan.exceptions.get(day)
        note = "" if exceptional is None else exceptional.note
        days.append(DayPreview(day, plan.closed_by(day, is_holiday), note, tuple(by_day[day])))
    return tuple(days)
