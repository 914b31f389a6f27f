"""What was overwritten and when, in numbers only."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from ...domain.masking import MaskingKind
from .base import one_of


class MaskingRun(SQLModel, table=True):
    """One run of the job that overwrites contacts, or one erasing on request; never which contacts.

    The count grows with each batch, in its transaction: what a killed run had done stands here.
    """

    __tablename__ = "masking_run"
    __table_args__ = (one_of("kind", MaskingKind),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=8)
    started_at: datetime
    finished_at: datetime | None = None
    """None: it was interrupted, and the next run goes on with it."""
    retention_months: int
    policy: str = Field(max_length=8)
    masked: int = 0
    first_day: date | None = None
    """The earliest and the latest day from which the time of those contacts ran."""
    last_day: date | None = None
    wiped_at: datetime | None = None
    """Since then no byte of the old values is left in the database's files; None: the next run does it."""
