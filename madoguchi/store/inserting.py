"""Inserts that know what to do when the row is there already; each database has its own kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

INSERTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""By the name of the dialect: makes an insert with ``on_conflict_do_nothing`` and ``…_do_update``."""


def insert_into(session: Session, table: Any) -> Any:
    """Such an insert for the session's database."""
    return INSERTS[session.get_bind().dialect.name](table)
