"""キャンセル待ち: asking to be told, and offering a place that fell free to the first in line.

An offered place is a held reservation like any other, only that it is held for the service's
`offer_minutes`. When it lapses, the next in line gets it, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..domain.booking import Door, Mark, day_mark
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.waitlist import WaitState
from ..store import booking as booking_rows
from ..store import waiting_list as rows
from ..store.tables import Desk, LineUser, Reservation, Service, Slot, WaitingListEntry
from . import outbox
from .booking_limits import VISITS, refuse_more_than
from .booking_rules import rules_of
from .office import Office, Unit
from .quiet_hours import until_morning
from .reservation_rows import add

MOST_PER_PERSON: Final = 5
_SHORTEST_OFFER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WaitView:
    """One list somebody is on; `offered_until` while a place is held for them."""

    service_id: int
    service: Mapping[str, str]
    desk_id: int
    desk: Mapping[str, str]
    day: date
    offered_until: datetime | None
    reservation_id: int | None = None
    """The place held for them."""
    starts_at: datetime | None = None
    """When that place is."""


def ask(office: Office, *, line_user_id: int, service_id: int, day: date) -> bool:
    """Put the user on the list of a full day; False when they are on it already.

    Raises `Refusal`: unknown_service, wait_not_full, wait_too_many(most), and what the limits for one person
    say of a booking on that day: already_booked(number), too_many_bookings(most),
    too_many_visits(most, days).
    """
    with office.change() as unit:
        service = unit.session.get(Service, service_id)
        if service is None or not service.bookable:
            raise Refusal("unknown_service")
        # Whose offer has just run out may ask again before the place is taken back from them.
        rows.end_lapsed(unit.session, line_user_id, service_id, day, unit.now)
        if _mark(unit, service, day) is not Mark.FULL:
            raise Refusal("wait_not_full")
        # An offer that could not be taken would only keep the place from the next in line.
        visits = booking_rows.standing_visits(unit.session, Citizen.in_line(line_user_id), service_id, VISITS)
        refuse_more_than(visits, service, day, unit.today)
        if len(rows.open_of(unit.session, line_user_id, unit.today)) >= MOST_PER_PERSON:
            raise Refusal("wait_too_many", most=MOST_PER_PERSON)
        return rows.add(unit.session, line_user_id, service_id, day, unit.now)


def leave(office: Office, *, line_user_id: int, service_id: int, day: date) -> None:
    """Take the user off the list; a place held for them stays held until it lapses."""
    with office.change() as unit:
        rows.end_day(unit.session, line_user_id, service_id, day, WaitState.CANCELLED, unit.now)


def lists_of(office: Office, line_user_id: int) -> list[WaitView]:
    """The lists the user is on, by day."""
    with office.look() as unit:
        return lists_within(unit, line_user_id)


def lists_within(unit: Unit, line_user_id: int) -> list[WaitView]:
    """The same for who asks more in one transaction."""
    return [_view(unit, entry) for entry in rows.open_of(unit.session, line_user_id, unit.today)]


def offer(unit: Unit, slot_id: int, told_after: timedelta = timedelta()) -> bool:
    """Hold the slot's free place for the first who waits for its day, and tell them; whether it was done.

    Until `told_after` has passed nothing is sent, and `take_back` can undo it.

    Inside the caller's transaction, whose lock on the slot it relies on.
    """
    wait = max(until_morning(unit), told_after)
    first = _first_in_time(unit, slot_id, wait)
    if first is None or not booking_rows.take_place(unit.session, slot_id):
        return False
    entry, slot, service, until = first
    user = unit.session.get_one(LineUser, entry.line_user_id)
    held = add(
        unit,
        slot,
        service,
        line_user_id=user.id,
        channel=Door.LINE,
        language=user.language,
        hold_until=until,
    )
    entry.state = WaitState.OFFERED.value
    entry.reservation_id = held.id
    unit.session.flush()
    _tell(unit, entry, held, service, unit.session.get_one(Desk, service.desk_id), wait)
    return True


def _first_in_time(
    unit: Unit, slot_id: int, wait: timedelta
) -> tuple[WaitingListEntry, Slot, Service, datetime] | None:
    """The first in line who could still take the place, and until when it would be held."""
    closed: set[int] = set()
    while (found := rows.lock_first(unit.session, slot_id, closed)) is not None:
        entry, slot, service = found
        unit.session.refresh(slot)
        until = _offered_until(unit, slot, service, wait)
        if until is not None:
            return entry, slot, service, until
        # Another service that shares the place may close later.
        closed.add(entry.service_id)
    return None


def _offered_until(unit: Unit, slot: Slot, service: Service, wait: timedelta) -> datetime | None:
    """Until when an offer that is told of after `wait` would hold; None when nobody could take it in time."""
    rules = rules_of(unit, service)
    until = min(unit.now + wait + timedelta(minutes=service.offer_minutes), rules.deadline(slot.starts_at))
    too_late = until < unit.now + wait + _SHORTEST_OFFER
    return None if too_late or not rules.allows(slot.day, slot.starts_at, unit.now) else until


def offer_some(unit: Unit, slot_id: int, places: int, told_after: timedelta = timedelta()) -> None:
    """`offer` as many as `places` that fell free at the slot."""
    for _ in range(places):
        if not offer(unit, slot_id, told_after):
            return


def take_back(unit: Unit, slot_id: int, made_at: datetime) -> list[Reservation]:
    """What was offered of the slot at that moment, if nobody was told; locked, to be ended by the caller.

    Then `wait_on`. At most one place.
    """
    held = rows.lock_offered(unit.session, slot_id, made_at)
    untold = held is not None and outbox.withdraw(unit, _cause(held.id or 0))
    return [held] if held is not None and untold else []


def wait_on(unit: Unit, ended: Collection[Reservation]) -> None:
    """Whom these places had been offered to are where they were in the line."""
    rows.reopen(unit.session, [held.id or 0 for held in ended])


def offer_free_places(office: Office) -> int:
    """Offer every free place that somebody waits for, as after a capacity was raised. How many."""
    with office.change() as unit:
        rows.close_past(unit.session, unit.today, unit.now)
        slots = rows.slots_to_offer(unit.session, unit.now, unit.today)
    count = 0
    for slot_id in slots:
        with office.change() as unit:
            while booking_rows.lock_slot(unit.session, slot_id) and offer(unit, slot_id):
                count += 1
    return count


def forget_offers(unit: Unit, reservation_ids: Collection[int]) -> None:
    """The held places were given back or lapsed: those they were offered to are off the list."""
    if reservation_ids:
        rows.end_offers(unit.session, reservation_ids, WaitState.LAPSED, unit.now)
        outbox.offers_over(unit, reservation_ids)


def booked(unit: Unit, reservation: Reservation) -> None:
    """Whoever has a booking of the day waits for it no longer."""
    if reservation.line_user_id is not None:
        rows.end_day(
            unit.session,
            reservation.line_user_id,
            reservation.service_id,
            reservation.day,
            WaitState.BOOKED,
            unit.now,
        )


def _mark(unit: Unit, service: Service, day: date) -> Mark:
    rules = rules_of(unit, service)
    if rules.opening(day) > unit.now:
        return Mark.CLOSED
    found = booking_rows.slots_on(unit.session, service.pool_id or 0, day, rules.earliest(unit.now))
    if not found:
        return Mark.CLOSED
    free = sum(max(0, capacity - taken) for _, _, capacity, taken in found)
    return day_mark(free, sum(capacity for _, _, capacity, _ in found))


def _cause(reservation_id: int) -> str:
    return f"place_offered:{reservation_id}"


def _tell(
    unit: Unit, entry: WaitingListEntry, held: Reservation, service: Service, desk: Desk, wait: timedelta
) -> None:
    assert held.hold_until is not None
    outbox.enqueue(
        unit,
        cause=_cause(held.id or 0),
        kind="place_offered",
        line_user_id=entry.line_user_id,
        facts={
            "id": held.id,
            "starts_at": held.starts_at.isoformat(),
            "until": held.hold_until.isoformat(),
            "desk": dict(desk.names),
            "desk_id": desk.id,
            "service_id": service.id,
            "day": held.day.isoformat(),
            "place": dict(desk.places),
            "service": dict(service.names),
        },
        expires_in=held.hold_until - unit.now,
        hold_for=wait,
        reservation_id=held.id,
    )


def _view(unit: Unit, entry: WaitingListEntry) -> WaitView:
    service = unit.session.get_one(Service, entry.service_id)
    desk = unit.session.get_one(Desk, service.desk_id)
    offered = entry.state == WaitState.OFFERED.value and entry.reservation_id is not None
    held = unit.session.get(Reservation, entry.reservation_id) if offered else None
    return WaitView(
        service_id=entry.service_id,
        service=service.names,
        desk_id=service.desk_id,
        desk=desk.names,
        day=entry.day,
        offered_until=None if held is None else held.hold_until,
        reservation_id=None if held is None else held.id,
        starts_at=None if held is None else held.starts_at,
    )
