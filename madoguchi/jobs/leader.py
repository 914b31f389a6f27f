"""One leader: of all server processes, one runs the jobs."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from ..services.office import Office
from ..store import jobs_lock
from ..store.engine import Database


class Leadership(Protocol):
    """A lock that one process holds at a time, and that falls free when its holder dies."""

    def hold(self) -> bool:
        """Take or keep the lock; whether it is held now."""
        ...

    def give_up(self) -> None:
        """Let another have it."""
        ...


class FileLock:
    """For SQLite: all processes are on this machine, so a locked file tells them apart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def hold(self) -> bool:
        """Take or keep the lock; whether it is held now."""
        if self._file is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Not inherited by programs that are started meanwhile: they would keep it after our end.
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def give_up(self) -> None:
        """Let another have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class AdvisoryLock:
    """For PostgreSQL: a lock of the database session, which ends with the connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def hold(self) -> bool:
        """Take or keep the lock; whether it is held now."""
        try:
            if self._connection is not None:
                # A connection that broke has lost its lock, and somebody else may lead by now.
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except SQLAlchemyError:
            self._drop()
            return False

    def _take(self) -> bool:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        if not jobs_lock.take(connection):
            self._drop()
            return False
        return True

    def give_up(self) -> None:
        """Let another have it."""
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            # Back into the pool it would keep the lock: the connection itself has to end.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def leadership(office: Office) -> Leadership:
    """The lock that suits the office's database."""
    if office.database.is_sqlite:
        return FileLock(office.settings.var_dir / "jobs.lock")
    return AdvisoryLock(office.database)
