"""All rows of a database as lines, and back: the same for SQLite and PostgreSQL, and from one to the other.

Rows, not pages: what lies unused in the files, and may be older than any masking, is in no copy.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final

from alembic import command
from sqlalchemy import Connection, DateTime, MetaData, Table, event, func, insert, select, text
from sqlmodel.sql.sqltypes import UTCDateTime

from . import migrate
from .engine import Database

_VERSION: Final = "alembic_version"
_REVISION: Final = "SELECT version_num FROM alembic_version"
_FORGET_REVISION: Final = "DELETE FROM alembic_version"
_SET_REVISION: Final = "INSERT INTO alembic_version VALUES (:revision)"
_AT_ONCE: Final = 500
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


class NotACopyError(ValueError):
    """The lines are not those of a whole database of this program; the message is one line."""


class NotEmptyError(RuntimeError):
    """Rows are put back into an empty database only."""


def lines(database: Database) -> Iterator[bytes]:
    """The schema's revision, every table with its rows, and the number of all rows; one moment's state."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _line({"revision": connection.execute(text(_REVISION)).scalar_one()})
        total = 0
        for one in _tables(connection):
            yield _line({"table": one.name, "columns": list(one.columns.keys())})
            rows = select(one).order_by(*one.primary_key.columns).execution_options(yield_per=_AT_ONCE)
            for row in connection.execute(rows):
                total += 1
                yield _line([_written(value) for value in row])
        yield _line({"rows": total})


def put_back(database: Database, copy: Iterable[bytes]) -> int:
    """Make the schema that the copy was taken at, put all rows in, and bring it to the newest; how many rows.

    Until all is there the database counts as not migrated, so that no server starts on half of it.
    Raises `NotACopyError`, `NotEmptyError`.
    """
    if not _is_empty(database):
        raise NotEmptyError
    coming = map(json.loads, copy)
    first = next(coming, None)
    if not isinstance(first, dict) or "revision" not in first:
        raise NotACopyError("it does not begin as a backup does")
    revision = first["revision"]
    _to(database, revision)
    with database.engine.begin() as connection:
        connection.execute(text(_FORGET_REVISION))
    with database.engine.begin() as connection:
        count = _fill(connection, coming)
        connection.execute(text(_SET_REVISION), {"revision": revision})
    migrate.upgrade(database)
    return count


def check(copy: Iterable[bytes]) -> int:
    """Read a copy to its end; how many rows. Raises `NotACopyError` if it is not whole."""
    count, told = 0, None
    for entry in map(json.loads, copy):
        if told is not None:
            break
        if isinstance(entry, list):
            count += 1
        else:
            told = entry.get("rows")
    if told != count:
        raise NotACopyError("it is not whole")
    return count


def _fill(connection: Connection, coming: Iterable[Any]) -> int:
    tables = {one.name: one for one in _tables(connection)}
    if connection.dialect.name == "sqlite":
        # Rows may point to rows that come later; all are there when it is committed.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    total = 0
    for name, rows in _blocks(coming):
        if name not in tables:
            raise NotACopyError("it holds a table that its schema does not have")
        connection.execute(insert(tables[name]), rows)
        total += len(rows)
    _go_on_counting(connection, tables.values())
    return total


def _blocks(coming: Iterable[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A table's name and some of its rows, until the end is told. Raises `NotACopyError` without one."""
    name, total = "", 0
    columns: list[str] = []
    rows: list[dict[str, Any]] = []
    for entry in coming:
        if isinstance(entry, list):
            rows.append(dict(zip(columns, map(_read, entry), strict=True)))
            total += 1
            if len(rows) < _AT_ONCE:
                continue
        if rows:
            yield name, rows
            rows = []
        if isinstance(entry, dict):
            if entry.get("rows") == total:
                return
            name, columns = entry.get("table", ""), entry.get("columns", [])
    raise NotACopyError("it is not whole")


def _go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """On PostgreSQL the next id comes from a sequence, which knows nothing of rows put in with theirs."""
    if connection.dialect.name != "postgresql":
        return
    for one in tables:
        for key in one.primary_key.columns:
            sequence = func.pg_get_serial_sequence(f'"{one.name}"', key.name)
            if (name := connection.execute(select(sequence)).scalar_one()) is not None:
                last = connection.execute(select(func.max(key))).scalar_one()
                connection.execute(select(func.setval(name, last or 1, last is not None)))


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, whatever the code has by now."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def _aware(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        if isinstance(column["type"], DateTime):
            column["type"] = UTCDateTime()

    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name != _VERSION]


def _is_empty(database: Database) -> bool:
    with database.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
    return not found.tables


def _to(database: Database, revision: str) -> None:
    settings = migrate.config()
    with database.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> Any:
    for kind, name, write in _WRITE:
        if isinstance(value, kind):
            return {"$": name, "value": write(value)}
    return {"$": "json", "value": value} if isinstance(value, dict | list) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        kind = value["$"]
        return value["value"] if kind == "json" else _READ[kind](value["value"])
    return value
