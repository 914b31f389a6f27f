"""Numbers that terminals hold in advance, and what went wrong when they were brought back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class LeasedNumber(SQLModel, table=True):
    """One number that one terminal may give on one day without asking.

    Token and claim code are drawn with it: what stands on the paper works once the server knows the ticket.
    """

    __tablename__ = "leased_number"
    __table_args__ = (
        UniqueConstraint("desk_id", "service_day", "letter", "number"),
        Index("ix_leased_number_terminal_id_service_day", "terminal_id", "service_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    terminal_id: int = Field(foreign_key="terminal.id")
    desk_id: int = Field(foreign_key="desk.id")
    service_id: int = Field(foreign_key="service.id")
    service_day: date
    letter: str = Field(max_length=1)
    number: int
    token: str = Field(unique=True, max_length=43)
    claim_code: str | None = Field(default=None, unique=True, max_length=16)
    given_at: datetime
    key: str | None = Field(default=None, max_length=100)
    """The touch that got it; None: the server knows of nobody who has it."""
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", unique=True)


class LeaseTrouble(SQLModel, table=True):
    """A number that a terminal gave without network and that could not be booked as it was printed."""

    __tablename__ = "lease_trouble"
    __table_args__ = (UniqueConstraint("terminal_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    terminal_id: int = Field(foreign_key="terminal.id")
    desk_id: int = Field(foreign_key="desk.id", index=True)
    service_day: date
    number: str = Field(max_length=16)
    """As it stands on the paper: ``A905``."""
    key: str = Field(max_length=100)
    reason: str = Field(max_length=24)
    """``given_twice``, ``not_leased`` or ``unknown_service``."""
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    """The ticket with another number that its holder got instead."""
    found_at: datetime
