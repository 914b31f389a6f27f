"""The queue: tickets, their numbers, calls, and what was done to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ...domain.personal import Item, holds
from ...domain.tickets import Channel, TicketState
from .base import one_of

_AT_COUNTER = "state IN ('called', 'serving')"
_OPEN = "state IN ('waiting', 'called', 'serving', 'on_hold')"


class Ticket(SQLModel, table=True):
    """番号札・受付: one visit in a desk's queue, whatever door it came through."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("home_desk_id", "service_day", "letter", "number", "lap"),
        Index("ix_ticket_desk_id_service_day_state", "desk_id", "service_day", "state"),
        Index(
            "uq_ticket_line_open",
            "line_user_id",
            "service_id",
            "service_day",
            unique=True,
            sqlite_where=text(f"channel = 'line' AND {_OPEN}"),
            postgresql_where=text(f"channel = 'line' AND {_OPEN}"),
        ),
        Index(
            "uq_ticket_at_counter",
            "counter_id",
            "service_day",
            unique=True,
            sqlite_where=text(_AT_COUNTER),
            postgresql_where=text(_AT_COUNTER),
        ),
        one_of("state", TicketState),
        one_of("channel", Channel),
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=43)
    """Names the ticket in ``/t/{token}``; unguessable."""
    origin: str | None = Field(default=None, unique=True, max_length=120)
    """The request that made it (``terminal:3:<key>``); a repeated request finds it again."""
    desk_id: int = Field(foreign_key="desk.id")
    """Where it waits or was served."""
    home_desk_id: int = Field(foreign_key="desk.id")
    """Where the number was given; handed over, it keeps that number."""
    service_id: int = Field(foreign_key="service.id", index=True)
    route: list[int] = Field(default_factory=list, sa_type=JSON)
    """Ids of the services that follow in the same visit, in order."""
    service_day: date
    letter: str = Field(max_length=1)
    number: int
    lap: int = 0
    state: str = Field(default=TicketState.WAITING.value, max_length=12)
    channel: str = Field(max_length=12)
    language: str = Field(default="ja", max_length=8)
    issued_at: datetime
    queued_at: datetime
    """When the place in the queue was taken; ordering uses it."""
    priority: int = 0
    priority_reason: str = Field(default="", max_length=16)
    """A `domain.priorities.PriorityReason`; empty without priority."""
    not_before: datetime | None = None
    """Its holder asked to be called no earlier."""
    postponed: int = 0
    """How often its holder let others pass."""
    place_before: datetime | None = None
    """`queued_at` before the last postponing; None when that was taken back or there was none."""
    placed_as: str | None = Field(default=None, max_length=12)
    """Moved behind others: waits among these (`domain.order.CalledAs`), whatever its appointment."""
    returned: int = 0
    """How often its holder came back by themselves after being absent."""
    appointment_at: datetime | None = None
    first_called_at: datetime | None = None
    """Ends the wait that was promised; a hand-over or another call does not change it."""
    called_at: datetime | None = None
    serving_at: datetime | None = None
    finished_at: datetime | None = None
    counter_id: int | None = Field(default=None, foreign_key="counter.id", index=True)
    calls: int = 0
    version: int = 0
    """Grows with every change; undo compares it."""
    near_told: bool = False
    soon_told: bool = False
    promised_low: int | None = None
    """The waiting time that was told with the number, in minutes; None where none was told."""
    promised_high: int | None = None
    promised_ahead: int | None = None
    """How many were before it then."""
    promised_counters: int | None = None
    """How many counters worked then."""
    line_user_id: int | None = Field(
        default=None, foreign_key="line_user.id", index=True, sa_column_kwargs=holds(Item.VISITS)
    )
    claim_code: str | None = Field(default=None, unique=True, max_length=16)
    reservation_id: int | None = Field(default=None, foreign_key="reservation.id", unique=True)
    terminal_id: int | None = Field(default=None, foreign_key="terminal.id")


class NumberSequence(SQLModel, table=True):
    """The last number given, per desk, service day and letter."""

    __tablename__ = "number_sequence"

    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    service_day: date = Field(primary_key=True)
    letter: str = Field(primary_key=True, max_length=1)
    last_number: int
    lap: int = 0
    visited: bool = False
    """Somebody came to the desk with such a number of another desk: whoever gives the next must look."""
    passed: list[int] = Field(default_factory=list, sa_type=JSON)
    """Numbers of the first lap that were not given, because somebody from another desk had them here."""


class VisitPart(SQLModel, table=True):
    """A finished service of a visit that goes on with the same ticket; the last one stands in the ticket."""

    __tablename__ = "visit_part"
    __table_args__ = (
        UniqueConstraint("ticket_id", "place"),
        Index("ix_visit_part_desk_id_service_day", "desk_id", "service_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    place: int
    """0 for the first service of the visit."""
    desk_id: int = Field(foreign_key="desk.id")
    service_id: int = Field(foreign_key="service.id")
    counter_id: int = Field(foreign_key="counter.id")
    service_day: date
    queued_at: datetime
    """When waiting for this service began: for later ones, when the service before was finished."""
    called_at: datetime
    serving_at: datetime | None = None
    finished_at: datetime
    appointment_at: datetime | None = None
    """Of the first service only: an appointment is not kept twice."""


class Call(SQLModel, table=True):
    """呼出: one announcement of a ticket at a counter."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_counter_id_called_at", "counter_id", "called_at"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    counter_id: int = Field(foreign_key="counter.id")
    called_at: datetime
    called_as: str = Field(default="", max_length=12)
    """In whose turn (`domain.order.CalledAs`); empty for calls that were nobody's turn."""


class TicketChange(SQLModel, table=True):
    """One step of a ticket's history, with what it takes to undo it."""

    __tablename__ = "ticket_change"

    id: int | None = Field(default=None, primary_key=True)
    batch: str = Field(index=True, max_length=32)
    """Changes made by one click share it and are undone together."""
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    action: str = Field(max_length=16)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", sa_column_kwargs=holds(Item.ACTIONS))
    counter_id: int | None = Field(default=None, foreign_key="counter.id", index=True)
    changed_at: datetime
    version_after: int
    before: dict[str, Any] = Field(sa_type=JSON)
    """The ticket's changed columns as they were, datetimes in ISO 8601."""
    undone: bool = False


class DeskChange(SQLModel, table=True):
    """A desk that staff stopped, closed or opened again by one click, with what it takes to undo it.

    What the same click did to tickets stands in `TicketChange` under the same batch.
    """

    __tablename__ = "desk_change"

    id: int | None = Field(default=None, primary_key=True)
    batch: str = Field(unique=True, max_length=32)
    desk_id: int = Field(foreign_key="desk.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", sa_column_kwargs=holds(Item.ACTIONS))
    changed_at: datetime
    before: dict[str, Any] = Field(sa_type=JSON)
    """The desk's changed columns as they were, dates in ISO 8601."""
    told: list[str] = Field(default_factory=list, sa_type=JSON)
    """Causes of the messages that it wrote."""
    undone: bool = False
