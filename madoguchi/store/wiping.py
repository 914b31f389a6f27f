"""Making the database's own files forget what rows do not hold any more.

Overwriting a row leaves its old bytes in places that no query reads: on SQLite in the log and in the unused
parts of pages, on PostgreSQL in dead rows, in holes of pages and in the write-ahead log.
"""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .engine import Database

TABLES: Final = ("contact", "line_user", "reservation", "webhook_event")
"""Whose rows held what masking overwrites, or what somebody wrote into the chat and was answered."""
_TRIES: Final = 10
_PAUSE: Final = 0.5
_LOCK_TIMEOUT: Final = "2s"


def wipe(database: Database) -> list[str]:
    """Rewrite the files without old bytes. What could not be done, in a word each; none when all was.

    ``busy``: others kept the tables or the log for seconds. ``wal``: the database's user may not start a new
    log file on PostgreSQL, so that only the server's own settings bound how long it is kept.
    """
    if database.is_sqlite:
        with database.exclusive() as connection:
            return _wipe_sqlite(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return _wipe_postgresql(connection)


def _wipe_sqlite(connection: Connection) -> list[str]:
    # `secure_delete` clears what is freed, but a page that is split keeps shreds in its unused part.
    if not _tried(connection, "VACUUM"):
        return ["busy"]
    for _ in range(_TRIES):
        # Refused as long as somebody still reads from the log.
        if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0:
            return []
        time.sleep(_PAUSE)
    return ["busy"]


def _wipe_postgresql(connection: Connection) -> list[str]:
    connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
    left = []
    for table in TABLES:
        # A plain VACUUM moves the rows of a page together and leaves shreds between them.
        if not _tried(connection, f"VACUUM (FULL) {table}"):
            left.append("busy")
    # The log's present file is ended, and what lies before the checkpoint is no longer needed.
    for step in ("SELECT pg_switch_wal()", "CHECKPOINT") * 2:
        if not _may(connection, step):
            left.append("wal")
    connection.exec_driver_sql("RESET lock_timeout")
    return sorted(set(left))


def _tried(connection: Connection, statement: str) -> bool:
    for tried in range(_TRIES):
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            if not _is_busy(error.orig) or tried == _TRIES - 1:
                return False
            time.sleep(_PAUSE)
        else:
            return True
    return False


def _is_busy(error: Any) -> bool:
    return getattr(error, "sqlstate", None) == "55P03" or "locked" in str(error)


def _may(connection: Connection, statement: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        return False
    return True
