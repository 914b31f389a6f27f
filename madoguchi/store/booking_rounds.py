"""Statements of booking for many citizens at once, built once and run past the ORM.

The order of locks is that of `store.booking`: citizens, then reservations, then slots, each by id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.waitlist import OPEN, WaitState
from .booking import Visit
from .direct import execute, execute_all
from .inserting import INSERTS
from .tables import Contact, Desk, LineUser, Reservation, Service, Slot, WaitingListEntry


class Kept(NamedTuple):
    """The columns of a reservation that rounds work with."""

    id: int
    code: str
    desk_id: int
    service_id: int
    slot_id: int
    day: date
    starts_at: datetime
    state: str
    line_user_id: int | None
    guest: str | None
    hold_until: datetime | None
    booked_at: datetime | None
    party: int

    @property
    def citizen(self) -> Citizen:
        """Whose it is."""
        return Citizen(self.line_user_id, None if self.line_user_id is not None else self.guest)


def _many(name: str) -> Any:
    return bindparam(name, expanding=True)


_reservations: Final[Any] = Reservation.__table__  # type: ignore[attr-defined]
_slots: Final[Any] = Slot.__table__  # type: ignore[attr-defined]
_waiting: Final[Any] = WaitingListEntry.__table__  # type: ignore[attr-defined]
_KEPT: Final = [_reservations.c[name] for name in Kept._fields]
_HELD: Final = _reservations.c.state == ReservationState.HELD.value
_OWN: Final = or_(
    _reservations.c.line_user_id.in_(_many("users")), _reservations.c.guest.in_(_many("guests"))
)

_LOCK_USERS: Any = (
    select(col(LineUser.id), col(LineUser.language))
    .where(col(LineUser.id).in_(_many("users")))
    .order_by(col(LineUser.id))
    .with_for_update(key_share=True)
)
_LOCK_GUEST: Any = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("guest"), 0)))
_PLACES: Any = (
    select(Slot, Service, Desk)
    .join(Service, col(Service.pool_id) == col(Slot.pool_id))
    .join(Desk, col(Desk.id) == col(Service.desk_id))
    .where(col(Slot.id).in_(_many("slots")), col(Service.id).in_(_many("services")))
)
_LOCK_RESERVATIONS: Any = (
    select(*_KEPT)
    .where(_reservations.c.id.in_(_many("ids")))
    .order_by(_reservations.c.id)
    .with_for_update(key_share=True)
)
_LOCK_HOLDS: Any = (
    select(*_KEPT)
    .where(_OWN, _HELD, _reservations.c.service_id.in_(_many("services")))
    .order_by(_reservations.c.id)
    .with_for_update(key_share=True)
)
_OFFERED: Any = select(_waiting.c.reservation_id).where(
    _waiting.c.reservation_id.in_(_many("ids")), _waiting.c.state == WaitState.OFFERED.value
)
_LOCK_LAPSED: Any = (
    select(*_KEPT)
    .where(
        _HELD,
        _reservations.c.slot_id.in_(_many("slots")),
        _reservations.c.hold_until <= bindparam("now", type_=_reservations.c.hold_until.type),
    )
    .order_by(_reservations.c.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_VISITS: Any = select(
    _reservations.c.line_user_id,
    _reservations.c.guest,
    _reservations.c.service_id,
    _reservations.c.day,
    _reservations.c.code,
    _reservations.c.state,
).where(
    _OWN,
    _reservations.c.service_id.in_(_many("services")),
    _reservations.c.state.in_(_many("states")),
)
_LOCK_SLOTS: Any = (
    select(_slots.c.id, _slots.c.capacity - _slots.c.taken)
    .where(_slots.c.id.in_(_many("slots")))
    .order_by(_slots.c.id)
    .with_for_update(key_share=True)
)
_COUNT: Any = (
    update(_slots)
    .where(_slots.c.id == bindparam("slot"))
    .values(taken=_slots.c.taken + bindparam("more", type_=_slots.c.taken.type))
)
_END: Any = (
    update(_reservations)
    .where(_reservations.c.id.in_(_many("ids")))
    .values(state=ReservationState.CANCELLED.value, ended_at=bindparam("now"))
)
_ADD: Final = {
    dialect: insert_into(_reservations)
    .on_conflict_do_nothing(index_elements=["desk_id", "day", "code"])
    .returning(_reservations.c.id, _reservations.c.desk_id, _reservations.c.day, _reservations.c.code)
    for dialect, insert_into in INSERTS.items()
}
_ADD_CONTACTS: Any = insert(Contact.__table__).returning(  # type: ignore[attr-defined]
    col(Contact.id), sort_by_parameter_order=True
)
_BOOK: Any = (
    update(_reservations)
    .where(_reservations.c.id == bindparam("reservation"))
    .values(
        state=ReservationState.BOOKED.value,
        booked_at=bindparam("now"),
        language=bindparam("spoken"),
        party=bindparam("people"),
        answers=bindparam("told"),
        contact_id=bindparam("contact"),
        hold_until=None,
        ended_at=None,
    )
)
_WAITED_FOR: Any = select(
    _waiting.c.id,
    _waiting.c.line_user_id,
    _waiting.c.service_id,
    _waiting.c.day,
).where(
    _waiting.c.line_user_id.in_(_many("users")),
    _waiting.c.service_id.in_(_many("services")),
    _waiting.c.state.in_([state.value for state in OPEN]),
)
_GOT: Any = (
    update(_waiting)
    .where(_waiting.c.id.in_(_many("ids")))
    .values(state=WaitState.BOOKED.value, ended_at=bindparam("now"))
)


def lock_citizens(session: Session, citizens: Collection[Citizen]) -> dict[Citizen, str | None]:
    """Lock those who are known, so that their taps are worked one after another; each one's language.

    That of a guest is None; a LINE user whom we do not know is missing.
    """
    guests = sorted(_guests(citizens))
    if session.get_bind().dialect.name == "postgresql":
        for guest in guests:
            execute(session, _LOCK_GUEST, guest=guest)
    known: dict[Citizen, str | None] = {Citizen(guest=guest): None for guest in guests}
    if users := _users(citizens):
        known |= {
            Citizen.in_line(user): spoken for user, spoken in execute(session, _LOCK_USERS, users=users)
        }
    return known


def places(
    session: Session, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Slot, Service, Desk]]:
    """Slot, service and desk by id of slot and service, where the service has its places there."""
    if not wanted:
        return {}
    slots, services = {slot for slot, _ in wanted}, {service for _, service in wanted}
    found = session.execute(_PLACES, {"slots": list(slots), "services": list(services)})
    return {(slot.id or 0, service.id or 0): (slot, service, desk) for slot, service, desk in found}


def lock_reservations(session: Session, ids: Collection[int]) -> dict[int, Kept]:
    """The reservations by id, locked and as they stand now."""
    return {row[0]: Kept(*row) for row in execute(session, _LOCK_RESERVATIONS, ids=list(ids))}


def lock_holds(session: Session, citizens: Collection[Citizen], services: Collection[int]) -> list[Kept]:
    """What the citizens hold of the services, lapsed or not, locked."""
    found = execute(
        session, _LOCK_HOLDS, users=_users(citizens), guests=_guests(citizens), services=list(services)
    )
    return [Kept(*row) for row in found]


def offered(session: Session, reservation_ids: Collection[int]) -> set[int]:
    """Those of the held reservations that are offers to the waiting list."""
    return set(execute(session, _OFFERED, ids=list(reservation_ids)).scalars()) if reservation_ids else set()


def lock_lapsed(session: Session, slots: Collection[int], now: datetime) -> list[Kept]:
    """The slots' holds whose time is over, locked; those that somebody else works on are left out."""
    return [Kept(*row) for row in execute(session, _LOCK_LAPSED, slots=list(slots), now=now)]


