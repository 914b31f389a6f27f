"""Places, reservations, and contacts: the only personal data in the system."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ...domain.booking import ReservationState
from .base import one_of


class Slot(SQLModel, table=True):
    """予約枠: a service's start time with a capacity."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("service_id", "starts_at"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    service_id: int = Field(foreign_key="service.id")
    starts_at: datetime = Field(index=True)
    day: date
    """The local day of `starts_at`."""
    capacity: int
    taken: int = 0


class Contact(SQLModel, table=True):
    """連絡先: kana name and phone number, kept for staff telephoning about the booking."""

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    kana: str = Field(max_length=40)
    kana_key: str = Field(max_length=80, index=True)
    """The kana name folded for searching."""
    phone: str = Field(max_length=20)
    """E.164."""
    created_at: datetime
    visit_day: date
    """The retention clock starts at the later of this and `created_at`."""
    masked_at: datetime | None = Field(default=None, index=True)


class Reservation(SQLModel, table=True):
    """予約: a visit's place, held, booked, and what became of it."""

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("desk_id", "day", "code"),
        Index("ix_reservation_state_hold_until", "state", "hold_until"),
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
    line_user_id: int | None = Field(default=None, foreign_key="line_user.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    hold_until: datetime | None = None
    created_at: datetime
    booked_at: datetime | None = None
    ended_at: datetime | None = None
