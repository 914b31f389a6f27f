"""Places, reservations, and contacts: the only personal data in the system."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ...domain.booking import ReservationState
from ...domain.personal import Item, holds
from ...domain.slot_plans import ExceptionKind
from ...domain.waitlist import WaitState
from .base import one_of


class Pool(SQLModel, table=True):
    """枠のまとまり: places that one service has for itself, or that several of a desk share."""

    __tablename__ = "pool"

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    name: str = Field(max_length=60)
    """As staff call it."""
    closed_on_holidays: bool = True
    closed_year_end: bool = True
    """No places from 29 December to 3 January."""


class Slot(SQLModel, table=True):
    """予約枠: a pool's start time with a capacity. Capacity 0 is a time that the plan no longer has."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("pool_id", "starts_at"),
        Index("ix_slot_pool_id_day", "pool_id", "day"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="pool.id")
    starts_at: datetime = Field(index=True)
    day: date
    """The local day of `starts_at`."""
    capacity: int
    taken: int = 0


class SlotPlan(SQLModel, table=True):
    """A pool's weekly pattern from a date on, until the next plan's date."""

    __tablename__ = "slot_plan"
    __table_args__ = (UniqueConstraint("pool_id", "effective_from"),)

    id: int | None = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="pool.id")
    effective_from: date
    bands: list[dict[str, Any]] = Field(sa_type=JSON)
    """As `domain.slot_plans.bands_as_json` writes them."""
    created_at: datetime
    staff_id: int | None = Field(default=None, foreign_key="staff.id", sa_column_kwargs=holds(Item.ACTIONS))


class DayException(SQLModel, table=True):
    """What one day of a pool has instead of its pattern."""

    __tablename__ = "day_exception"
    __table_args__ = (UniqueConstraint("pool_id", "day"), one_of("kind", ExceptionKind))

    id: int | None = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="pool.id")
    day: date
    kind: str = Field(max_length=12)
    capacity: int | None = None
    """Places at each time of the pattern, for the kind ``capacity``."""
    bands: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """The day's own opening, for the kind ``special``; their weekday is the day's."""
    note: str = Field(default="", max_length=100)
    """Why, for staff."""


class Contact(SQLModel, table=True):
    """連絡先: kana name and phone number, kept for staff telephoning about the booking."""

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    kana: str = Field(max_length=40, sa_column_kwargs=holds(Item.KANA))
    kana_key: str = Field(max_length=80, index=True, sa_column_kwargs=holds(Item.KANA))
    """The kana name folded for searching."""
    phone: str = Field(max_length=20, sa_column_kwargs=holds(Item.PHONE))
    """E.164."""
    created_at: datetime
    visit_day: date
    """The retention clock starts at the later of this and `created_at`."""
    masked_at: datetime | None = Field(default=None, index=True)
    masked_as: str | None = Field(default=None, max_length=8)
    """By which policy: what was masked in part is masked whole once ``full`` is set, never the other way."""


class Reservation(SQLModel, table=True):
    """予約: a visit's place, held, booked, and what became of it."""

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("desk_id", "day", "code"),
        Index("ix_reservation_state_hold_until", "state", "hold_until"),
        Index("ix_reservation_service_id_day", "service_id", "day"),
        Index("uq_reservation_origin", "origin", unique=True),
        one_of("state", ReservationState),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=8)
    """What citizens quote and type at the terminal: six digits, unique per desk and day."""
    origin: str | None = Field(default=None, max_length=120)
    """The staff form that made it; the form sent twice finds it again."""
    desk_id: int = Field(foreign_key="desk.id")
    service_id: int = Field(foreign_key="service.id")
    slot_id: int = Field(foreign_key="slot.id", index=True)
    day: date
    starts_at: datetime
    state: str = Field(max_length=12)
    channel: str = Field(max_length=12)
    language: str = Field(default="ja", max_length=8)
    line_user_id: int | None = Field(
        default=None, foreign_key="line_user.id", index=True, sa_column_kwargs=holds(Item.VISITS)
    )
    guest: str | None = Field(default=None, max_length=64, index=True, sa_column_kwargs=holds(Item.VISITS))
    """SHA-256 of the confirmation code of somebody who booked without LINE."""
    party: int = 1
    """How many come."""
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs=holds(Item.WORDS))
    """To the service's questions, by question; words are overwritten together with the contact."""
    over_reason: str | None = Field(default=None, max_length=200, sa_column_kwargs=holds(Item.WORDS))
    """Why staff took a place beyond the capacity; overwritten together with the contact."""
    cancel_reason: str | None = Field(default=None, max_length=24)
    """Why staff cancelled, as `domain.booking.CancelReason`."""
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    hold_until: datetime | None = None
    created_at: datetime
    booked_at: datetime | None = None
    moved_at: datetime | None = None
    """When it last got another time."""
    ended_at: datetime | None = None


class WaitingListEntry(SQLModel, table=True):
    """キャンセル待ち: somebody in LINE who asks to be told when a place of a full day falls free."""

    __tablename__ = "waiting_list"
    __table_args__ = (
        Index("ix_waiting_list_service_id_day_state", "service_id", "day", "state"),
        Index(
            "uq_waiting_list_open",
            "line_user_id",
            "service_id",
            "day",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'offered')"),
            postgresql_where=text("state IN ('waiting', 'offered')"),
        ),
        one_of("state", WaitState),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_user_id: int = Field(foreign_key="line_user.id", sa_column_kwargs=holds(Item.VISITS))
    service_id: int = Field(foreign_key="service.id")
    day: date
    state: str = Field(default=WaitState.WAITING.value, max_length=12)
    created_at: datetime
    reservation_id: int | None = Field(default=None, foreign_key="reservation.id", index=True)
    """The place held for them, once one was offered."""
    ended_at: datetime | None = None