def visits(
    session: Session,
    citizens: Collection[Citizen],
    services: Collection[int],
    states: Collection[ReservationState],
) -> dict[tuple[Citizen, int], list[Visit]]:
    """The citizens' reservations in `states`, by citizen and service."""
    by_both: dict[tuple[Citizen, int], list[Visit]] = {}
    for user, guest, service, *visit in execute(
        session,
        _VISITS,
        users=_users(citizens),
        guests=_guests(citizens),
        services=list(services),
        states=[state.value for state in states],
    ):
        citizen = Citizen(guest=guest) if user is None else Citizen.in_line(user)
        by_both.setdefault((citizen, service), []).append(Visit(*visit))
    return by_both


def lock_slots(session: Session, slots: Collection[int]) -> dict[int, int]:
    """How many places of each slot are free, negative where more are taken than it has; the slots locked."""
    if not slots:
        return {}
    return {row[0]: row[1] for row in execute(session, _LOCK_SLOTS, slots=list(slots))}


def count_places(session: Session, more: Mapping[int, int]) -> None:
    """Add to the counts of taken places, slot by slot in the order of their ids."""
    changed = [{"slot": slot, "more": more[slot]} for slot in sorted(more) if more[slot]]
    if changed:
        execute_all(session, _COUNT, changed)


def end(session: Session, ids: Collection[int], now: datetime) -> None:
    """Cancel the reservations, which must be locked."""
    if ids:
        execute(session, _END, ids=list(ids), now=now)


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, date, str], int]:
    """Insert reservations; their ids by desk, day and code, without those whose code is in use there."""
    if not rows:
        return {}
    made = execute_all(session, _ADD[session.get_bind().dialect.name], rows)
    return {(desk, day, code): number for number, desk, day, code in made}


def add_contacts(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert contacts; their ids in the same order."""
    return list(execute_all(session, _ADD_CONTACTS, rows).scalars()) if rows else []


def book(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Let reservations stand: ``reservation`` (id), ``spoken`` (language), ``people``, ``told`` (answers)
    and ``contact`` (id) of each."""
    if rows:
        execute_all(session, _BOOK, [{"now": now, **row} for row in rows])


def stop_waiting(session: Session, booked: Collection[tuple[int, int, date]], now: datetime) -> None:
    """Whoever has booked waits no longer; LINE user, service and day of each booking."""
    if not booked:
        return
    users, services = {user for user, _, _ in booked}, {service for _, service, _ in booked}
    found = execute(session, _WAITED_FOR, users=list(users), services=list(services))
    got = [number for number, *waited in found if tuple(waited) in booked]
    if got:
        execute(session, _GOT, ids=got, now=now)


def _users(citizens: Collection[Citizen]) -> list[int]:
    return [one.line_user_id for one in citizens if one.line_user_id is not None]


def _guests(citizens: Collection[Citizen]) -> list[str]:
    return [one.guest for one in citizens if one.line_user_id is None and one.guest]
