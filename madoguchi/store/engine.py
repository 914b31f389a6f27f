"""The database engine, the same on SQLite (WAL) and PostgreSQL, and its two kinds of session."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

BUSY_TIMEOUT_MS = 5_000
_WRITING = "madoguchi_writing"


@dataclass(frozen=True)
class Database:
    """One database. SQLite has one writer at a time: `_turn` queues them here, in order, instead of
    letting them poll the file's lock, which starves some for seconds under load."""

    engine: Engine
    _turn: Callable[[], AbstractContextManager[Any]] = field(repr=False)

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, where the writer's turn already excludes all other writers of this process."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose transaction may write. Commits at the end, rolls back on any error.

        Raises `OperationalError` when others keep the database for longer than `BUSY_TIMEOUT_MS`.
        """
        with self._turn(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        """A connection outside of any transaction; on SQLite all writers of this process wait meanwhile."""
        with self._turn(), self.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            yield connection

    @property
    def _writer(self) -> Engine:
        return self.engine.execution_options(**{_WRITING: True})

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, *, pool_size: int = 16) -> Database:
    """Open `url`; a SQLite file's folder is made when missing. Tables come from migrations."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite_engine(url, pool_size), _turns(threading.Lock()))
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True
    )
    return Database(engine, nullcontext)


@contextmanager
def alone_on(file: Path) -> Iterator[Connection]:
    """A connection to a SQLite file that no other process has open, nor can open until the end.

    Raises `OperationalError` at the first statement when one has it open.
    """
    engine = create_engine(
        f"sqlite:///{file}", poolclass=StaticPool, hide_parameters=True, connect_args={"timeout": 0.5}
    )
    event.listen(engine, "connect", _prepare_alone)
    event.listen(engine, "begin", _begin_sqlite)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def was_given_up(error: OperationalError) -> bool:
    """Whether PostgreSQL ended the transaction so that others could go on (deadlock, serialization)."""
    return getattr(error.orig, "sqlstate", "") in {"40P01", "40001"}


def _turns(writer: threading.Lock) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def turn() -> Iterator[None]:
        # While another process holds the file, waiters behind waiters would take up every thread.
        if not writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        try:
            yield
        finally:
            writer.release()

    return turn


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        # An error's message would carry a contact's values into the log.
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would begin deferred and dodge DDL; we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",
        # What is sorted or rewritten must not pass through files that nobody here watches.
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_alone(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    # A server's idle connection holds a shared lock, too, as long as the file is in WAL mode.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns writer mid-way can fail at once; a writer takes the lock first.
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
