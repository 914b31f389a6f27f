"""All rows of a database as lines, and back: the same for SQLite and PostgreSQL, and from one to the other.

Rows, not pages: what lies unused in the files, and may be older than any masking, is in no copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, insert, select

from . import migrate, whole
from .engine import Database
from .whole import AT_ONCE


class NotACopyError(ValueError):
    """The lines are not those of a whole database of this program; the message is one line."""


class NotEmptyError(RuntimeError):
    """Rows are put back into an empty database only."""


def lines(database: Database) -> Iterator[bytes]:
    """The schema's revision, every table with its rows, and the number of all rows; one moment's state."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _line({"revision": whole.revision(connection)})
        total = 0
        for one in whole.tables(connection):
            yield _line({"table": one.name, "columns": list(one.columns.keys())})
            rows = select(one).order_by(*one.primary_key.columns).execution_options(yield_per=AT_ONCE)
            for row in connection.execute(rows):
                total += 1
                yield _line([whole.written(value) for value in row])
        yield _line({"rows": total})


def put_back(database: Database, copy: Iterable[bytes]) -> int:
    """Make the schema that the copy was taken at, put all rows in, and bring it to the newest; how many rows.

    Until all is there the database counts as not migrated, so that no server starts on half of it.
    Raises `NotACopyError`, `NotEmptyError`.
    """
    if not whole.is_empty(database):
        raise NotEmptyError
    coming = map(json.loads, copy)
    first = next(coming, None)
    if not isinstance(first, dict) or "revision" not in first:
        raise NotACopyError("it does not begin as a backup does")
    revision = first["revision"]
    whole.make_schema(database, revision)
    with database.engine.begin() as connection:
        whole.begin(connection)
    with database.engine.begin() as connection:
        count = _fill(connection, coming)
        whole.finish(connection)
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
    tables = {one.name: one for one in whole.tables(connection)}
    if connection.dialect.name == "sqlite":
        # Rows may point to rows that come later; all are there when it is committed.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    total = 0
    for name, rows in _blocks(coming):
        if name not in tables:
            raise NotACopyError("it holds a table that its schema does not have")
        connection.execute(insert(tables[name]), rows)
        total += len(rows)
    return total


def _blocks(coming: Iterable[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A table's name and some of its rows, until the end is told. Raises `NotACopyError` without one."""
    name, total = "", 0
    columns: list[str] = []
    rows: list[dict[str, Any]] = []
    for entry in coming:
        if isinstance(entry, list):
            rows.append(dict(zip(columns, map(whole.read, entry), strict=True)))
            total += 1
            if len(rows) < AT_ONCE:
                continue
        if rows:
            yield name, rows
            rows = []
        if isinstance(entry, dict):
            if entry.get("rows") == total:
                return
            name, columns = entry.get("table", ""), entry.get("columns", [])
    raise NotACopyError("it is not whole")


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
