"""Staff and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from ...domain.roles import Role
from .base import one_of


class Staff(SQLModel, table=True):
    """One who signs in on the staff side."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    login: str = Field(unique=True, max_length=64)
    display_name: str = Field(max_length=64)
    role: str = Field(max_length=16)
    password_hash: str
    disabled: bool = False
    failures: int = 0
    """Wrong passwords since the last right one."""
    locked_until: datetime | None = None


class StaffSession(SQLModel, table=True):
    """A sign-in. Only the token's SHA-256 is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
