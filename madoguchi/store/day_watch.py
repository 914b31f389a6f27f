"""Triggers that let a kept day be forgotten by whatever changes something of it, in the same transaction.

A rule in the code would have to stand at every statement that writes, bulk ones among them. On PostgreSQL the
writer also holds a shared lock on the day, so that nobody keeps a day that is just being changed: see
`lock_day`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import Session

from .direct import execute

WATCHED: Final = {
    "ticket": "service_day",
    "visit_part": "service_day",
    "reservation": "day",
    "slot": "day",
}
"""Tables that figures are made of, with the column that says of which day."""
READ: Final = {
    "ticket": (
        *("service_day", "desk_id", "home_desk_id", "service_id", "counter_id", "state", "channel"),
        *("issued_at", "appointment_at", "first_called_at", "called_at", "finished_at"),
        *("priority", "postponed", "returned", "not_before"),
        *("promised_low", "promised_high", "promised_ahead", "promised_counters"),
    ),
    "visit_part": (
        *("service_day", "ticket_id", "place", "desk_id", "service_id", "counter_id"),
        *("queued_at", "called_at", "finished_at", "appointment_at"),
    ),
    "reservation": ("day", "desk_id", "service_id", "state", "booked_at"),
    "slot": ("day", "pool_id", "starts_at", "capacity", "taken"),
}
"""The columns that figures are made of. Overwriting what a booking answered, say, changes none."""
_EVENTS: Final = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
_LOCKS: Final = 0x6D61
"""PostgreSQL's locks of this kind: this number and the day's."""
_EPOCH: Final = date(2000, 1, 1)
_LOCK: Any = select(func.pg_advisory_xact_lock(_LOCKS, bindparam("day")))
_THERE_SQLITE: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_THERE: Final = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
_FORGET: Final = "DELETE FROM day_figures WHERE day = {row}.{column};"


def watch(connection: Connection) -> None:
    """Put the triggers in place, anew where they are there."""
    make = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    for statement in make():
        connection.exec_driver_sql(statement)


def missing(session: Session) -> list[str]:
    """Triggers that are not in place: without them a kept day could go stale."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    there = set(session.connection().exec_driver_sql(_THERE_SQLITE if sqlite else _THERE).scalars())
    return sorted(
        _name(table, event) for table in WATCHED for event in _EVENTS if _name(table, event) not in there
    )


def leave(connection: Connection) -> None:
    """Take the triggers away, until `watch`."""
    sqlite = connection.dialect.name == "sqlite"
    for table in WATCHED:
        for event in _EVENTS:
            on = "" if sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}")


def lock_day(session: Session, day: date) -> None:
    """Wait for all who are changing something of the day, and let others wait until this transaction ends.

    On SQLite a writer is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        execute(session, _LOCK, day=(day - _EPOCH).days)


def _name(table: str, event: str) -> str:
    return f"forget_day_of_{table}_{event}"


def _change(table: str, event: str) -> str:
    return f"UPDATE OF {', '.join(READ[table])}" if event == "update" else event.upper()


def _sqlite() -> Iterator[str]:
    for table, column in WATCHED.items():
        for event, rows in _EVENTS.items():
            name = _name(table, event)
            forget = " ".join(_FORGET.format(row=row, column=column) for row in rows)
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {_change(table, event)} ON {table} BEGIN {forget} END"


def _postgresql() -> Iterator[str]:
    for column in sorted(set(WATCHED.values())):
        yield _FUNCTION.replace("{column}", column).replace("{locks}", str(_LOCKS))
    for table, column in WATCHED.items():
        for event in _EVENTS:
            name = _name(table, event)
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield (
                f"CREATE TRIGGER {name} AFTER {_change(table, event)} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION forget_{column}()"
            )


_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION forget_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM pg_advisory_xact_lock_shared({locks}, OLD.{column} - DATE '2000-01-01');
    DELETE FROM day_figures WHERE day = OLD.{column};
    IF TG_OP = 'DELETE' OR NEW.{column} = OLD.{column} THEN
      RETURN NULL;
    END IF;
  END IF;
  PERFORM pg_advisory_xact_lock_shared({locks}, NEW.{column} - DATE '2000-01-01');
  DELETE FROM day_figures WHERE day = NEW.{column};
  RETURN NULL;
END $$
"""
