"""A whole database: its tables as they stand in it, its rows in a form that is the same everywhere, and
the state of one that is only just being filled.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final

from alembic import command
from sqlalchemy import Connection, DateTime, MetaData, Table, event, func, select, text
from sqlmodel.sql.sqltypes import UTCDateTime

from . import day_watch, migrate
from .engine import Database

AT_ONCE: Final = 500
"""Rows that go in by one statement."""
_VERSION: Final = "alembic_version"
_REVISION: Final = "SELECT version_num FROM alembic_version"
_SET_REVISION: Final = "UPDATE alembic_version SET version_num = :revision"
_WRITE: Final[tuple[tuple[type, str, Callable[[Any], str]], ...]] = (
    # A datetime is a date, too, so it comes first.
    (datetime, "moment", lambda value: str(value.isoformat())),
    (date, "day", lambda value: str(value.isoformat())),
    (time, "time", lambda value: str(value.isoformat())),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
)
_READ: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "time": time.fromisoformat,
        "bytes": base64.b64decode,
    }
)


def revision(connection: Connection) -> str:
    """The migration that the database stands at."""
    return str(connection.execute(text(_REVISION)).scalar_one())


def tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, whatever the code has by now; those pointed to come first."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def _aware(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        if isinstance(column["type"], DateTime):
            column["type"] = UTCDateTime()

    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name != _VERSION]


def is_empty(database: Database) -> bool:
    """Whether there is no table at all."""
    with database.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
    return not found.tables


def make_schema(database: Database, to: str) -> None:
    """Make the tables of the revision `to` in an empty database."""
    settings = migrate.config()
    with database.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, to)


def begin(connection: Connection) -> None:
    """Mark the database as being filled: it counts as not migrated, so that no server starts on half of it.

    What forgets days kept for statistics when their rows come in is taken away meanwhile.
    """
    connection.execute(text(_SET_REVISION), {"revision": migrate.FILLING + revision(connection)})
    day_watch.leave(connection)


def finish(connection: Connection) -> None:
    """All rows are there: ids go on after them, and the database counts as migrated from the commit on."""
    made = revision(connection).removeprefix(migrate.FILLING)
    _go_on_counting(connection, tables(connection))
    connection.execute(text(_SET_REVISION), {"revision": made})
    if made == migrate.newest():
        day_watch.watch(connection)


def written(value: Any) -> Any:
    """A column's value as JSON can hold it, alike for every database."""
    for kind, name, write in _WRITE:
        if isinstance(value, kind):
            return {"$": name, "value": write(value)}
    return {"$": "json", "value": value} if isinstance(value, dict | list) else value


def read(value: Any) -> Any:
    """The value that `written` made this of."""
    if isinstance(value, dict):
        kind = value["$"]
        return value["value"] if kind == "json" else _READ[kind](value["value"])
    return value


def _go_on_counting(connection: Connection, filled: Iterable[Table]) -> None:
    """On PostgreSQL the next id comes from a sequence, which knows nothing of rows put in with theirs."""
    if connection.dialect.name != "postgresql":
        return
    for one in filled:
        for key in one.primary_key.columns:
            sequence = func.pg_get_serial_sequence(f'"{one.name}"', key.name)
            if (name := connection.execute(select(sequence)).scalar_one()) is not None:
                last = connection.execute(select(func.max(key))).scalar_one()
                connection.execute(select(func.setval(name, last or 1, last is not None)))
