"""Queries on municipalities, desks, services and counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from ..domain.leasing import main_numbers
from ..domain.numbers import NumberRange
from ..domain.opening import Hours
from ..domain.order import OrderKind, Policy
from .direct import execute
from .tables import Counter, Desk, Municipality, Service


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with what its desk says about giving numbers, read in one row."""

    service_id: int
    service_code: str
    service_names: Mapping[str, str]
    letter: str
    number_first: int
    number_last: int
    walk_in: bool
    bookable: bool
    desk_id: int
    desk_code: str
    desk_names: Mapping[str, str]
    opens_at: time
    closes_at: time
    weekdays: Sequence[int]
    closed_on_holidays: bool
    closed_year_end: bool
    paused: bool
    stopped_on: date | None
    closed_on: date | None
    near_threshold: int
    remote: bool
    remote_limit: int
    remote_per_person: int

    @property
    def hours(self) -> Hours:
        """The desk's opening hours."""
        return hours_of(self)

    @property
    def all_numbers(self) -> NumberRange:
        """The service's numbers of one day, those that terminals hold in advance among them."""
        return NumberRange(self.number_first, self.number_last)

    @property
    def numbers(self) -> NumberRange:
        """The numbers that are given one after the other."""
        return main_numbers(self.all_numbers)


def hours_of(desk: Desk | Offer) -> Hours:
    """The desk's opening hours."""
    return Hours(desk.opens_at, desk.closes_at, desk.weekdays, desk.closed_on_holidays, desk.closed_year_end)


_OFFER: Any = select(
    col(Service.id),
    col(Service.code),
    col(Service.names),
    col(Service.letter),
    col(Service.number_first),
    col(Service.number_last),
    col(Service.walk_in),
    col(Service.bookable),
    col(Desk.id),
    col(Desk.code),
    col(Desk.names),
    col(Desk.opens_at),
    col(Desk.closes_at),
    col(Desk.weekdays),
    col(Desk.closed_on_holidays),
    col(Desk.closed_year_end),
    col(Desk.paused),
    col(Desk.stopped_on),
    col(Desk.closed_on),
    col(Desk.near_threshold),
    col(Desk.remote),
    col(Desk.remote_limit),
    col(Desk.remote_per_person),
).join(Desk, col(Service.desk_id) == col(Desk.id))


# Built once: every ticket asks, and putting a statement together takes longer than running it.
_DESK_OF_COUNTER: Any = select(col(Counter.desk_id)).where(col(Counter.id) == bindparam("counter"))
_DESK_LOCKED: Any = (
    select(Desk)
    .where(col(Desk.id) == bindparam("desk"))
    .with_for_update(key_share=True)
    # What was read before the lock could be old.
    .execution_options(populate_existing=True)
)
_POLICY: Any = select(
    col(Desk.order_kind),
    col(Desk.appointment_lead),
    col(Desk.patience),
    col(Desk.ratio_appointments),
    col(Desk.ratio_others),
).where(col(Desk.id) == bindparam("desk"))
_OFFER_BY_ID = _OFFER.where(col(Service.id) == bindparam("service"))
_OFFER_BY_CODE = _OFFER.where(
    col(Service.desk_id) == bindparam("desk"), col(Service.code) == bindparam("service")
)


def _offer(session: Session, query: Any, **values: object) -> Offer | None:
    row = execute(session, query, **values).one_or_none()
    return None if row is None else Offer(*row)


def offer(session: Session, service_id: int) -> Offer | None:
    """The service's offer by its id."""
    return _offer(session, _OFFER_BY_ID, service=service_id)


def offer_by_code(session: Session, desk_id: int, code: str) -> Offer | None:
    """The offer of the desk's service with that code."""
    return _offer(session, _OFFER_BY_CODE, desk=desk_id, service=code)


def offers_at(session: Session, desk_id: int) -> list[Offer]:
    """The offers of all services of the desk, in the order citizens see them."""
    query = _OFFER.where(col(Service.desk_id) == desk_id).order_by(col(Service.position), col(Service.id))
    return [Offer(*row) for row in session.execute(query)]


