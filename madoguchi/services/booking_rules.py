"""A service's rules for booking and arriving, as the domain takes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..dates import moment_texts
from ..domain.arrival import ArrivalRules, LatePolicy
from ..domain.booking_rules import BookingRules, ClosesUnit, OpensUnit
from ..domain.errors import Refusal
from ..domain.workdays import OpenOn
from ..store.desks import hours_of
from ..store.tables import Desk, Service
from .holidays import is_holiday
from .office import Unit


def rules_of(unit: Unit, service: Service, desk: Desk | None = None) -> BookingRules:
    """From when until when the service can be booked; working days are those of its desk."""
    return BookingRules(
        opens_amount=service.opens_amount,
        opens_unit=OpensUnit(service.opens_unit),
        opens_at=service.opens_at,
        closes_amount=service.closes_amount,
        closes_unit=ClosesUnit(service.closes_unit),
        closes_at=service.closes_at,
        zone=unit.zone,
        open_on=works_on(desk or unit.session.get_one(Desk, service.desk_id)),
    )


def refuse_closed(unit: Unit, rules: BookingRules, day: date, starts_at: datetime) -> None:
    """Raise why citizens may not book this visit now. Raises `Refusal`: not_open_yet(when), slot_closed."""
    _refuse_outside(unit, rules.opening(day), rules.deadline(starts_at))


def refuse_closed_to_staff(unit: Unit, rules: BookingRules, day: date, starts_at: datetime) -> None:
    """The same for staff and their callers: no earlier than anybody, but until the visit begins."""
    _refuse_outside(unit, rules.opening(day), starts_at)


def _refuse_outside(unit: Unit, opens: datetime, closes: datetime) -> None:
    if unit.now < opens:
        raise Refusal("not_open_yet", when=moment_texts(opens, unit.zone))
    if unit.now > closes:
        raise Refusal("slot_closed")


def arrival_rules(service: Service) -> ArrivalRules:
    """How early one may check in, and what being late costs."""
    return ArrivalRules(
        early=timedelta(minutes=service.early_minutes),
        late_after=timedelta(minutes=service.late_minutes),
        late_policy=LatePolicy(service.late_policy),
    )


def works_on(desk: Desk) -> OpenOn:
    """Whether the desk works on a day."""
    hours = hours_of(desk)
    return lambda day: hours.open_on(day, is_holiday)
