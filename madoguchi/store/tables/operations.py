"""Terminals and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel

from ...domain.personal import Item, holds
from .base import names_field


class Terminal(SQLModel, table=True):
    """端末: a paired kiosk. Only the device token's SHA-256 is kept."""

    __tablename__ = "terminal"

    id: int | None = Field(default=None, primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    name: str = Field(max_length=64)
    token_hash: str = Field(unique=True, max_length=64)
    paired_at: datetime
    revoked_at: datetime | None = None
    seen_at: datetime | None = None
    printer: str = Field(default="unknown", max_length=16)
    version: str = Field(default="", max_length=32)
    unsent: int = 0
    clock_ahead: int = 0
    """Seconds that its clock was ahead of the server's when it reported last; negative: behind."""


class TicketPaper(SQLModel, table=True):
    """What a desk wants on its paper tickets, beside what stands on every one. No row: nothing."""

    __tablename__ = "ticket_paper"

    desk_id: int = Field(primary_key=True, foreign_key="desk.id", sa_column_kwargs={"autoincrement": False})
    lines: list[str] = Field(default_factory=list, sa_type=JSON)
    """Japanese, one below the other."""
    closing_words: dict[str, str] = names_field()
    """By language; where one is missing the standard words stand."""
    logo: bytes | None = Field(default=None, sa_type=LargeBinary)
    """A PNG of one bit a dot; None: no logo."""


class PairingCode(SQLModel, table=True):
    """A one-time code that makes a terminal."""

    __tablename__ = "pairing_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    desk_id: int = Field(foreign_key="desk.id")
    name: str = Field(max_length=64)
    expires_at: datetime
    used_at: datetime | None = None


class AuditEntry(SQLModel, table=True):
    """One staff action or look at a contact; append-only, each row chained to the one before by its hash."""

    __tablename__ = "audit"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    staff_id: int | None = Field(
        default=None, foreign_key="staff.id", index=True, sa_column_kwargs=holds(Item.ACTIONS)
    )
    action: str = Field(max_length=40)
    subject: str = Field(max_length=60)
    """What it was done to, by id: ``ticket:17``."""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditSeal(SQLModel, table=True):
    """Where the audit log ends, signed with the server's key, which the database does not hold. One row."""

    __tablename__ = "audit_seal"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_id: int
    last_hash: str = Field(max_length=64)
    mac: str = Field(max_length=64)
