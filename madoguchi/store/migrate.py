"""Bringing a database to the newest schema with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from . import day_watch
from .engine import Database

_FOLDER = Path(__file__).parent / "migrations"


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


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
