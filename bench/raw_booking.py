"""What the database itself takes of a booking's writes, from Python, with nothing around them.

A booking is two transactions, as on `/book`: the place is counted and held; then it is booked, with a
contact and a message.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import psycopg
from sqlalchemy import make_url

SECONDS: Final = 2.0
SLOTS: Final = 10
CONNECTIONS: Final = 8
_TABLES: Final = (
    "CREATE TABLE raw_slot (id INTEGER PRIMARY KEY, taken INTEGER, capacity INTEGER)",
    "CREATE TABLE raw_reservation (id INTEGER PRIMARY KEY, code TEXT UNIQUE, slot_id INTEGER, state TEXT,"
    " answers TEXT, contact_id INTEGER)",
    "CREATE TABLE raw_contact (id INTEGER PRIMARY KEY, kana TEXT, phone TEXT)",
    "CREATE TABLE raw_message (id INTEGER PRIMARY KEY, cause TEXT UNIQUE, facts TEXT)",
    "CREATE INDEX raw_by_slot ON raw_reservation (slot_id)",
    "CREATE INDEX raw_by_kana ON raw_contact (kana)",
)
_HOLD: Final = (
    "UPDATE raw_slot SET taken = taken + 1 WHERE id = ? AND taken < capacity",
    "INSERT INTO raw_reservation VALUES (?, ?, ?, 'held', '{}', NULL)",
)
_BOOK: Final = (
    "INSERT INTO raw_contact VALUES (?, 'ヤマダ ハナコ', '+819012345678')",
    "UPDATE raw_reservation SET state = 'booked', contact_id = ? WHERE id = ?",
    "INSERT INTO raw_message VALUES (?, ?, ?)",
)
_FACTS: Final = "x" * 900
"""About what a message holds."""

Connect = Callable[[], Any]


def bookings_per_second(url: str) -> float:
    """How many a second go into new tables of that database, beside each other where it can do that."""
    connect, mark, beside = _ways(url)
    connection = connect()
    for table in _TABLES:
        connection.execute(table)
    for slot in range(SLOTS):
        connection.execute(f"INSERT INTO raw_slot VALUES ({slot}, 0, 1000000)")
    connection.close()
    begun = time.perf_counter()
    with ThreadPoolExecutor(beside) as threads:
        made = sum(threads.map(lambda first: _book(connect(), mark, first, beside), range(beside)))
    return round(made / (time.perf_counter() - begun))


def _ways(url: str) -> tuple[Connect, str, int]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return lambda: _sqlite(str(parsed.database)), "?", 1
    address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return lambda: psycopg.connect(address, autocommit=True), "%s", CONNECTIONS


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _book(connection: Any, mark: str, first: int, step: int) -> int:
    number, begun = first, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        slot = number % SLOTS
        _transaction(connection, mark, _HOLD, [(slot,), (number, str(number), slot)])
        _transaction(connection, mark, _BOOK, [(number,), (number, number), (number, str(number), _FACTS)])
        number += step
    connection.close()
    return (number - first) // step


def _transaction(
    connection: Any, mark: str, statements: Sequence[str], values: Sequence[tuple[object, ...]]
) -> None:
    connection.execute("BEGIN")
    for statement, given in zip(statements, values, strict=True):
        connection.execute(statement.replace("?", mark), given)
    connection.execute("COMMIT")
