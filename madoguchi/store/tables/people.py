"""Staff and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from ...domain.personal import Item, holds
from ...domain.roles import Role
from .base import one_of


class Staff(SQLModel, table=True):
    """One who signs in on the staff side."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    login: str = Field(unique=True, max_length=64, sa_column_kwargs=holds(Item.STAFF))
    display_name: str = Field(max_length=64, sa_column_kwargs=holds(Item.STAFF))
    role: str = Field(max_length=16)
    password_hash: str = Field(sa_column_kwargs=holds(Item.STAFF))
    disabled: bool = False
    failures: int = 0
    """Wrong passwords since the last right one."""
    locked_until: datetime | None = None


class StaffSession(SQLModel, table=True):
    """A sign-in. Only the token's SHA-256 is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = Field(foreign_key="staff.id", index=True, sa_column_kwargs=holds(Item.ACTIONS))
    created_at: datetime
    expires_at: datetime = Field(index=True)
