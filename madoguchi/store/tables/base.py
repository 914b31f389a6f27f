"""What all tables share: constraint names, JSON columns, value checks."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

METADATA = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def names_field() -> Any:
    """A JSON column of texts by language code: ``{"ja": "…", "en": "…"}``."""
    return Field(default_factory=dict, sa_type=JSON, nullable=False)


def one_of(column: str, kinds: type[StrEnum]) -> CheckConstraint:
    """A check that `column` holds a member of `kinds`."""
    values = ", ".join(f"'{kind.value}'" for kind in kinds)
    return CheckConstraint(f"{column} IN ({values})", name=column)
