"""From one desk on SQLite to PostgreSQL: every row copied, counted and compared; the file stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from ..domain.errors import Refusal
from ..settings import Settings
from ..store import jobs_lock, migrate, transfer, whole
from ..store.engine import Database, alone_on, open_database
from ..store.migrate import Standing
from . import audit, checkup
from .clock import Clock, SystemClock
from .office import Office


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that is the same on both sides now: its rows, and what they sum up to (hexadecimal)."""

    table: str
    rows: int
    checksum: str


def migrate_data(
    settings: Settings, source_url: str, tell: Callable[[Moved], None], clock: Clock | None = None
) -> list[str]:
    """Copy a SQLite file into the settings' PostgreSQL database; what `doctor` finds there afterwards.

    Stopped at any point, it goes on where it was. Raises `Refusal`: move_source_missing, move_source_busy,
    move_source_schema, move_target_kind, move_target_busy, move_target_not_empty, move_differs,
    move_not_taken.
    """
    file = _file(source_url)
    if make_url(settings.database).get_backend_name() != "postgresql":
        raise Refusal("move_target_kind")
    with ExitStack() as stack:
        source = _alone(stack, file)
        database = open_database(settings.database)
        stack.callback(database.close)
        office = Office(settings, database, clock or SystemClock())
        _prepare(database)
        rows = _copy_all(source, database.engine, tell)
        with office.change() as unit:
            whole.finish(unit.session.connection())
            audit.record(unit, None, "migrate_data", "database", rows=rows)
        with database.exclusive() as connection:
            # Until the server counts by itself it would guess how large the tables are.
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("BEGIN")
        return checkup.findings(office)


def _file(source_url: str) -> Path:
    try:
        url = make_url(source_url)
    except ArgumentError:
        raise Refusal("move_source_missing") from None
    if url.get_backend_name() != "sqlite" or not url.database or not Path(url.database).is_file():
        raise Refusal("move_source_missing")
    return Path(url.database)


def _alone(stack: ExitStack, file: Path) -> Connection:
    """The source, which nobody else can open until the end: a server that has it open is found out."""
    standing = Standing.EMPTY
    try:
        connection = stack.enter_context(alone_on(file))
        standing = migrate.standing_of(connection)
    except OperationalError:
        raise Refusal("move_source_busy") from None
    if standing is not Standing.CURRENT:
        raise Refusal("move_source_schema")
    return connection


def _prepare(database: Database) -> None:
    """The newest schema, empty or half filled by an earlier call, in which nobody works."""
    if jobs_lock.is_held(database):
        raise Refusal("move_target_busy")
    with database.engine.connect() as connection:
        standing = migrate.standing_of(connection)
        if standing is Standing.FILLING and whole.revision(connection) == migrate.FILLING + migrate.newest():
            return
        if standing in {Standing.FILLING, Standing.NEWER} or transfer.holds_rows(connection):
            raise Refusal("move_target_not_empty")
    if standing is not Standing.CURRENT:
        whole.make_schema(database, migrate.newest())
    with database.engine.begin() as connection:
        whole.begin(connection)


def _copy_all(source: Connection, target: Engine, tell: Callable[[Moved], None]) -> int:
    total = 0
    with target.connect() as connection:
        there = whole.tables(connection)
    here = {one.name: one for one in whole.tables(source)}
    for one in there:
        try:
            digest = transfer.copy_table(source, target, one.name, (here[one.name], one))
        except transfer.DiffersError as error:
            raise Refusal("move_differs", table=error.args[0]) from None
        except transfer.NotTakenError as error:
            raise Refusal("move_not_taken", table=error.args[0], why=error.args[1]) from None
        tell(Moved(one.name, digest.rows, str(digest)))
        total += digest.rows
    return total
