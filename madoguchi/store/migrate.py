"""Bringing a database to the newest schema with Alembic."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from . import day_watch
from .engine import Database

_FOLDER = Path(__file__).parent / "migrations"
FILLING: Final = "filling-"
"""Stands before the revision of a database that rows are just being copied into."""


class Standing(StrEnum):
    """How a database stands to this version of the program."""

    CURRENT = "current"
    OLDER = "older"
    """`upgrade` is to be run."""
    NEWER = "newer"
    """A newer version has migrated it."""
    EMPTY = "empty"
    FILLING = "filling"
    """Rows are being copied into it, or that was broken off."""


def config() -> Config:
    """Alembic's configuration for this project's migrations."""
    found = Config()
    found.set_main_option("script_location", str(_FOLDER))
    return found


def upgrade(database: Database) -> None:
    """Run every migration the database has not seen, in one transaction each, and renew the triggers."""
    settings = config()
    with database.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        with connection.begin():
            day_watch.watch(connection)


def newest() -> str:
    """The newest migration that this version of the program knows."""
    return str(_script().get_current_head())


def standing(database: Database) -> Standing:
    """How the database stands to this version of the program."""
    with database.engine.connect() as connection:
        return standing_of(connection)


def standing_of(connection: Connection) -> Standing:
    """The same, by one of its connections."""
    there = MigrationContext.configure(connection).get_current_revision()
    if there is None:
        return Standing.EMPTY
    if there.startswith(FILLING):
        return Standing.FILLING
    script = _script()
    known = [one.revision for one in script.walk_revisions()]
    if there not in known:
        return Standing.NEWER
    return Standing.CURRENT if there == known[0] else Standing.OLDER


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    return standing(database) is Standing.CURRENT


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(config())
