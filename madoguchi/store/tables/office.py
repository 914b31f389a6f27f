"""The city's offices: municipality, desk, counter, service."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from ...domain.arrival import LatePolicy
from ...domain.booking_rules import ClosesUnit, OpensUnit
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
    paused: bool = False
    """Staff closed it by hand: no new numbers, those waiting are still called."""


class Counter(SQLModel, table=True):
    """窓口番号: the numbered window that a clerk sits at."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("desk_id", "label"),)

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    label: str = Field(max_length=8)
    """What stands above the window: ``3``."""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    """Who sits there now."""
    taken_at: datetime | None = None
    """Since when."""


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
