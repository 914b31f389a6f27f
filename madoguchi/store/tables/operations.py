"""Terminals and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


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
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    action: str = Field(max_length=40)
    subject: str = Field(max_length=60)
    """What it was done to, by id: ``ticket:17``."""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
