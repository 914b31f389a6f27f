"""All rows of one database into another, table by table in the order of their keys.

What is there is always a table's beginning in that order, so whoever was stopped, however hard, goes on
behind it. Afterwards both sides are read and compared: number of rows, and the sum of a SHA-256 of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, insert, literal, not_, select, tuple_
from sqlalchemy.exc import DataError, IntegrityError

from . import whole

_BATCH: Final = 2_000
"""Rows of one transaction."""
_MODULUS: Final = 1 << 256

Row = Sequence[Any]


class DiffersError(RuntimeError):
    """The target does not hold what the source does; the argument is the table."""


class NotTakenError(RuntimeError):
    """The target refused a row. Arguments: the table, and why, without any value."""


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows, and what they sum up to, in whatever order."""

    rows: int = 0
    total: int = 0

    def plus(self, rows: Iterable[Row]) -> Digest:
        """With these rows, too."""
        count, total = self.rows, self.total
        for row in rows:
            line = json.dumps([whole.written(value) for value in row], ensure_ascii=False).encode()
            total += int.from_bytes(hashlib.sha256(line).digest())
            count += 1
        return Digest(count, total % _MODULUS)

    def __str__(self) -> str:
        return f"{self.total:064x}"


def copy_table(source: Connection, target: Engine, name: str, sides: tuple[Table, Table]) -> Digest:
    """Bring what is missing of one table, and compare; `sides` are the table as each database has it.

    Raises `DiffersError`, `NotTakenError`.
    """
    here, there = sides
    if set(here.columns.keys()) != set(there.columns.keys()):
        raise DiffersError(name)
    columns = list(here.columns.keys())
    with target.connect() as connection:
        last = _last_key(connection, there)
        before = _digest(connection, there, columns)
    done = Digest()
    if last is not None:
        # Rows that changed since the copy was begun are found before anything is put behind them.
        done = _digest(source, here, columns, not_(_behind(here, last)))
        if done != before:
            raise DiffersError(name)
    for rows in _batches(source, here, columns, last):
        _put(target, there, columns, rows)
        done = done.plus(rows)
    with target.connect() as connection:
        if _digest(connection, there, columns) != done:
            raise DiffersError(name)
    return done


def holds_rows(connection: Connection) -> bool:
    """Whether any table has a row."""
    return any(
        connection.execute(select(literal(1)).select_from(one).limit(1)).first()
        for one in whole.tables(connection)
    )


def _batches(source: Connection, table: Table, columns: list[str], last: Row | None) -> Iterator[list[Row]]:
    query = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    if last is not None:
        query = query.where(_behind(table, last))
    found = iter(source.execute(query.execution_options(yield_per=_BATCH)))
    while rows := list(islice(found, _BATCH)):
        yield rows  # type: ignore[misc]


def _put(target: Engine, table: Table, columns: list[str], rows: list[Row]) -> None:
    try:
        with target.begin() as connection:
            connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
    except (DataError, IntegrityError) as error:
        # The rest of what PostgreSQL says quotes the row.
        state = getattr(error.orig, "sqlstate", "") or ""
        raise NotTakenError(table.name, f"{type(error.orig).__name__} {state}") from None


def _digest(
    connection: Connection, table: Table, columns: list[str], where: ColumnElement[bool] | None = None
) -> Digest:
    query = select(*(table.c[name] for name in columns))
    if where is not None:
        query = query.where(where)
    return Digest().plus(connection.execute(query.execution_options(yield_per=_BATCH)))


def _last_key(connection: Connection, table: Table) -> Row | None:
    """The key that comes last as SQLite sorts: texts by their bytes, whatever language the server speaks."""
    keys = list(table.primary_key.columns)
    order = [
        (func.convert_to(key, "UTF8") if issubclass(_python_type(key), str) else key).desc() for key in keys
    ]
    return connection.execute(select(*keys).order_by(*order).limit(1)).one_or_none()


def _python_type(column: ColumnElement[Any]) -> type:
    return column.type.python_type


def _behind(table: Table, last: Row) -> ColumnElement[bool]:
    keys = list(table.primary_key.columns)
    if len(keys) == 1:
        return keys[0] > literal(last[0], keys[0].type)
    values = (literal(value, key.type) for key, value in zip(keys, last, strict=True))
    return tuple_(*keys) > tuple_(*values)
