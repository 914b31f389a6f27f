"""Staff, their sessions, and what proves who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from ...domain.personal import Item, holds
from ...domain.roles import Role
from ...domain.sign_in import Stage
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
    """Wrong passwords and codes since the last sign-in, from browsers that are not known."""
    locked_until: datetime | None = None
    password_ends_at: datetime | None = None
    """Until when a one-time password opens the account, to have its owner choose another; None: it is
    the owner's own."""
    totp_salt: str = Field(default="", max_length=32)
    """What the authenticator's secret is derived from, together with the server's key; empty: none."""
    totp_step: int = 0
    """The newest time step whose code was used: each opens once."""


class StaffSession(SQLModel, table=True):
    """A sign-in. Only the token's SHA-256 is kept."""

    __tablename__ = "staff_session"
    __table_args__ = (one_of("stage", Stage),)

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = Field(foreign_key="staff.id", index=True, sa_column_kwargs=holds(Item.ACTIONS))
    created_at: datetime
    expires_at: datetime = Field(index=True)
    stage: str = Field(default=Stage.OPEN.value, max_length=16)
    seen_at: datetime
    """When its owner did something last, to the minute."""
    address: str = Field(default="", max_length=64, sa_column_kwargs=holds(Item.ACTIONS))
    browser: str = Field(default="", max_length=64, sa_column_kwargs=holds(Item.ACTIONS))
    """Kind and system only: ``Firefox / Windows``."""


class StaffDevice(SQLModel, table=True):
    """A browser that one has signed in with before. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "staff_device"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = Field(primary_key=True, foreign_key="staff.id", sa_column_kwargs=holds(Item.ACTIONS))
    seen_at: datetime
    failures: int = 0
    """Wrong passwords and codes since the last sign-in with this browser."""
    locked_until: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """One of the codes that stand in once for a lost authenticator. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = Field(foreign_key="staff.id", index=True, sa_column_kwargs=holds(Item.STAFF))


class SignInRules(SQLModel, table=True):
    """How a municipality's staff sign in. No row: by password."""

    __tablename__ = "sign_in_rules"

    municipality_id: int = Field(
        primary_key=True, foreign_key="municipality.id", sa_column_kwargs={"autoincrement": False}
    )
    totp_roles: list[str] = Field(default_factory=list, sa_type=JSON)
    """Roles that need an authenticator."""
