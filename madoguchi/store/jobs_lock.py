"""The lock of PostgreSQL that one serving process holds to run the jobs: so others know that one serves."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from .engine import Database

_KEY: Final = 0x6A6F6273
"""Spells jobs. Not the number of the audit log: its lock would wait for as long as a leader lives."""
_HELD: Final = """
SELECT EXISTS (
  SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
  WHERE locktype = 'advisory' AND datname = current_database()
    AND classid = 0 AND objid = :key AND objsubid = 1
)
"""


def take(connection: Connection) -> bool:
    """Take it for as long as the connection lives; whether it was free."""
    return bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar_one())


def is_held(database: Database) -> bool:
    """Whether any process serves on this database."""
    with database.engine.connect() as connection:
        return bool(connection.execute(text(_HELD), {"key": _KEY}).scalar_one())
