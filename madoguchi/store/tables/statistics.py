"""Days that are over, kept as figures are made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel


class DayFigures(SQLModel, table=True):
    """What a day at a desk left behind. Every desk has a row of a kept day, or none has.

    A change of any ticket, part of a visit, reservation or place of the day deletes all its rows, in the same
    transaction and by the database itself (`store.day_watch`); the next night keeps them anew.
    """

    __tablename__ = "day_figures"

    day: date = Field(primary_key=True)
    desk_id: int = Field(primary_key=True, foreign_key="desk.id", sa_column_kwargs={"autoincrement": False})
    turns: bytes = Field(sa_type=LargeBinary)
    """As `domain.statistics.days.turns_as_bytes` writes them."""
    tallies: dict[str, Any] = Field(sa_type=JSON)
    """As `domain.statistics.days.tallies_as_json` writes them."""
    set_minutes: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    """What staff had set for a visit of each service, by its id, when the day was kept."""
    kept_at: datetime
