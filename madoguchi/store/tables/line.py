"""LINE: users, events that came in, messages that go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from ...domain.personal import Item, holds


class LineUser(SQLModel, table=True):
    """A LINE account that spoke with ours. The user id only links the two systems; it is never shown."""

    __tablename__ = "line_user"

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(unique=True, max_length=33, sa_column_kwargs=holds(Item.LINE_ID))
    desk_id: int | None = Field(default=None, foreign_key="desk.id", sa_column_kwargs=holds(Item.VISITS))
    """The desk chosen inside the account."""
    language: str = Field(default="ja", max_length=8, sa_column_kwargs=holds(Item.VISITS))
    following: bool = True
    """False while the account is blocked: nothing is pushed."""
    followed_event_at: datetime | None = None
    """When LINE says `following` last changed; an older event arriving late changes nothing."""
    wrong_claims: int = 0
    claims_blocked_until: datetime | None = None
    created_at: datetime


class WebhookEvent(SQLModel, table=True):
    """One webhook event, worked once. Its body is forgotten when done."""

    __tablename__ = "webhook_event"
    __table_args__ = (Index("ix_webhook_event_done_at_occurred_at", "done_at", "occurred_at"),)

    event_id: str = Field(primary_key=True, max_length=64)
    received_at: datetime
    occurred_at: datetime
    user_id: str | None = Field(default=None, max_length=33, sa_column_kwargs=holds(Item.LINE_ID))
    body: dict[str, Any] | None = Field(default=None, sa_type=JSON, sa_column_kwargs=holds(Item.CHAT))
    attempts: int = 0
    done_at: datetime | None = None
    failure: str | None = Field(default=None, max_length=200)


class OutboxMessage(SQLModel, table=True):
    """A push to send, written in the transaction that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_try_at", "state", "try_at"),
        Index("ix_outbox_created_at", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cause: str = Field(unique=True, max_length=80)
    """What it is for (``called:17:1``); the same cause is never written twice."""
    retry_key: str = Field(max_length=36)
    """The ``X-Line-Retry-Key``, fixed before the first try."""
    line_user_id: int = Field(foreign_key="line_user.id", index=True, sa_column_kwargs=holds(Item.VISITS))
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    reservation_id: int | None = Field(default=None, foreign_key="reservation.id", index=True)
    kind: str = Field(max_length=32)
    facts: dict[str, Any] = Field(sa_type=JSON)
    """All that the message shows; never a name or phone number."""
    language: str = Field(max_length=8)
    state: str = Field(default="pending", max_length=12)
    """``pending``, ``sent``, ``dropped`` (its moment passed or nobody to reach) or ``failed``."""
    created_at: datetime
    try_at: datetime
    expires_at: datetime
    first_tried_at: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    """When LINE last did not take it."""
    failure: str | None = Field(default=None, max_length=200)
    """Why it was not taken or not sent; none while a try is under way."""


class LineQuota(SQLModel, table=True):
    """A month's pushes: as LINE counts them, and what was accepted since it was asked."""

    __tablename__ = "line_quota"

    month: str = Field(primary_key=True, max_length=7)
    """``2026-11``, as LINE's months begin in Japan."""
    limit: int | None = None
    """None: the plan has none, or LINE has not told yet."""
    used: int = 0
    checked_at: datetime | None = None
    """When LINE last told; None: not in this month."""
    refused_at: datetime | None = None
    """When LINE last took no push because the month was used up; None once it took another."""
