"""The city's offices: municipality, desk, counter, service."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from .base import names_field


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
    __table_args__ = (UniqueConstraint("desk_id", "letter"),)

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
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
    opens_days_before: int = 30
    closes_minutes_before: int = 60
    position: int = 0
