"""Running statements that were built once, past the ORM's own work on each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Result
from sqlmodel import Session


def execute(session: Session, statement: Executable, /, **values: object) -> Result[*tuple[Any, ...]]:
    """Run a prepared statement in the session's transaction; it sees every change made there before.

    For statements that are asked all the time: putting one together and taking it through the ORM
    costs several times what the database needs to answer it. `values` are its bound parameters.
    """
    session.flush()
    return session.connection().execute(statement, values)


def execute_all(
    session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]]
) -> Result[*tuple[Any, ...]]:
    """Run a prepared statement once for each of the `rows`, of which there is at least one."""
    session.flush()
    return session.connection().execute(statement, rows)