def municipalities(session: Session) -> list[Municipality]:
    """All of them, in the order they were made."""
    return list(session.execute(select(Municipality).order_by(col(Municipality.id))).scalars())


def desks(session: Session, municipality_id: int | None = None) -> list[tuple[Desk, Municipality]]:
    """Desks with their municipality, in the order they were made."""
    query = (
        select(Desk, Municipality)
        .join(Municipality, col(Desk.municipality_id) == col(Municipality.id))
        .order_by(col(Desk.municipality_id), col(Desk.id))
    )
    if municipality_id is not None:
        query = query.where(col(Desk.municipality_id) == municipality_id)
    return [(desk, municipality) for desk, municipality in session.execute(query)]


def policy(session: Session, desk_id: int) -> Policy:
    """How the desk orders its queue."""
    kind, lead, patience, appointments, others = execute(session, _POLICY, desk=desk_id).one()
    return Policy(
        kind=OrderKind(kind),
        appointment_lead=timedelta(minutes=lead),
        patience=timedelta(minutes=patience),
        ratio=(appointments, others),
    )


def desk_id_of_counter(session: Session, counter_id: int) -> int | None:
    """The desk of the counter with that id."""
    found: int | None = execute(session, _DESK_OF_COUNTER, counter=counter_id).scalar_one_or_none()
    return found


def lock_desk(session: Session, desk_id: int) -> Desk | None:
    """The desk, locked against everybody else who calls there.

    Not against issuing: a new ticket only needs the desk to exist (its foreign key's lock).
    """
    found: Desk | None = session.execute(_DESK_LOCKED, {"desk": desk_id}).scalar_one_or_none()
    return found


def services(session: Session, desk_id: int) -> list[Service]:
    """The desk's services in the order citizens see them."""
    query = (
        select(Service)
        .where(col(Service.desk_id) == desk_id)
        .order_by(col(Service.position), col(Service.id))
    )
    return list(session.execute(query).scalars())


def counters(session: Session, desk_id: int) -> list[Counter]:
    """The desk's counters in use by label, numbers in number order."""
    used = select(Counter).where(col(Counter.desk_id) == desk_id, col(Counter.retired).is_(False))
    found = session.execute(used).scalars()
    return sorted(found, key=lambda counter: (len(counter.label), counter.label))


def staffed_counters(session: Session, desk_id: int) -> int:
    """How many counters work: somebody sits there and does not pause."""
    query = select(func.count()).where(
        col(Counter.desk_id) == desk_id, col(Counter.staff_id).is_not(None), col(Counter.paused).is_(False)
    )
    return int(session.execute(query).scalar_one())


def desks_of_services(session: Session, service_ids: Sequence[int]) -> dict[int, int]:
    """The desk of each of these services, by service id."""
    query = select(col(Service.id), col(Service.desk_id)).where(col(Service.id).in_(list(service_ids)))
    return {row[0]: row[1] for row in session.execute(query)}


def municipalities_of(session: Session, service_ids: Sequence[int]) -> dict[int, int]:
    """The municipality of each of these services, by service id."""
    query = (
        select(col(Service.id), col(Desk.municipality_id))
        .join(Desk, col(Service.desk_id) == col(Desk.id))
        .where(col(Service.id).in_(list(service_ids)))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def services_taken(session: Session, desk_id: int) -> list[Sequence[int]]:
    """Of each counter that works, the ids of the services that it takes; none given: all of the desk."""
    query = select(col(Counter.services)).where(
        col(Counter.desk_id) == desk_id, col(Counter.staff_id).is_not(None), col(Counter.paused).is_(False)
    )
    return list(session.execute(query).scalars())


def in_municipality(session: Session, desk_id: int, municipality_id: int) -> bool:
    """Whether the desk belongs to the municipality."""
    query = select(col(Desk.id)).where(col(Desk.id) == desk_id, col(Desk.municipality_id) == municipality_id)
    return session.execute(query).one_or_none() is not None
