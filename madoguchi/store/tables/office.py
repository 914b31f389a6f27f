"""The city's offices: municipality, desk, counter, service."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from ...domain.arrival import LatePolicy
from ...domain.booking_rules import ClosesUnit, OpensUnit
from ...domain.order import OrderKind
from ...domain.personal import Item, holds
from ...domain.returning import ReturnRule
from .base import names_field, one_of


class Municipality(SQLModel, table=True):
    """自治体: the city; owns desks."""

    __tablename__ = "municipality"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=32)
    names: dict[str, str] = names_field()


class Desk(SQLModel, table=True):
    """窓口・室課: an office with a waiting room, one queue board and one or more counters."""

    __tablename__ = "desk"
    __table_args__ = (one_of("order_kind", OrderKind), one_of("return_rule", ReturnRule))

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    code: str = Field(unique=True, max_length=32)
    names: dict[str, str] = names_field()
    places: dict[str, str] = names_field()
    """Where it is: building and floor, by language."""
    phone: str = Field(default="", max_length=20)
    """The office's own number, shown to citizens."""
    opens_at: time
    closes_at: time
    weekdays: list[int] = Field(default_factory=lambda: [0, 1, 2, 3, 4], sa_type=JSON)
    """Days it is open, Monday 0."""
    closed_on_holidays: bool = True
    closed_year_end: bool = True
    """Closed from 29 December to 3 January."""
    guest_booking: bool = False
    """Whether people without LINE may book on the public pages, with a confirmation code only."""
    near_threshold: int = Field(default=3, ge=0)
    """A citizen is told when this many are before."""
    near_minutes: int = Field(default=10, ge=0)
    """A citizen is told about so many minutes before the turn, by the estimate; 0: not."""
    paused: bool = False
    """Staff closed it by hand: no new numbers, those waiting are still called."""
    stopped_on: date | None = None
    """On this day the desk gives no more numbers; who waits is still called."""
    closed_on: date | None = None
    """On this day staff closed the desk: nobody waits any more."""
    order_kind: str = Field(default=OrderKind.APPOINTMENTS_FIRST.value, max_length=24)
    appointment_lead: int = 5
    """A checked-in appointment counts as due from so many minutes before its time."""
    patience: int = 60
    """Whoever waited so many minutes goes as one who is due."""
    ratio_appointments: int = 3
    ratio_others: int = 1
    absent_after_calls: int = Field(default=3, ge=0)
    """Called so often and still not there: absent without a click; 0: never."""
    absent_after_minutes: int = Field(default=3, ge=0)
    """Minutes from the last call until then."""
    return_rule: str = Field(default=ReturnRule.AFTER_THREE.value, max_length=12)
    return_within: int = Field(default=60, ge=0)
    """Later than so many minutes after the last call an absent one is refused in LINE, and put to the back by
    staff; 0: no such limit."""
    remote: bool = True
    """Whether numbers can be taken in LINE, from anywhere."""
    remote_limit: int = Field(default=0, ge=0)
    """So many numbers a day can be taken in LINE; 0: no limit."""
    remote_per_person: int = Field(default=0, ge=0)
    """So many of them by one person; 0: no limit."""
    notice: dict[str, str] = names_field()
    """What the lobby display says in its calm area, by language; empty: nothing."""
    speech: bool = True
    """Whether the lobby display speaks."""


class Counter(SQLModel, table=True):
    """窓口番号: the numbered window that a clerk sits at."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("desk_id", "label"),)

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    label: str = Field(max_length=8)
    """What stands above it: ``3``."""
    staff_id: int | None = Field(default=None, foreign_key="staff.id", sa_column_kwargs=holds(Item.ACTIONS))
    """Who sits there now."""
    taken_at: datetime | None = None
    """Since when."""
    seen_at: datetime | None = None
    """When a browser of whoever sits there was last known to be alive; some seconds late."""
    paused: bool = False
    """Nobody is called here for a while."""
    services: list[int] = Field(default_factory=list, sa_type=JSON)
    """Ids of the services that it takes; empty: all of the desk."""
    retired: bool = False
    """No longer used. The row stays: visits of earlier days were served there."""


class Service(SQLModel, table=True):
    """業務: what one comes for."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("desk_id", "letter"),
        one_of("opens_unit", OpensUnit),
        one_of("closes_unit", ClosesUnit),
        one_of("late_policy", LatePolicy),
    )

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    pool_id: int | None = Field(default=None, foreign_key="pool.id", index=True)
    """Where its places are; None as long as it never had any."""
    code: str = Field(unique=True, max_length=32)
    names: dict[str, str] = names_field()
    letter: str = Field(max_length=1)
    number_first: int = 1
    number_last: int = 999
    estimated_minutes: float = 10
    """Minutes a visit takes, until visits have taught better."""
    items: dict[str, str] = names_field()
    """What to bring, by language."""
    bookable: bool = True
    walk_in: bool = True
    opens_amount: int = 30
    opens_unit: str = Field(default=OpensUnit.DAYS.value, max_length=16)
    opens_at: time = time(0)
    """A day can be booked from `opens_amount` `opens_unit` before it, at this local time."""
    closes_amount: int = 60
    closes_unit: str = Field(default=ClosesUnit.MINUTES.value, max_length=16)
    closes_at: time = time(17)
    """Booking, moving and cancelling end so long before the visit; with days, at this local time."""
    max_open: int = 0
    """Standing bookings of one person at once; 0: no limit."""
    max_in_period: int = 0
    period_days: int = 0
    """Visits of one person within any so many days; 0: no limit."""
    max_party: int = 1
    """How many may come together; with 1 it is not asked."""
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """As `domain.questions.questions_as_json` writes them."""
    remind_days: int = 1
    """Days before the visit on which citizens are reminded; 0: not."""
    remind_at: time = time(17)
    remind_same_day_at: time | None = time(8)
    """When they are reminded again on the day; None: not."""
    early_minutes: int = 30
    """From so long before the time one can check in."""
    late_minutes: int = 15
    """After so long somebody counts as late."""
    late_policy: str = Field(default=LatePolicy.KEEP_TIME.value, max_length=12)
    offer_minutes: int = 60
    """How long a place is held for the first on the waiting list."""
    position: int = 0
